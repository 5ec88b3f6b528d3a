// Who guards a child, as an office records it on evidence, and the end of a guardianship.

import { write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { addDays, instantOf, momentText, today } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { guardianWays, rights } from "../family/words.js";
import { foldedForm } from "../people/doing.js";
import { nameOf } from "../people/names.js";
import { choosing, chosen } from "./choose.js";

const words = {
  zh: {
    title: "监护人（孩子）", none: "没有登记的监护人。", rights: "权利", how: "怎么登记的", since: "起", until: "止",
    evidence: "依据", ended: "结束原因", objected: (why) => `有异议：${why}`, end: "结束监护",
    sure: (name) => `结束 ${name} 的监护？监护人会收到通知；要恢复须重新登记。`, why: "原因", done: "已结束。",
    record: "凭证明登记监护人", hint: "看过户口簿、判决书、居委会指定书等。原来登记的此人监护随之更新。", who: "监护人",
    which: "哪些权利", ends: "到哪天（可不填）", send: "登记", recorded: "已登记，孩子的监护人会收到通知。",
  },
  en: {
    title: "Guardians (of a child)", none: "No guardian is recorded.", rights: "Rights",
    how: "Recorded", since: "From", until: "Until", evidence: "On", ended: "Ended because",
    objected: (why) => `Objected to: ${why}`, end: "End it",
    sure: (name) => `End that ${name} is the guardian? The guardians are told; it takes a new record.`,
    why: "Why", done: "Ended.", record: "Record a guardian on evidence",
    hint: "You have seen the household register, a judgment, an appointment. What this guardian had "
      + "before ends.", who: "Guardian", which: "Which rights", ends: "Until which day, if any",
    send: "Record it", recorded: "Recorded: the child’s guardians are told.",
  },
};

export function guardianshipsOf(app, all, names) {
  const say = app.say(words);
  return make("section", { class: "card" }, make("h2", {}, say.title),
    !all.length && make("p", {}, say.none),
    make("ul", { class: "plain" }, all.map((one) => guardianship(app, one, names))),
    recording(app));
}

function guardianship(app, one, names) {
  const say = app.say(words);
  const name = nameOf(app, names, one.guardian);
  const time = (instant) => instant && momentText(instant, app.language);
  return make("li", {}, make("p", { class: "title" }, name),
    one.objection && make("p", { class: "title" }, `! ${say.objected(one.objection.because)}`),
    facts([say.rights, one.rights.map((code) => named(rights, code, app.language)).join("、")],
      [say.how, named(guardianWays, one.how, app.language)], [say.since, time(one.begins)],
      [say.until, time(one.ends)], [say.evidence, one.evidence], [say.ended, one.ended_because]),
    !one.ended_because && confirmation(app, `guardian-${one.id}`, { open: say.end,
      question: say.sure(name), reason: say.why, confirm: say.end, kind: "danger" },
    async (because) => {
      await write("POST", app.path(`/guardianships/${one.id}/ending`), { because: because ?? "" });
      await app.refresh();
      app.tell(say.done);
    }));
}

function recording(app) {
  const say = app.say(words);
  return foldedForm(app, "guardian", say.record, {
    hint: say.hint, send: say.send, values: { rights: Object.keys(rights) },
    fields: (form, values) => [
      ...choosing(app, form, values, "guardian", say.who, app.id),
      form.group("/rights", say.which, null, Object.keys(rights).map((code) =>
        form.check("rights", code, named(rights, code, app.language)))),
      form.field("/evidence", say.evidence, form.area("evidence", { maxlength: 400, rows: 2 })),
      form.field("/ends", say.ends, form.input("ends", "date", { min: today() })),
    ],
    act: async (values) => {
      await write("POST", app.path("/guardianships"), { child: app.id,
        guardian: chosen(values, "guardian"), rights: values.rights,
        evidence: values.evidence?.trim() ?? "",
        ...(values.ends ? { ends: instantOf(`${addDays(values.ends, 1)}T00:00`) } : {}) });
      return say.recorded;
    },
  });
}
