// How long which data is kept, and why; the committee sets the terms within the law's bounds.

import { read, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, inLanguage, make } from "../activities/parts.js";
import { back, cards, foldedForm } from "./doing.js";

const words = {
  zh: {
    title: "资料保存多久", back: "我的资料", terms: "各类资料的保存期限", none: "没有登记的期限。",
    days: "保存", count: (days) => `${days} 天`,
    bounds: "允许的范围", span: (min, max) => `${min} 到 ${max} 天`, basis: "为什么", because: "居委会的理由",
    changed: "改于", change: "修改期限", length: "多少天", why: "理由（全小区看得到）", send: "修改", done: "已修改，会告知全小区。",
  },
  en: {
    title: "How long data is kept", back: "My data", terms: "Terms by kind of data",
    none: "No term is recorded.", days: "Kept", count: (days) => `${days} days`,
    bounds: "Allowed", span: (min, max) => `${min} to ${max} days`, basis: "Why",
    because: "The committee’s reason", changed: "Changed", change: "Change the term",
    length: "Days", why: "Why (the estate reads it)", send: "Change it",
    done: "Changed: the estate is told.",
  },
};

export const retention = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => read(app.path("/retention")),
  sections: (app, { terms }) => [
    back(app.say(words).back, "#/data"),
    cards("terms", app.say(words).terms, terms, (one) => term(app, one), app.say(words).none),
  ],
};

function term(app, one) {
  const say = app.say(words);
  return make("li", { class: "card" }, make("h3", {}, inLanguage(one, "title", app.language)),
    facts([say.days, say.count(one.days)], [say.basis, inLanguage(one, "basis", app.language)],
      [say.bounds, say.span(one.days_min, one.days_max)], [say.because, one.because],
      [say.changed, one.changed_at && momentText(one.changed_at, app.language)]),
    app.holds("residents_committee") && foldedForm(app, `term-${one.kind}`, say.change, {
      send: say.send, values: { days: String(one.days) },
      fields: (form) => [
        form.field("/days", say.length,
          form.input("days", "number", { min: one.days_min, max: one.days_max })),
        form.field("/because", say.why, form.area("because", { maxlength: 400, rows: 2 })),
      ],
      act: async ({ days, because }) => {
        await write("PUT", app.path(`/retention/${one.kind}`),
          { days: Number(days), because: because?.trim() ?? "" });
        return say.done;
      },
    }));
}
