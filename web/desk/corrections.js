// Corrections that residents ask for, decided by the committee with a reason.

import { readPages, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { fields } from "../people/data.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { rememberName } from "../people/names.js";

const words = {
  zh: {
    title: "请求更正资料", back: "办公台", hint: "查阅会留痕，本人看得到。", none: "没有等决定的更正。", was: "现在登记的",
    wanted: "应该是", because: "依据", at: "请求于", decide: "作出决定", as: "怎么定", outcomes: { corrected: "核实，更正",
      refused: "不更正" }, reason: "理由（本人会看到）", send: "决定", done: "已决定，本人会收到通知。",
    means: "姓名和生日会当场改好；住址等其他项目请另行办理。",
  },
  en: {
    title: "Corrections asked for", back: "Desk", hint: "The reading is logged; the person sees it.",
    none: "None waits.", was: "Recorded now", wanted: "It should be", because: "On what it rests",
    at: "Asked", decide: "Decide", as: "Decision",
    outcomes: { corrected: "Verified: correct it", refused: "Do not correct it" },
    reason: "Why (the person reads it)", send: "Decide", done: "Decided: the person is told.",
    means: "Names and the day of birth are put right at once; see to homes and others besides.",
  },
};

export const corrections = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.path("/corrections?limit=20"), "corrections", app.state.pages ?? 1),
  sections: (app, { items, hasMore }) => [
    back(app.say(words).back, "#/desk"),
    { key: "hint", of: null, make: () => make("p", { class: "card" }, app.say(words).hint) },
    cards("corrections", app.say(words).title, items, (one) => correction(app, one),
      app.say(words).none),
    more(app, hasMore),
  ],
};

function correction(app, one) {
  const say = app.say(words);
  rememberName(one.person, one.display_name);
  return make("li", { class: "card urgent" },
    make("h3", {}, link(one.display_name, `#/person/${one.person}`, "act")),
    make("p", { class: "marks" }, make("span", { class: "mark" },
      named(fields, one.field, app.language))),
    facts([say.was, one.was], [say.wanted, one.wanted], [say.because, one.because],
      [say.at, momentText(one.asked_at, app.language)]),
    foldedForm(app, `decide-${one.id}`, say.decide, {
      hint: say.means, send: say.send, values: { outcome: "refused" },
      fields: (form) => [
        form.field("/outcome", say.as, form.select("outcome", Object.entries(say.outcomes))),
        form.field("/reason", say.reason, form.area("reason", { maxlength: 1000, rows: 2 })),
      ],
      act: async ({ outcome, reason }) => {
        await write("POST", app.path(`/corrections/${one.id}/decision`),
          { outcome, reason: reason?.trim() ?? "" });
        return say.done;
      },
    }));
}
