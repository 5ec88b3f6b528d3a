// Requests to act for an elder: the elder is called, and what she said is recorded.

import { read, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, foldedForm } from "../people/doing.js";
import { nameOf, readKnown } from "../people/names.js";
import { scopes } from "../people/words.js";

const words = {
  zh: {
    title: "代办请求，等回电", back: "办公台", none: "没有等回电的请求。", elder: "长辈", doer: "谁来代办", what: "办什么",
    days: "多少天", asked: "请求于", answer: "记录回电结果", hint: "打长辈本人登记的电话，听本人亲口说。", said: "本人怎么说",
    yes: "同意", no: "不同意", because: "通话记录", send: "记录", done: "已记录，双方会收到通知。", open: "打开长辈的页面",
  },
  en: {
    title: "Delegates that wait for a call", back: "Desk", none: "No request waits.",
    elder: "The elder", doer: "Who would act", what: "In what", days: "Days", asked: "Asked",
    answer: "Record what she said", hint: "Call the elder’s own number, and hear it from her.",
    said: "She said", yes: "Yes", no: "No", because: "What was said", send: "Record it",
    done: "Recorded: both are told.", open: "Open the elder’s page",
  },
};

export const callbacks = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ requests }, { names }] = await Promise.all([
      read(app.path("/delegation-requests")), readKnown(app)]);
    return { requests, names };
  },
  sections: (app, { requests, names }) => [
    back(app.say(words).back, "#/desk"),
    cards("requests", app.say(words).title, requests, (one) => request(app, one, names),
      app.say(words).none),
  ],
};

function request(app, one, names) {
  const say = app.say(words);
  return make("li", { class: "card urgent" },
    facts([say.elder, nameOf(app, names, one.beneficiary)], [say.doer, nameOf(app, names, one.doer)],
      [say.what, one.scope.map((code) => named(scopes, code, app.language)).join("；")],
      [say.days, String(one.days)], [say.asked, momentText(one.asked_at, app.language)]),
    link(say.open, `#/person/${one.beneficiary}`, "act"),
    foldedForm(app, `answer-${one.id}`, say.answer, {
      hint: say.hint, send: say.send, values: { confirmed: "no" },
      fields: (form) => [
        form.field("/confirmed", say.said,
          form.select("confirmed", [["no", say.no], ["yes", say.yes]])),
        form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 })),
      ],
      act: async ({ confirmed, because }) => {
        await write("POST", app.path(`/delegation-requests/${one.id}/answer`),
          { confirmed: confirmed === "yes", because: because?.trim() ?? "" });
        return say.done;
      },
    }));
}
