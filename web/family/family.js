// The family: the children that the reader guards, and those of its household that it may.

import { now, read, readIfAny, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { cards, foldedForm } from "../people/doing.js";
import { menu } from "../people/me.js";
import { standings } from "../people/words.js";
import { rights } from "./words.js";

const words = {
  zh: {
    title: "家人", children: "我监护的孩子", none: "还没有登记您监护的孩子。", here: "今天在我家", away: "今天不在我家",
    under: "未满 14 周岁", open: "安排、报名、同意", rights: "我有的权利", declare: (name) => `我是${name}的监护人`,
    others: "家里的其他孩子", declareSure: (name) => `声明您是${name}的监护人？家里其他大人会收到通知，可以提出异议；有异议时由社工处理。`,
    declareYes: "是的，我是", declared: "已登记，家里其他大人会收到通知。", enter: "登记自己的孩子",
    enterHint: "孩子没有账号和手机号。生日加密保存，以后不再显示。", name: "怎么称呼", birth: "生日",
    standing: "孩子是您的", send: "登记", entered: "已登记。", menu: "家里的事",
    asked: (count) => `有 ${count} 件离户申请等您答复`,
    entries: [
      ["members", "家庭成员和邀请", "谁在这一户；邀请、移出、离开。"],
      ["consents", "同意书", "同意了什么、给谁、到什么时候；撤回。"],
      ["delegates", "代办", "谁可以为长辈办事、办过什么；随时终止。"],
      ["absences", "外出和住院", "替家人登记，或登记回来。"],
    ],
  },
  en: {
    title: "Family", children: "Children I guard", none: "You are the guardian of no child here.",
    here: "With me today", away: "Not with me today", under: "Under 14",
    open: "Days, bookings, consents", rights: "What I decide",
    declare: (name) => `I am the guardian of ${name}`, others: "Other children at home",
    declareSure: (name) => `Declare that you are the guardian of ${name}? The other grown-ups are `
      + "told and may object; then a social worker takes it up.", declareYes: "Yes, I am",
    declared: "Recorded: the other grown-ups are told.", enter: "Enter my child",
    enterHint: "It gets no account and no phone. The day of birth is sealed and not shown again.",
    name: "What it is called", birth: "Day of birth", standing: "To you it is", send: "Enter it",
    entered: "Entered.", menu: "Matters of the family",
    asked: (count) => (count === 1 ? "A request to leave waits for your answer"
      : `${count} requests to leave wait for your answer`),
    entries: [
      ["members", "Members and invitations", "Who belongs here; invite, remove, leave."],
      ["consents", "Consents", "What for, for whom, until when; take one back."],
      ["delegates", "Delegates", "Who acts for an elder, and did what; end it at once."],
      ["absences", "Away and in hospital", "Note it for one of the family."],
    ],
  },
};

// What a child is to who enters it.
const childStandings = ["child", "grandchild", "relative", "other"];

export const family = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ children }, { members }, ends] = await Promise.all([
      read(app.path("/children")), readIfAny(app.path("/household"), { members: [] }),
      readIfAny(app.path("/membership-ends?state=open"), { requests: [] })]);
    const guarded = new Set(children.map((one) => one.child));
    return {
      children, households: [...new Set(members.filter((one) => one.person === app.person)
        .map((one) => one.household))],
      others: members.filter((one) => one.is_child && !guarded.has(one.person)),
      asked: ends.requests.filter((one) => one.person === app.person && !one.answer).length,
    };
  },
  sections(app, { children, households, others, asked }) {
    const say = app.say(words);
    return [
      asked > 0 && { key: "asked", of: asked, make: () => make("div", { class: "banner" },
        make("a", { href: "#/members", class: "act main" }, say.asked(asked))) },
      cards("children", say.children, children, (one) => child(app, one), say.none),
      others.length > 0 && cards("others", say.others, others, (one) => other(app, one)),
      households.length > 0 && { key: "enter", of: households, make: () =>
        make("section", { class: "card" }, entering(app, households)) },
      { key: "menu", of: null, make: () => menu(say.menu, say.entries) },
    ];
  },
};

function child(app, one) {
  const say = app.say(words);
  return make("li", { class: "card" },
    make("h3", {}, make("a", { href: `#/child/${one.child}`, class: "title" }, one.display_name)),
    make("p", { class: "marks" },
      one.homes.length > 0 && make("span", { class: one.is_with_me ? "mark fresh" : "mark quiet" },
        one.is_with_me ? `✓ ${say.here}` : say.away),
      one.is_under_14 && make("span", { class: "mark quiet" }, say.under)),
    make("p", { class: "quiet" }, `${say.rights}: `,
      one.rights.map((code) => named(rights, code, app.language)).join(
        app.language === "zh" ? "、" : ", ")));
}

function other(app, one) {
  const say = app.say(words);
  return make("li", { class: "card" }, make("h3", {}, one.display_name),
    confirmation(app, `declare-${one.person}`, { open: say.declare(one.display_name),
      question: say.declareSure(one.display_name), confirm: say.declareYes }, async () => {
      await write("POST", app.path("/guardianships"), { child: one.person });
      await app.refresh();
      app.tell(say.declared);
    }));
}

function entering(app, households) {
  const say = app.say(words);
  const own = Object.fromEntries(childStandings.map((code) => [code, standings[code]]));
  return foldedForm(app, "enter", say.enter, {
    hint: say.enterHint, send: say.send, values: { standing: "child", household: households[0] },
    fields: (form) => [
      form.field("/display_name", say.name, form.input("display_name", "text", { maxlength: 80 })),
      form.field("/birth_date", say.birth, form.input("birth_date", "date",
        { max: new Date(now()).toISOString().slice(0, 10) })),
      form.field("/standing", say.standing, form.select("standing", options(own, app.language))),
    ],
    act: async ({ display_name: name, birth_date: birth, standing, household }) => {
      await write("POST", app.path("/children"), {
        display_name: name?.trim() ?? "", birth_date: birth ?? "", standing, household });
      return say.entered;
    },
  });
}
