// Help groups: one's own, invitations and applications, all there are, joining by a code, founding.

import { now, read, readPages, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { bilingual, inLanguage, link, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, cards, doing, foldedForm, more } from "../people/doing.js";
import { groupMarks, isMember, joinings, kindsText } from "./group-words.js";
import { isWithChild, kinds } from "./words.js";

const words = {
  zh: {
    title: "互助小组", back: "互助", hint: "邻居们一起帮忙：大家轮流来，公平排班。组员是谁，只有组员看得到。随时可以退出。", shifts: "我的班次",
    invited: "邀请您加入", mine: "我的小组", noMine: "您还没有加入小组。", others: "别的小组", noOthers: "现在没有别的小组。",
    yes: "好，加入", no: "不加入", yesTo: (name) => `加入${name}`, noTo: (name) => `不加入${name}`, until: (time) =>
      `${time} 前有效`, joined: "已加入，谢谢您。", answered: "已答复。", asked: "我的申请", waiting: (time) => `等组长答复，到 ${time}`,
    notTaken: "这次没能加入。可以看看别的小组，或过些时候再申请。", takeBack: "收回申请", takeBackFrom: (name) => `收回对${name}的申请`,
    takenBack: "已收回。", enter: "我有邀请码", enterHint: "组长给您的那一串；一人用一次。", code: "邀请码", send: "加入",
    found: "发起一个小组", foundHint: "要先当面核验过。名称和做什么，全小区看得到：请不要写电话。", name: "名称",
    nameEn: "英文名称（可不填）", purpose: "一起做什么", purposeEn: "英文说明（可不填）", kinds: "帮哪些忙", joining: "怎样加入",
    places: "最多几个人", foundSend: "发起", most: "我每月最多来几班", aGroup: "一个小组",
  },
  en: {
    title: "Help groups", back: "Help",
    hint: "Neighbours help together, and take turns fairly. Who is in a group its members alone see. "
      + "One leaves at any time.",
    shifts: "My shifts", invited: "You are invited", mine: "My groups",
    noMine: "You are in no group yet.", others: "Other groups", noOthers: "There is no other group now.",
    yes: "Yes, join", no: "No, thank you", yesTo: (name) => `Join ${name}`,
    noTo: (name) => `Do not join ${name}`, until: (time) => `Good until ${time}`,
    joined: "You are in. Thank you.", answered: "Answered.", asked: "What I asked for",
    waiting: (time) => `A steward answers, until ${time}`,
    notTaken: "You did not get in this time. Look at other groups, or ask again later.",
    takeBack: "Take it back", takeBackFrom: (name) => `Take back that I asked ${name}`,
    takenBack: "Taken back.", enter: "I have a code",
    enterHint: "What a steward gave you; for one person, once.", code: "Code", send: "Join",
    found: "Found a group",
    foundHint: "For who is verified in person. Name and purpose are read by the whole estate: leave "
      + "out telephone numbers.",
    name: "Name (in Chinese)", nameEn: "Name in English, if you like",
    purpose: "What you do together (in Chinese)", purposeEn: "In English, if you like",
    kinds: "Help with what", joining: "How one joins", places: "At most so many people",
    foundSend: "Found it", most: "Most shifts I take in a month", aGroup: "A group",
  },
};

export const usualMost = "4";

export const groups = {
  needsPerson: true, forAnother: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ items, hasMore }, { askings }] = await Promise.all([
      readPages(app.pathFor("/help-groups?limit=50"), "groups", app.state.pages ?? 1),
      app.acting ? { askings: [] } : read(app.path("/me/help-group-askings?limit=50"))]);
    return { items, hasMore, askings };
  },
  sections(app, { items, hasMore, askings }) {
    const say = app.say(words);
    const nameOf = (id) => {
      const found = items.find((one) => one.id === id);
      return found ? inLanguage(found, "name", app.language) : say.aGroup;
    };
    const invited = askings.filter((one) => one.kind === "invitation" && one.state === "open"
      && Date.parse(one.until) > now());
    // The latest application of each group that one is not in.
    const latest = askings.filter((one, index) => one.kind === "application"
      && askings.findIndex((each) => each.kind === one.kind && each.group === one.group) === index
      && ["waiting", "not_taken"].includes(one.state)
      && !items.some((each) => each.id === one.group && isMember(each)));
    const card = (one) => groupCard(app, one);
    return [
      back(say.back, "#/help"),
      { key: "hint", of: null, make: () => make("section", { class: "card" }, make("p", {}, say.hint),
        make("div", { class: "buttons" }, link(say.shifts, "#/help-shifts", "act main"))) },
      invited.length > 0 && cards("invited", say.invited, invited,
        (one) => invitation(app, one, nameOf(one.group))),
      cards("mine", say.mine, items.filter(isMember), card, say.noMine),
      latest.length > 0 && cards("asked", say.asked, latest,
        (one) => application(app, one, nameOf(one.group))),
      cards("others", say.others, items.filter((one) => !isMember(one)), card, say.noOthers),
      more(app, hasMore),
      !app.acting && { key: "begin", of: null, make: () => make("section", { class: "card" },
        entering(app), founding(app)) },
    ];
  },
};

function groupCard(app, one) {
  return make("li", { class: "card" },
    make("h3", {}, make("a", { href: `#/help-group/${one.id}`, class: "title" },
      bilingual("span", one, "name", app.language))),
    groupMarks(app, one), bilingual("p", one, "purpose", app.language),
    make("p", { class: "quiet" }, `${kindsText(app, one)} · ${
      named(joinings, one.joining, app.language)}`));
}

function invitation(app, one, name) {
  const say = app.say(words);
  const answer = (yes) => async () => {
    await write("POST", app.path(`/help-group-askings/${one.id}/answer`),
      { answer: yes ? "yes" : "no" });
    return yes ? say.joined : say.answered;
  };
  return make("li", { class: "card urgent" },
    make("h3", {}, link(name, `#/help-group/${one.group}`)),
    make("p", { class: "quiet" }, say.until(momentText(one.until, app.language))),
    doing(app, say.yes, answer(true), { key: `yes-${one.id}`, kind: "main", label: say.yesTo(name) }),
    doing(app, say.no, answer(false), { key: `no-${one.id}`, label: say.noTo(name) }));
}

function application(app, one, name) {
  const say = app.say(words);
  return make("li", { class: "card" }, make("h3", {}, link(name, `#/help-group/${one.group}`)),
    make("p", {}, one.state === "waiting" ? say.waiting(momentText(one.until, app.language))
      : say.notTaken),
    one.state === "waiting" && doing(app, say.takeBack, async () => {
      await write("DELETE", app.path(`/help-group-askings/${one.id}`));
      return say.takenBack;
    }, { key: `back-${one.id}`, label: say.takeBackFrom(name) }));
}

export const mostField = (app, form) => form.field("/monthly_max", app.say(words).most,
  form.input("most", "number", { min: 0, max: 31 }));

function entering(app) {
  const say = app.say(words);
  return foldedForm(app, "enter", say.enter, {
    hint: say.enterHint, send: say.send, values: { code: "", most: usualMost },
    fields: (form) => [form.field("/code", say.code, form.input("code", "text",
      { maxlength: 40, autocapitalize: "characters", class: "digits" })), mostField(app, form)],
    act: async ({ code, most }) => {
      const { group } = await write("POST", app.path("/help-group-entries"),
        { code: code.trim(), monthly_max: Number(most) });
      app.go(`#/help-group/${group}`);
      return say.joined;
    },
  });
}

// MARK: Founding

/** The fields of what a group is. */
export function groupFields(app, form) {
  const say = app.say(words);
  return [
    form.field("/name_zh", say.name, form.input("name_zh", "text", { maxlength: 40 })),
    form.field("/name_en", say.nameEn, form.input("name_en", "text", { maxlength: 80 })),
    form.field("/purpose_zh", say.purpose, form.area("purpose_zh", { maxlength: 400, rows: 3 })),
    form.field("/purpose_en", say.purposeEn, form.area("purpose_en", { maxlength: 800, rows: 2 })),
    form.group("/kinds", say.kinds, null, make("div", { class: "days" },
      options(kinds, app.language).filter(([code]) => !isWithChild(code))
        .map(([code, name]) => form.check("kinds", code, name)))),
    form.field("/joining", say.joining, form.select("joining", options(joinings, app.language))),
    form.field("/places", say.places, form.input("places", "number", { min: 2, max: 60 })),
  ];
}

/** What such a form says, as the API takes it. */
export function groupWanted(values) {
  const text = (name) => values[name]?.trim() ?? "";
  return {
    name_zh: text("name_zh"), purpose_zh: text("purpose_zh"), kinds: values.kinds,
    joining: values.joining, places: Number(values.places),
    ...(text("name_en") && { name_en: text("name_en") }),
    ...(text("purpose_en") && { purpose_en: text("purpose_en") }),
  };
}

function founding(app) {
  const say = app.say(words);
  return foldedForm(app, "found", say.found, {
    hint: say.foundHint, send: say.foundSend,
    values: { kinds: [], joining: "application", places: "20", most: usualMost },
    fields: (form) => [groupFields(app, form), mostField(app, form)],
    act: async (values) => {
      const { id } = await write("POST", app.path("/help-groups"),
        { ...groupWanted(values), monthly_max: Number(values.most) });
      app.go(`#/help-group/${id}`);
    },
  });
}
