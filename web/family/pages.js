// The pages of the family, all under one entry of the navigation.

import { child } from "./child.js";
import { consents } from "./consents.js";
import { delegates } from "./delegates.js";
import { family } from "./family.js";
import { members } from "./members.js";

export const familyPages = { family, child, consents, delegates, members };
