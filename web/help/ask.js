// Asking for help in two steps: what for, then when, where and for whom.

import { readIfAny, write } from "../activities/client.js";
import { Form } from "../activities/form.js";
import { addDays, today } from "../activities/moments.js";
import { fold, link, make } from "../activities/parts.js";
import { placeName } from "../activities/state.js";
import { named, options } from "../activities/words.js";
import { back, kept } from "../people/doing.js";
import { soon, timeFields, wishes, wishFields } from "./when.js";
import {
  isAtHome, isWithChild, kinds, mayBeListed, mayBeUrgent, orNone,
} from "./words.js";

const words = {
  zh: {
    title: "我要帮忙", back: "互助", which: "需要哪一种帮忙？", other: "换一种",
    danger: "有危险请打 110，急病请打 120，火警请打 119。", who: "为谁", forName: (name) => `为${name}求助`, me: "我自己", child: "哪个孩子",
    noChild: "请先在“家人”里登记您监护的孩子。", toFamily: "去登记孩子", where: "在哪里", home: "家里",
    also: "勾选符合的（可不选）", elder: "给老人的：只请当面核验过的人来",
    listed: "也让邻居们看到（不写是谁）；不勾也会找人", words: "还想说的（可不填）",
    wordsHint: "答应来的人才看得到。请不要写电话、银行卡和密码。", more: "别的要求（可不填）",
    weekly: "每周都要，直到（日期）", send: "请人帮忙",
  },
  en: {
    title: "I need help", back: "Help", which: "What kind of help do you need?",
    other: "Something else", danger: "In danger call 110, when very ill 120, in a fire 119.",
    who: "For whom", forName: (name) => `Asked for ${name}`, me: "Myself", child: "Which child",
    noChild: "First enter the child that you guard, under “Family”.", toFamily: "Enter a child",
    where: "Where", home: "At home", also: "Tick what fits, if anything",
    elder: "It is for an elder: ask only who is verified in person",
    listed: "Let neighbours see it, too (not whose it is); somebody is looked for in any case",
    words: "In your words, if you like",
    wordsHint: "Read by who agreed to come. Leave out telephone numbers, bank cards and codes.",
    more: "Other wishes, if you have some", weekly: "Every week, until", send: "Ask for help",
  },
};

export const ask = {
  needsPerson: true, forAnother: true,
  title: (app) => app.say(words).title,
  async read(app) {
    if (!Object.hasOwn(kinds, app.id)) return {};
    // A delegate asks for whom it acts alone.
    if (app.acting) return { members: [], children: [] };
    const [{ members }, { children }] = await Promise.all([
      readIfAny(app.path("/household"), { members: [] }),
      readIfAny(app.path("/children"), { children: [] })]);
    return { members, children };
  },
  sections(app, { members, children }) {
    const say = app.say(words);
    const danger = { key: "danger", of: null,
      make: () => make("p", { class: "card" }, say.danger) };
    if (!members) {
      return [back(say.back, "#/help"),
        { key: "which", of: null, make: () => choosing(app) }, danger];
    }
    return [back(say.other, "#/help-ask"),
      { key: "ask", of: [members, children], make: () => asking(app, members, children) }, danger];
  },
};

function choosing(app) {
  return make("section", { "aria-labelledby": "which" },
    make("h2", { id: "which" }, app.say(words).which),
    make("ul", { class: "tiles" }, options(kinds, app.language).filter(([code]) =>
      !(app.acting && isWithChild(code))).map(([code, name]) =>
      make("li", {}, link(name, `#/help-ask/${code}`, "act")))));
}

function asking(app, members, children) {
  const say = app.say(words);
  const kind = app.id;
  const heading = make("h2", {}, named(kinds, kind, app.language));
  if (isWithChild(kind) && !children.length) {
    return make("section", { class: "card" }, heading, make("p", {}, say.noChild),
      make("div", { class: "buttons" }, link(say.toFamily, "#/family", "act main")));
  }
  const values = kept(app, "ask", { day: addDays(today(), 1), from: "09:00", until: "11:00",
    minutes: "60", person: app.person, child: children[0]?.child });
  const form = new Form(app.language, values);
  return make("section", { class: "card" }, heading,
    app.acting && make("p", { class: "title" }, say.forName(app.acting.name)), form.done([
    isWithChild(kind) ? form.field("/child", say.child, form.select("child",
      children.map((one) => [one.child, one.display_name])))
      : wholeFamily(app, form, members),
    timeFields(app, form, mayBeUrgent(kind)), placeField(app, form, kind),
    !isWithChild(kind) && form.group("/is_elder", say.also, null,
      form.check("flags", "elder", say.elder),
      mayBeListed(kind) && form.check("flags", "listed", say.listed)),
    form.field("/words", say.words, form.area("words", { maxlength: 300, rows: 3 }), say.wordsHint),
    fold(say.more, "more", false, wishFields(app, form),
      form.field("/until", say.weekly, form.input("weekly", "date", { min: today() }))),
  ], say.send, async () => {
    const { id } = await write("POST", app.pathFor("/help-requests"), wanted(app, kind, values));
    app.go(`#/help-request/${id}`);
  }));
}

/** Oneself and the grown-ups of the household, where there are any. */
function wholeFamily(app, form, members) {
  const say = app.say(words);
  const all = new Map([[app.person, say.me]]);
  for (const one of members) {
    if (!one.is_child && !all.has(one.person)) all.set(one.person, one.display_name);
  }
  return all.size > 1 && form.field("/person", say.who, form.select("person", [...all]));
}

function placeField(app, form, kind) {
  const say = app.say(words);
  if (isAtHome(kind)) return null;
  const open = app.places.filter((one) => ["public", "building", "stair"].includes(one.kind))
    .sort((one, other) => (other.kind === "public") - (one.kind === "public"));
  return form.field("/place", say.where, form.select("place",
    orNone(say.home, open.map((one) => [one.id, placeName(app, one)]))));
}

function wanted(app, kind, values) {
  const { person, child, place, words: said, weekly, day, flags = [] } = values;
  return {
    kind, urgency: day === soon ? "urgent" : day === today() ? "today" : "normal",
    ...wishes(app, values),
    ...(isWithChild(kind) ? { child } : person !== app.person && { person }),
    ...(place && { place }), ...(flags.includes("elder") && { is_elder: true }),
    ...(weekly && { until: weekly }), ...(said?.trim() && { words: said.trim() }),
  };
}
