// Requests that a member has left, moved or died: asked, answered by whom they are about, decided.

import { write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { foldedForm } from "../people/doing.js";
import { personOptions } from "../people/names.js";

const words = {
  zh: {
    kinds: { leave: ["离开这一户", "Has left the household"], moved: ["搬出小区", "Has moved away"],
      dead: ["去世", "Has died"] },
    asked: "提出", why: "原因", answer: "答复", answers: { agreed: "同意", objected: "反对" },
    outcome: "决定", outcomes: { ended: "已离户", refused: "不予办理" }, reply: "我的答复（只给居委会看）",
    choose: "您同意吗", say: "想说的话（可不填）", send: "提交", sent: "已提交。", remove: "申请把家里一个人移出",
    removeHint: "会告诉本人；居委会核实后决定。", who: "谁", what: "怎么了", ask: "申请", done: "已申请，居委会会核实。",
    open: "等居委会决定",
  },
  en: {
    kinds: null, asked: "Asked", why: "Why", answer: "Answer",
    answers: { agreed: "Agreed", objected: "Objected" }, outcome: "Decision",
    outcomes: { ended: "Membership ended", refused: "Refused" },
    reply: "My answer (for the committee alone)", choose: "Do you agree",
    say: "In your words, if you like", send: "Send", sent: "Sent.",
    remove: "Ask that a member be removed",
    removeHint: "The person is told; the committee looks into it and decides.", who: "Whom",
    what: "What happened", ask: "Ask", done: "Asked: the committee looks into it.",
    open: "The committee decides",
  },
};

export const endKinds = words.zh.kinds;

/** One request; whom it is about answers it, and `deciding` adds what the committee does. */
export function requestCard(app, one, deciding) {
  const say = app.say(words);
  const isMine = one.person === app.person;
  return make("li", { class: isMine && !one.answer && !one.outcome ? "card urgent" : "card" },
    make("h3", {}, `${one.display_name} · ${named(endKinds, one.kind, app.language)}`),
    !one.outcome && make("p", { class: "marks" }, make("span", { class: "mark quiet" }, say.open)),
    facts([say.asked, momentText(one.asked_at, app.language)], [say.why, one.because],
      [say.answer, one.answer && [say.answers[one.answer], one.answer_because]
        .filter(Boolean).join(" · ")],
      [say.outcome, one.outcome && [say.outcomes[one.outcome], one.decided_because]
        .filter(Boolean).join(" · ")]),
    isMine && !one.outcome && answering(app, one), !one.outcome && deciding?.(one));
}

function answering(app, one) {
  const say = app.say(words);
  return foldedForm(app, `answer-${one.id}`, say.reply, {
    isOpen: !one.answer, send: say.send, values: { answer: one.answer ?? "agreed" },
    fields: (form) => [
      form.field("/answer", say.choose, form.select("answer", Object.entries(say.answers))),
      form.field("/because", say.say, form.area("because", { maxlength: 400, rows: 2 })),
    ],
    act: async ({ answer, because }) => {
      await write("POST", app.path(`/membership-ends/${one.id}/answer`),
        { answer, ...(because?.trim() ? { because: because.trim() } : {}) });
      return say.sent;
    },
  });
}

/** Asking that another one's membership ends. */
export function ending(app, home) {
  const say = app.say(words);
  const people = personOptions(app, home.members);
  if (!people.length) return null;
  return foldedForm(app, `remove-${home.id}`, say.remove, {
    hint: say.removeHint, send: say.ask, values: { person: people[0][0], kind: "leave" },
    fields: (form) => [
      form.field("/person", say.who, form.select("person", people)),
      form.field("/kind", say.what, form.select("kind", options(endKinds, app.language))),
      form.field("/because", say.why, form.area("because", { maxlength: 400, rows: 2 })),
    ],
    act: async ({ person, kind, because }) => {
      await write("POST", app.path("/membership-ends"),
        { household: home.id, person, kind, because: because?.trim() ?? "" });
      return say.done;
    },
  });
}
