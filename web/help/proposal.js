// What one is asked to help with: what, when, roughly where and why; yes or no.

import { now, read, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { lengthText, spanText } from "../activities/moments.js";
import { facts, inLanguage, left, link, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, doing, foldedForm } from "../people/doing.js";
import { declines, kinds } from "./words.js";

const words = {
  zh: {
    title: "请您去帮忙", back: "我能帮", answer: "请答复", urgent: "很急", accepted: "✓ 您答应了", declined: "您说了不去",
    lapsed: "这次不用了", released: "您退回了", offered: "等对方答复", length: "多久", where: "大概在哪里",
    address: "地址", who: "帮谁", said: "对方写的", why: "为什么问您", until: "还有多久可以答复",
    addressHint: "您答应以后，才看得到姓名和地址。", yes: "好，我去", no: "这次不去", reason: "为什么（不会告诉对方）",
    reasonHint: "不去没有任何影响。选“不想帮这个人”以后就不再问您帮这个人。", agreed: "约好了，谢谢您。", said_no: "已记下，谢谢您。",
    visit: "看这次上门", talk: "与对方说话", release: "去不了了", releaseSure: "去不了了？会另外找人，不记在您名下。",
    released_: "已退回，会另外找人。",
  },
  en: {
    title: "You are asked to help", back: "I can help", answer: "Please answer", urgent: "Urgent",
    accepted: "✓ You agreed", declined: "You said no", lapsed: "Not needed any more",
    released: "You gave it back", offered: "Waits for an answer", length: "How long",
    where: "Roughly where", address: "Address", who: "Whom", said: "In their words",
    why: "Why you are asked", until: "Time to answer",
    addressHint: "The name and the address show once you have said yes.", yes: "Yes, I will go",
    no: "Not this time", reason: "Why (the other does not hear it)",
    reasonHint: "Saying no has no consequence. “Not this person” means that you are not asked for "
      + "this person again.",
    agreed: "It is agreed. Thank you.", said_no: "Noted. Thank you.", visit: "See the visit",
    talk: "Write to the other side", release: "I cannot go after all",
    releaseSure: "You cannot go? Somebody else is looked for; it counts against nobody.",
    released_: "Given back: somebody else is looked for.",
  },
};

export const isOpen = (one) => one.state === "open" && Date.parse(one.until) > now();

/** The state as it is shown; what nobody answered in time has lapsed. */
const stateOf = (one) => (one.state === "open" && !isOpen(one) ? "lapsed" : one.state);

export const proposal = {
  needsPerson: true,
  title: (app, data) => (data ? named(kinds, data.kind, app.language) : app.say(words).title),
  read: (app) => read(app.path(`/help-proposals/${app.id}`)),
  sections: (app, one) => [
    back(app.say(words).back, "#/helping"),
    { key: "head", of: [one, stateOf(one)], make: () => head(app, one) },
    isOpen(one) && one.origin !== "offer" && { key: "answer", of: one.id,
      make: () => answering(app, one) },
    one.state === "accepted" && one.visit && { key: "release", of: one.id,
      make: () => make("section", { class: "card" }, releasing(app, one)) },
  ],
};

function marks(app, one) {
  const say = app.say(words);
  const state = stateOf(one);
  const text = state === "open" ? (one.origin === "offer" ? say.offered : say.answer) : say[state];
  return make("p", { class: "marks" },
    make("span", { class: state === "accepted" ? "mark fresh"
      : state === "open" ? "mark urgent" : "mark quiet" }, text,
    state === "open" && one.origin !== "offer" && [" · ", left(one.until, app.language)]),
    one.urgency === "urgent" && state === "open"
      && make("span", { class: "mark urgent" }, say.urgent));
}

/** One of them in a list. */
export function proposalCard(app, one) {
  return make("li", { class: isOpen(one) && one.origin !== "offer" ? "card urgent" : "card" },
    make("h3", {}, make("a", { href: `#/proposal/${one.id}`, class: "title" },
      named(kinds, one.kind, app.language))),
    marks(app, one),
    make("p", { class: "when" }, spanText(one.begins, one.ends, app.language)),
    make("p", {}, inLanguage(one, "place", app.language)));
}

function head(app, one) {
  const say = app.say(words);
  const address = inLanguage(one, "address", app.language);
  return make("section", { class: "card" }, marks(app, one),
    make("p", { class: "when" }, spanText(one.begins, one.ends, app.language)),
    facts([say.who, one.person_name], [say.address, address],
      [say.where, !address && inLanguage(one, "place", app.language)],
      [say.length, lengthText(one.minutes, app.language)], [say.said, one.words]),
    isOpen(one) && one.origin !== "offer" && make("p", { class: "quiet" }, say.addressHint),
    one.reasons.length > 0 && [make("h2", {}, say.why), make("ul", { class: "plain" },
      one.reasons.map((reason) => make("li", {}, reason[app.language])))],
    make("div", { class: "buttons" },
      one.visit && link(say.visit, `#/visit/${one.visit}`, "act main"),
      one.conversation && link(say.talk, `#/talk/${one.conversation}`, "act")));
}

function answering(app, one) {
  const say = app.say(words);
  const path = app.path(`/help-proposals/${one.id}`);
  return make("section", { class: "card" },
    doing(app, say.yes, async () => {
      await write("POST", `${path}/acceptance`);
      return say.agreed;
    }, { key: "yes", kind: "main" }),
    foldedForm(app, "no", say.no, {
      hint: say.reasonHint, send: say.no, values: { because: "busy" },
      fields: (form) => [form.field("/because", say.reason,
        form.select("because", options(declines, app.language)))],
      act: async ({ because }) => {
        await write("POST", `${path}/refusal`, { because });
        return say.said_no;
      },
    }));
}

function releasing(app, one) {
  const say = app.say(words);
  return confirmation(app, "release", { open: say.release, question: say.releaseSure,
    confirm: say.release, kind: "danger" }, async () => {
    await write("POST", app.path(`/help-proposals/${one.id}/release`));
    await app.refresh();
    app.tell(say.released_);
  });
}
