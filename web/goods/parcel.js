// What a parcel is: its code, what is in it, and whom that harms.

import { momentText } from "../activities/moments.js";
import { inLanguage, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { allergens, units } from "./words.js";

const words = {
  zh: {
    allergens: (names) => `! 含：${names}`, free: "不含常见过敏原", valuable: "贵重：要两人经手",
    until: (time) => `留到 ${time}`,
  },
  en: {
    allergens: (names) => `! Contains: ${names}`, free: "No common allergens",
    valuable: "Valuable: two persons hand it over", until: (time) => `Kept until ${time}`,
  },
};

/** How much of what. */
export const partText = (app, part, quantity = part.quantity) =>
  `${inLanguage(part, "name", app.language)} ${quantity} ${named(units, part.unit, app.language)}`;

/** Its code, large enough to be compared over a table, with allergens and content. */
export function parcelParts(app, one) {
  const say = app.say(words);
  const found = [...new Set(one.parts.flatMap((part) => part.allergens))];
  return [
    make("p", { class: "digits" }, one.code),
    make("p", { class: "marks" },
      found.length ? make("span", { class: "mark urgent" }, say.allergens(found.map((code) =>
        named(allergens, code, app.language)).join(app.language === "zh" ? "、" : ", ")))
        : make("span", { class: "mark quiet" }, say.free),
      one.parts.some((part) => part.is_valuable) && make("span", { class: "mark" }, say.valuable)),
    make("ul", { class: "plain" }, one.parts.map((part) => make("li", {}, partText(app, part)))),
    one.until && make("p", { class: "quiet" }, say.until(momentText(one.until, app.language)))];
}
