// The pages of donated goods, under the entry of help.

import { goods } from "./desk.js";
import { ownGoods } from "./own.js";
import { goodsSecond } from "./second.js";

export const goodsPages = { goods, "goods-second": goodsSecond, "my-goods": ownGoods };
