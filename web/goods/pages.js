// The pages of donated goods, under the entry of help.

import { goods } from "./desk.js";
import { ownGoods } from "./own.js";

export const goodsPages = { goods, "my-goods": ownGoods };
