// Changing an entry of the care list: how often, who answers for it, who takes turns.

import { write } from "../activities/client.js";
import { options } from "../activities/words.js";
import { careClasses } from "../help/words.js";
import { foldedForm } from "../people/doing.js";
import { nameOf, shownPeople } from "../people/names.js";

const words = {
  zh: {
    change: "修改安排", often: "多久一次", steward: "谁负责", named: "谁轮流去",
    more: "再加几位：居民编号，用空格隔开", hint: "负责人是居委会成员或社工；轮流的人是社工、楼组长，或当面核验过的志愿者。本人在“探访关爱”里看得到。",
    save: "保存", saved: "已修改。",
  },
  en: {
    change: "Change how she is called on", often: "How often", steward: "Who answers for it",
    named: "Who takes turns", more: "More: numbers of residents, with spaces between",
    hint: "Who answers for it is of the committee or a social worker; who takes turns a social "
      + "worker, a stair leader, or a volunteer verified in person. She reads it on her page.",
    save: "Save", saved: "Changed.",
  },
};

/** Those that have it now, and whom pages have shown, by name; others by number. */
function candidates(app, one, names) {
  const all = [...one.named.map((person) => [person, nameOf(app, names, person)]),
    ...shownPeople().filter(([person]) => person !== one.person),
    [one.steward, one.steward_name], [one.turn, one.turn_name]];
  return [...new Map(all.filter(([person, name]) => person && name))];
}

export function changingEntry(app, one, names) {
  const say = app.say(words);
  const people = candidates(app, one, names);
  return foldedForm(app, `change-${one.id}`, say.change, {
    hint: say.hint, send: say.save,
    values: { class: one.class, steward: one.steward, named: one.named, more: "" },
    fields: (form) => [
      form.field("/class", say.often, form.select("class", options(careClasses, app.language))),
      form.field("/steward", say.steward, form.select("steward", people)),
      form.group("/named", say.named, null, people.map(([person, name]) =>
        form.check("named", person, name))),
      form.field("/named/more", say.more, form.input("more", "text", { maxlength: 800 }))],
    act: async (values) => {
      const more = values.more.trim().split(/\s+/).filter(Boolean);
      await write("PUT", app.path(`/care-list/${one.id}`), { class: values.class,
        steward: values.steward, named: [...new Set([...values.named, ...more])] });
      return say.saved;
    },
  });
}
