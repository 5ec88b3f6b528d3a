// The pages of help, all under one entry of the navigation.

import { ask } from "./ask.js";
import { board } from "./board.js";
import { care } from "./care.js";
import { credits } from "./credits.js";
import { evidence } from "./evidence.js";
import { help } from "./help.js";
import { helping } from "./helping.js";
import { pairing } from "./pairing.js";
import { pairings } from "./pairings.js";
import { proposal } from "./proposal.js";
import { request } from "./request.js";
import { requests } from "./requests.js";
import { visit } from "./visit.js";
import { visits } from "./visits.js";
import { well } from "./well.js";

export const helpPages = {
  help, "help-ask": ask, "help-requests": requests, "help-request": request, helping,
  "help-board": board, proposal, visits, visit, well, care, credits, evidence,
  pairings, pairing,
};
