// Proving a resident in person, and taking a proof back.

import { read, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { instantOf, addDays, momentText, today } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { doing, foldedForm } from "../people/doing.js";
import { levels, proofWays } from "../people/words.js";

const words = {
  zh: {
    title: "核验", look: "查看核验记录", hint: "查阅会留痕，本人看得到。", none: "没有核验记录。", give: "当面核验",
    because: "看了什么证件、谁在场", ends: "到哪天（可不填）", send: "已当面核验", done: "已核验，本人会收到通知。",
    from: "起", until: "止", why: "依据", withdrawn: "已撤回", withdraw: "撤回", sure: "撤回这项核验？要恢复须重新核验。",
    reason: "原因（本人会读到）", taken: "已撤回，本人会收到通知。",
  },
  en: {
    title: "Proofs", look: "Read the proofs", hint: "The reading is logged; the person sees it.",
    none: "No proof.", give: "Prove in person", because: "Which document, and who was there",
    ends: "Until which day, if any", send: "Seen in person", done: "Proved: the person is told.",
    from: "From", until: "Until", why: "On", withdrawn: "Taken back", withdraw: "Take it back",
    sure: "Take this proof back? It takes a new one.", reason: "Why (the person reads it)",
    taken: "Taken back: the person is told.",
  },
};

const readProofs = async (app) => {
  app.state.proofs = (await read(app.path(`/people/${app.id}/proofs`))).proofs;
};

export function proofs(app) {
  const say = app.say(words);
  const all = app.state.proofs;
  return make("section", { class: "card" }, make("h2", {}, say.title),
    !all && [make("p", { class: "quiet" }, say.hint), doing(app, say.look, () => readProofs(app),
      { key: "proofs" })],
    all && !all.length && make("p", {}, say.none),
    all && make("ul", { class: "plain" }, all.map((one) => proof(app, one))),
    foldedForm(app, "prove", say.give, {
      send: say.send,
      fields: (form) => [
        form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 })),
        form.field("/ends", say.ends, form.input("ends", "date", { min: today() })),
      ],
      act: async ({ because, ends }) => {
        await write("POST", app.path(`/people/${app.id}/proofs`), { because: because?.trim() ?? "",
          ...(ends ? { ends: instantOf(`${addDays(ends, 1)}T00:00`) } : {}) });
        if (app.state.proofs) await readProofs(app);
        return say.done;
      },
    }));
}

function proof(app, one) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  return make("li", {}, make("p", { class: "marks" },
    make("span", { class: "mark quiet" }, named(levels, one.level, app.language)),
    one.withdrawn_at && make("span", { class: "mark" }, say.withdrawn)),
  facts([named(proofWays, one.how, app.language), time(one.proved_at)],
    [say.until, time(one.withdrawn_at ?? one.ends)],
    [say.why, one.withdrawn_because ?? one.because]),
  !one.withdrawn_at && confirmation(app, `withdraw-${one.id}`, { open: say.withdraw,
    question: say.sure, reason: say.reason, confirm: say.withdraw, kind: "danger" },
  async (because) => {
    await write("POST", app.path(`/people/${app.id}/proofs/${one.id}/withdrawal`),
      { because: because ?? "" });
    await readProofs(app);
    await app.refresh();
    app.tell(say.taken);
  }));
}
