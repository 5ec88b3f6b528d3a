// Who acts for a resident who comes to the desk: its end, and a record before a social worker.

import { write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { foldedForm } from "../people/doing.js";
import { nameOf } from "../people/names.js";
import { scopes } from "../people/words.js";
import { choosing, chosen } from "./choose.js";

const words = {
  zh: {
    title: "代办", none: "没有人可以为此人代办。", does: "可以做", since: "起", until: "止", end: "立即终止",
    sure: (name) => `按本人意思，立即终止 ${name} 的代办？要恢复须重新登记。`, ended: "已终止。",
    appoint: "在本人面前登记代办人", hint: "本人在场并亲口同意；代办人须已当面核验。48 小时后生效。", who: "谁来代办",
    scope: "办什么", days: "多少天（最长 364）", evidence: "看到、听到了什么", send: "登记", done: "已登记，48 小时后生效。",
  },
  en: {
    title: "Delegates", none: "Nobody acts for this person.", does: "May", since: "From",
    until: "Until", end: "End it at once",
    sure: (name) => `End, as the person wishes, that ${name} acts for it? It takes a new record.`,
    ended: "Ended.", appoint: "Record a delegate before the person",
    hint: "The person is here and says so; the delegate is proved in person. It begins 48 hours later.",
    who: "Who acts", scope: "In what", days: "Days (364 at most)", evidence: "What was seen and said",
    send: "Record it", done: "Recorded: it begins in 48 hours.",
  },
};

export function delegations(app, all, names) {
  const say = app.say(words);
  return make("section", { class: "card" }, make("h2", {}, say.title),
    !all.length && make("p", {}, say.none),
    make("ul", { class: "plain" }, all.map((one) => {
      const name = nameOf(app, names, one.doer);
      return make("li", {}, make("p", { class: "title" }, name),
        facts([say.does, one.scope.map((code) => named(scopes, code, app.language)).join("；")],
          [say.since, momentText(one.begins, app.language)],
          [say.until, momentText(one.ends, app.language)]),
        confirmation(app, `delegation-${one.id}`, { open: say.end, question: say.sure(name),
          confirm: say.end, kind: "danger" }, async () => {
          await write("DELETE", app.path(`/delegations/${one.id}`));
          await app.refresh();
          app.tell(say.ended);
        }));
    })),
    app.holds("social_worker") && appointing(app));
}

function appointing(app) {
  const say = app.say(words);
  return foldedForm(app, "appoint", say.appoint, {
    hint: say.hint, send: say.send, values: { scope: ["announcements"], days: "364" },
    fields: (form, values) => [
      ...choosing(app, form, values, "doer", say.who, app.id),
      form.group("/scope", say.scope, null, Object.keys(scopes).map((code) =>
        form.check("scope", code, named(scopes, code, app.language)))),
      form.field("/days", say.days, form.input("days", "number", { min: 1, max: 364 })),
      form.field("/evidence", say.evidence, form.area("evidence", { maxlength: 400, rows: 2 })),
    ],
    act: async (values) => {
      await write("POST", app.path("/delegations"), { doer: chosen(values, "doer"),
        beneficiary: app.id, scope: values.scope, days: Number(values.days),
        evidence: values.evidence?.trim() ?? "" });
      return say.done;
    },
  });
}
