// The pages of those on duty, all under one entry of the navigation.

import { callbacks } from "./callbacks.js";
import { careList } from "./care-list.js";
import { corrections } from "./corrections.js";
import { access, ends } from "./decisions.js";
import { desk } from "./desk.js";
import { desks } from "./desks.js";
import { helpDispute } from "./help-dispute.js";
import { helpReports } from "./help-reports.js";
import { helpSettings } from "./help-settings.js";
import { merges } from "./merges.js";
import { moderated } from "./moderated.js";
import { moderation } from "./moderation.js";
import { objections } from "./objections.js";
import { offices } from "./offices.js";
import { deskPairings, pairingSuggestions } from "./pairings.js";
import { people } from "./people.js";
import { person } from "./person.js";
import { protections } from "./protections.js";
import { residences } from "./residences.js";
import { task } from "./task.js";
import { tasks } from "./tasks.js";
import { work } from "./work.js";

export const deskPages = {
  desk, tasks, task, moderation, moderated, residences, people, person, offices, desks, callbacks,
  objections, protections, ends, merges, access, corrections, work,
  "care-list": careList, "help-reports": helpReports, "help-dispute": helpDispute,
  "desk-pairings": deskPairings, "pairing-suggestions": pairingSuggestions,
  "help-settings": helpSettings,
};
