// The pages about people, and under which entry of the navigation each stands.

import { talkPages } from "../talk/pages.js";
import { absences } from "./absences.js";
import { blocks } from "./blocks.js";
import { data } from "./data.js";
import { devices } from "./devices.js";
import { erasure } from "./erasure.js";
import { me } from "./me.js";
import { roles } from "./my-roles.js";
import { posts } from "./own-posts.js";
import { readers } from "./readers.js";
import { retention } from "./retention.js";
import { ties } from "./ties.js";
import { visibility } from "./visibility.js";
import { vouch } from "./vouching.js";

export const peoplePages = {
  me, vouch, devices, roles, ties, absences, visibility, readers, blocks, posts, data,
  erasure, retention,
  ...talkPages,
};
