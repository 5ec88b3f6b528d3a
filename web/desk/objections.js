// Objections to guardianships: both sides are heard, and a person decides.

import { readPages, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { guardianWays, rights } from "../family/words.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { nameOf, readKnown } from "../people/names.js";

const words = {
  zh: {
    title: "监护的异议", back: "办公台", none: "没有未处理的异议。", child: "孩子", guardian: "监护人", how: "怎么登记的",
    rights: "权利", why: "异议", at: "提出", decide: "处理", hint: "异议成立：这项监护结束。不成立：监护照旧有效。", as: "怎么定",
    decisions: { dismissed: "异议不成立", upheld: "异议成立" }, because: "理由", send: "决定", done: "已处理，双方会收到通知。",
    open: "打开孩子的页面",
  },
  en: {
    title: "Objections to guardianships", back: "Desk", none: "No objection is open.",
    child: "Child", guardian: "Guardian", how: "Recorded", rights: "Rights", why: "Objection",
    at: "Raised", decide: "Decide",
    hint: "Upheld: this guardianship ends. Dismissed: it counts as before.", as: "Decision",
    decisions: { dismissed: "Dismissed", upheld: "Upheld" }, because: "Why", send: "Decide",
    done: "Decided: both are told.", open: "Open the child’s page",
  },
};

export const objections = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ items, hasMore }, { names }] = await Promise.all([
      readPages(app.path("/guardianships?limit=50"), "guardianships", app.state.pages ?? 1),
      readKnown(app)]);
    return { all: items.filter((one) => one.objection), hasMore, names };
  },
  sections: (app, { all, hasMore, names }) => [
    back(app.say(words).back, "#/desk"),
    cards("objections", app.say(words).title, all, (one) => objection(app, one, names),
      app.say(words).none),
    more(app, hasMore),
  ],
};

function objection(app, one, names) {
  const say = app.say(words);
  return make("li", { class: "card urgent" },
    facts([say.child, nameOf(app, names, one.child)], [say.guardian, nameOf(app, names, one.guardian)],
      [say.how, named(guardianWays, one.how, app.language)],
      [say.rights, one.rights.map((code) => named(rights, code, app.language)).join("、")],
      [say.why, one.objection.because], [say.at, momentText(one.objection.at, app.language)]),
    link(say.open, `#/person/${one.child}`, "act"),
    foldedForm(app, `decide-${one.id}`, say.decide, {
      hint: say.hint, send: say.send, values: { decision: "dismissed" },
      fields: (form) => [
        form.field("/decision", say.as, form.select("decision", Object.entries(say.decisions))),
        form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 })),
      ],
      act: async ({ decision, because }) => {
        await write("POST", app.path(`/family-objections/${one.objection.id}/decision`),
          { decision, because: because?.trim() ?? "" });
        return say.done;
      },
    }));
}
