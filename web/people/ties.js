// Ties: by a code that one shows and the other types, by a claim, confirmed and ended.

import { now, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { left, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, cards, doing, foldedForm } from "./doing.js";
import { personOptions, readKnown } from "./names.js";
import { tieKinds } from "./words.js";

const words = {
  zh: {
    title: "亲友关系", back: "我的",
    hint: "双方都确认了才算。解除时对方不会收到通知。", asked: "等您确认", confirmed: "已确认",
    waiting: "等对方确认", none: "还没有确认的关系。", confirm: "确认", decline: "不确认",
    confirmFor: (name) => `确认与${name}的关系`, declineFor: (name) => `不确认与${name}的关系`,
    takeBack: "撤回", end: "解除", endSure: (name) => `解除与${name}的关系？对方不会收到通知；要恢复须双方再确认。`,
    done: "已确认。", ended: "已解除。", declined: "已不确认。", since: (time) => `${time} 起`,
    until: (time) => `${time} 前有效`, show: "出示关系码", kind: "什么关系", showSend: "出示",
    showHint: "两人在一起时最方便：您出示，对方输入。", code: "请对方在自己手机上输入：",
    lives: "只能用一次。", type: "输入关系码", typeHint: "对方手机上的八个字符。", typeSend: "确认关系",
    claim: "登记与家人或楼里干部的关系", who: "谁", claimSend: "登记", claimed: "已登记，等对方确认。",
  },
  en: {
    title: "Ties", back: "Me",
    hint: "A tie counts once both have confirmed it. Who ends one does not tell the other.",
    asked: "They wait for you", confirmed: "Confirmed", waiting: "You wait for them",
    none: "No confirmed tie yet.", confirm: "Confirm", decline: "Decline",
    confirmFor: (name) => `Confirm the tie to ${name}`,
    declineFor: (name) => `Decline the tie to ${name}`,
    takeBack: "Take back", end: "End it",
    endSure: (name) => `End the tie to ${name}? The other is not told; both confirm anew `
      + "to have it again.",
    done: "Confirmed.", ended: "Ended.", declined: "Declined.", since: (time) => `Since ${time}`,
    until: (time) => `good until ${time}`, show: "Show a code", kind: "What kind of tie",
    showSend: "Show it", showHint: "Best when you are together: you show it, the other types it.",
    code: "Let the other one enter:", lives: "Good once.", type: "Enter a code",
    typeHint: "The eight characters on the other’s phone.", typeSend: "Confirm the tie",
    claim: "Claim a tie to my household or an officer", who: "Whom", claimSend: "Claim it",
    claimed: "Claimed: it waits for the other.",
  },
};

export const ties = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readKnown(app),
  sections(app, { ties: all, household, officers }) {
    const say = app.say(words);
    const of = (state) => all.filter((one) => one.state === state);
    const list = (state, none) => (none || of(state).length > 0)
      && cards(state, say[state], of(state), (one) => tie(app, one), none);
    return [
      back(say.back, "#/me"),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.hint) },
      list("asked"), { key: "codes", of: null, make: () => codes(app) },
      list("confirmed", say.none), list("waiting"),
      { key: "claim", of: [household, officers], make: () => claim(app, household, officers) },
    ];
  },
};

function tie(app, one) {
  const say = app.say(words);
  const end = async () => {
    await write("DELETE", app.path(`/ties/${one.id}`));
    return one.state === "asked" ? say.declined : say.ended;
  };
  return make("li", { class: one.state === "asked" ? "card urgent" : "card" },
    make("h3", {}, one.display_name),
    make("p", { class: "marks" }, make("span", { class: "mark quiet" },
      named(tieKinds, one.kind, app.language))),
    make("p", { class: "quiet" }, say.since(momentText(one.since, app.language)),
      one.until && ` · ${say.until(momentText(one.until, app.language))}`),
    one.state === "asked" && doing(app, say.confirm, async () => {
      await write("POST", app.path(`/ties/${one.id}/confirmation`));
      return say.done;
    }, { key: `confirm-${one.id}`, kind: "main", label: say.confirmFor(one.display_name) }),
    one.state === "asked" && doing(app, say.decline, end,
      { key: `decline-${one.id}`, label: say.declineFor(one.display_name) }),
    one.state !== "asked" && confirmation(app, `end-${one.id}`, {
      open: one.state === "waiting" ? say.takeBack : say.end,
      question: say.endSure(one.display_name),
      confirm: one.state === "waiting" ? say.takeBack : say.end, kind: "danger",
    }, async () => {
      const done = await end();
      await app.refresh();
      app.tell(done);
    }));
}

function codes(app) {
  const say = app.say(words);
  const shown = app.state.shown;
  return make("section", { class: "card" },
    foldedForm(app, "show", say.show, {
      hint: say.showHint, send: say.showSend, values: { kind: "kin" },
      fields: (form) => [form.field("/kind", say.kind,
        form.select("kind", options(tieKinds, app.language)))],
      act: async ({ kind }) => {
        app.state.shown = await write("POST", app.path("/tie-codes"), { kind });
        app.show();
      },
    }),
    shown && Date.parse(shown.ends) > now() && make("div", { class: "code", role: "status" },
      make("p", {}, say.code), make("output", {}, shown.code),
      make("p", {}, say.lives, " ", left(shown.ends, app.language))),
    foldedForm(app, "type", say.type, {
      hint: say.typeHint, send: say.typeSend,
      fields: (form) => [form.field("/code", say.type, form.input("code", "text",
        { maxlength: 40, autocapitalize: "characters", class: "digits" }))],
      act: async ({ code }) => {
        await write("POST", app.path("/tie-codes/use"), { code: code?.trim() ?? "" });
        return say.done;
      },
    }));
}

function claim(app, household, officers) {
  const say = app.say(words);
  const people = personOptions(app, household, officers);
  if (!people.length) return null;
  return make("section", { class: "card" }, foldedForm(app, "claim", say.claim, {
    send: say.claimSend, values: { person: people[0][0], kind: "kin" },
    fields: (form) => [form.field("/person", say.who, form.select("person", people)),
      form.field("/kind", say.kind, form.select("kind", options(tieKinds, app.language)))],
    act: async ({ person, kind }) => {
      const made = await write("POST", app.path("/ties"), { person, kind });
      return made.state === "confirmed" ? say.done : say.claimed;
    },
  }));
}
