// Choosing a person at the desk: of those that pages have shown, or by number.

import { shownPeople } from "../people/names.js";

const words = {
  zh: { number: "居民编号", none: "请选择，或在下面填编号", hint: "先在“各室住户”或待办里打开过的人，这里可以直接选。" },
  en: { number: "Number of the resident", none: "Choose, or give the number below",
    hint: "Whom you have seen among residences or tasks can be chosen here." },
};

/** The fields of a choice, whose value `chosen` tells; `but` is left out. */
export function choosing(app, form, values, name, label, but) {
  const say = app.say(words);
  const people = shownPeople().filter(([person]) => person !== but);
  // Nobody is chosen by chance.
  values[name] ??= "";
  return [
    form.field(`/${name}`, label,
      form.select(name, [["", say.none], ...people], app.show), say.hint),
    !values[name] && form.field(`/${name}_number`, `${label}: ${say.number}`,
      form.input(`${name}_number`, "text", { maxlength: 36 })),
  ];
}

export const chosen = (values, name) => values[name] || (values[`${name}_number`]?.trim() ?? "");
