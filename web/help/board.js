// What neighbours ask for and let others see: not whose it is; and offering to come.

import { readPages, write } from "../activities/client.js";
import { instantOf, lengthText, localTime, spanText } from "../activities/moments.js";
import { facts, inLanguage, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { kinds } from "./words.js";

const words = {
  zh: {
    title: "邻居公开的求助", back: "我能帮", hint: "不写是谁；对方答应以后，您才看得到姓名和地址。老人的求助不在这里。",
    none: "现在没有公开的求助。", where: "大概在哪里", length: "多久", offered: "✓ 您已提出，等对方答复", urgent: "很急",
    offerFor: (what) => `我能去：${what}`, begins: "我几点能到", send: "告诉对方",
    sent: "已告诉对方，等答复。", within: "可以在这段时间里",
  },
  en: {
    title: "What neighbours ask for", back: "I can help",
    hint: "Not whose it is: the name and the address show once the other has agreed. What elders ask "
      + "for is not here.",
    none: "Nothing is listed now.", where: "Roughly where", length: "How long",
    offered: "✓ You have offered: the other answers", urgent: "Urgent", offer: "I can go",
    offerFor: (what) => `I can go: ${what}`, begins: "When I can be there", send: "Tell the other",
    sent: "The other is told, and will answer.", within: "Some time within",
  },
};

export const board = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.path("/help-board?limit=20"), "requests", app.state.pages ?? 1),
  sections(app, { items, hasMore }) {
    const say = app.say(words);
    return [
      back(say.back, "#/helping"),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.hint) },
      cards("board", say.title, items, (one) => card(app, one), say.none),
      more(app, hasMore),
    ];
  },
};

function card(app, one) {
  const say = app.say(words);
  const what = named(kinds, one.kind, app.language);
  return make("li", { class: "card" }, make("h3", {}, what),
    make("p", { class: "marks" },
      one.urgency === "urgent" && make("span", { class: "mark urgent" }, say.urgent),
      one.offered && make("span", { class: "mark fresh" }, say.offered)),
    make("p", { class: "quiet" }, say.within),
    make("p", { class: "when" }, spanText(one.begins, one.ends, app.language)),
    facts([say.length, lengthText(one.minutes, app.language)],
      [say.where, inLanguage(one, "place", app.language)]),
    !one.offered && offering(app, one, what));
}

function offering(app, one, what) {
  const say = app.say(words);
  return foldedForm(app, `offer-${one.id}`, say.offerFor(what), {
    send: say.send, values: { begins: localTime(one.begins) },
    fields: (form) => [form.field("/begins", say.begins, form.input("begins", "datetime-local",
      { min: localTime(one.begins), max: localTime(one.ends) }))],
    act: async ({ begins }) => {
      // The minute shown is the one that was asked, whatever its seconds are.
      await write("POST", app.path(`/help-requests/${one.id}/offers`),
        { begins: begins && begins !== localTime(one.begins) ? instantOf(begins) : one.begins });
      return say.sent;
    },
  });
}
