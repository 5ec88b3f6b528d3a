// What was said not to be safe, for those who take it up; the other side never hears of it.

import { readPages, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { kinds } from "../help/words.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { rememberName } from "../people/names.js";

const words = {
  zh: {
    title: "说不安全的互助", back: "办公台", hint: "请先联系说的人。对方看不到这里的任何内容，也不能让对方猜到。", none: "没有人说过不安全。",
    said: "谁说的", other: "与谁", what: "哪种帮忙", at: "什么时候说的", note: "说的话", visit: "看那次上门",
    decided: "决定",
    decisions: { stands: "维持：两人不再约到一起", lifted: "解除：可以再约" }, decide: "决定", as: "怎么定", send: "决定",
    done: "已决定。对方不会收到通知。", open: "! 还没有处理",
  },
  en: {
    title: "Help that was not safe", back: "Desk",
    hint: "Reach whoever said so first. The other sees nothing of this, and must not "
      + "come to guess it.",
    none: "Nobody has said so.", said: "Who said it", other: "With whom", what: "Kind of help",
    at: "When", note: "In their words", visit: "See that visit", decided: "Decision",
    decisions: { stands: "It stands: the two are not brought together",
      lifted: "It is lifted: they may meet again" },
    decide: "Decide", as: "Decision", send: "Decide", done: "Decided. The other is not told.",
    open: "! Not decided",
  },
};

export const helpReports = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.path("/help/safety-reports?limit=20"), "reports",
    app.state.pages ?? 1),
  sections: (app, { items, hasMore }) => [
    back(app.say(words).back, "#/desk"),
    { key: "hint", of: null, make: () => make("p", { class: "card" }, app.say(words).hint) },
    cards("reports", app.say(words).title, items, (one) => report(app, one), app.say(words).none),
    more(app, hasMore),
  ],
};

function report(app, one) {
  const say = app.say(words);
  const who = (person, name) => {
    rememberName(person, name);
    return link(name, `#/person/${person}`);
  };
  return make("li", { class: one.decision ? "card" : "card urgent" },
    !one.decision && make("p", { class: "marks" }, make("span", { class: "mark urgent" }, say.open)),
    facts([say.said, who(one.person, one.person_name)], [say.other, who(one.other, one.other_name)],
      [say.what, named(kinds, one.kind, app.language)],
      [say.at, momentText(one.said_at, app.language)], [say.note, one.note],
      [say.decided, one.decision && say.decisions[one.decision]]),
    link(say.visit, `#/visit/${one.visit}`, "act"),
    foldedForm(app, `decide-${one.id}`, say.decide, {
      send: say.send, values: { decision: one.decision ?? "stands" },
      fields: (form) => [form.field("/decision", say.as,
        form.select("decision", Object.entries(say.decisions)))],
      act: async ({ decision }) => {
        await write("PUT", app.path(`/help/safety-reports/${one.id}/decision`), { decision });
        return say.done;
      },
    }));
}
