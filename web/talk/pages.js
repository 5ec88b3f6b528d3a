// The pages of conversations, under the reader's own entry of the navigation.

import { talk } from "./talk.js";
import { talks } from "./talks.js";

export const talkPages = { talks, talk };
