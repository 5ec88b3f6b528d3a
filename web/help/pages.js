// The pages of help, all under one entry of the navigation.

import { ask } from "./ask.js";
import { board } from "./board.js";
import { care } from "./care.js";
import { credits } from "./credits.js";
import { evidence } from "./evidence.js";
import { group } from "./group.js";
import { groups } from "./groups.js";
import { help } from "./help.js";
import { helping } from "./helping.js";
import { pairing } from "./pairing.js";
import { pairings } from "./pairings.js";
import { proposal } from "./proposal.js";
import { request } from "./request.js";
import { requests } from "./requests.js";
import { rota } from "./rota.js";
import { shift } from "./shift.js";
import { shifts } from "./shifts.js";
import { visit } from "./visit.js";
import { visits } from "./visits.js";
import { well } from "./well.js";

export const helpPages = {
  help, "help-ask": ask, "help-requests": requests, "help-request": request, helping,
  "help-board": board, proposal, visits, visit, well, care, credits, evidence,
  pairings, pairing, "help-groups": groups, "help-group": group, "help-rota": rota,
  "help-shifts": shifts, "help-shift": shift,
};
