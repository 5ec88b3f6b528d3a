// Who of the household is away or in hospital, and who is back.

import { now, readIfAny, write } from "../activities/client.js";
import { instantOf, localTime, momentText } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, cards, doing, foldedForm } from "./doing.js";
import { absenceKinds } from "./words.js";

const words = {
  zh: {
    title: "外出和住院", back: "我的",
    hint: "登记后，这段时间不提醒、不邀请，候补时先轮到别人，排位保留。邻居看不到。",
    none: "没有登记。", add: "登记外出或住院", who: "谁", kind: "是什么", begins: "从什么时候起",
    ends: "到什么时候（不知道就空着）", send: "登记", set: "已登记。", back_: "已经回来了",
    backFor: (name) => `${name}已经回来了`, takeBack: "取消登记",
    takeBackFor: (name) => `取消${name}的登记`, taken: "已取消。", home: "已登记回来。",
    span: (from, to) => (to ? `${from} 至 ${to}` : `${from} 起，未定哪天回来`), me: "我",
    coming: "将来",
  },
  en: {
    title: "Away and in hospital", back: "Me",
    hint: "Meanwhile there are no reminders and offers; on a wait-list others come first, and the "
      + "place in it is kept. Neighbours do not see it.",
    none: "Nothing is noted.", add: "Note that somebody is away", who: "Who", kind: "What",
    begins: "From", ends: "Until (leave it empty if you do not know)", send: "Note it",
    set: "Noted.", back_: "Is back", backFor: (name) => `${name} is back`, takeBack: "Take it back",
    takeBackFor: (name) => `Take back what is noted of ${name}`, taken: "Taken back.",
    home: "Noted: back again.",
    span: (from, to) => (to ? `${from} to ${to}` : `From ${from}, until further notice`), me: "Me",
    coming: "To come",
  },
};

export const absences = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const { members } = await readIfAny(app.path("/household"), { members: [] });
    const people = new Map([[app.person, app.say(words).me]]);
    for (const one of members) if (!people.has(one.person)) people.set(one.person, one.display_name);
    const lists = await Promise.all([...people].map(async ([person, name]) =>
      (await readIfAny(app.path(`/people/${person}/absences`), { absences: [] })).absences
        .map((one) => ({ ...one, person, name }))));
    return { people: [...people], all: lists.flat().filter((one) =>
      !one.ends || Date.parse(one.ends) > now()) };
  },
  sections(app, { people, all }) {
    const say = app.say(words);
    return [
      back(say.back, "#/me"),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.hint) },
      cards("absences", say.title, all, (one) => absence(app, one), say.none),
      { key: "add", of: people, make: () => make("section", { class: "card" },
        absenceForm(app, say.add, people)) },
    ];
  },
};

// What is noted as of now is not to come, whatever the two clocks say; without an end it has a far
// one.
const soonMilliseconds = 60_000;
const openMilliseconds = 3 * 366 * 86_400_000;

/** One absence, which whoever sees it may end. */
export function absence(app, one) {
  const say = app.say(words);
  const text = (instant) => instant && momentText(instant, app.language);
  const isComing = Date.parse(one.begins) > now() + soonMilliseconds;
  const isOpen = !one.ends || Date.parse(one.ends) - Date.parse(one.begins) > openMilliseconds;
  return make("li", { class: "card" }, make("h3", {}, one.name),
    make("p", { class: "marks" },
      make("span", { class: "mark" }, named(absenceKinds, one.kind, app.language)),
      isComing && make("span", { class: "mark quiet" }, say.coming)),
    make("p", {}, say.span(text(one.begins), isOpen ? null : text(one.ends))),
    doing(app, isComing ? say.takeBack : say.back_, async () => {
      // What has not begun ends where it begins.
      await write("POST", app.path(`/people/${one.person}/absences/${one.id}/end`),
        isComing ? { ends: one.begins } : {});
      return isComing ? say.taken : say.home;
    }, { key: `back-${one.id}`, kind: "main",
      label: isComing ? say.takeBackFor(one.name) : say.backFor(one.name) }));
}

/** Noting one: for the household, or by an office with what it rests on. */
export function absenceForm(app, title, people, because) {
  const say = app.say(words);
  return foldedForm(app, "absence", title, {
    send: say.send, values: { person: people[0]?.[0], kind: "away" },
    fields: (form, values) => {
      values.begins ??= localTime(now());
      return [
        people.length > 1 && form.field("/person", say.who, form.select("person", people)),
        form.field("/kind", say.kind, form.select("kind", options(absenceKinds, app.language))),
        form.field("/begins", say.begins, form.input("begins", "datetime-local")),
        form.field("/ends", say.ends, form.input("ends", "datetime-local")),
        because && form.field("/because", because, form.area("because", { maxlength: 400, rows: 2 })),
      ];
    },
    act: async ({ person, kind, begins, ends, because: why }) => {
      const body = { kind };
      // Now, to the second, unless another time was chosen.
      if (begins && instantOf(begins) > new Date(now()).toISOString()) {
        body.begins = instantOf(begins);
      }
      if (ends) body.ends = instantOf(ends);
      if (why?.trim()) body.because = why.trim();
      await write("POST", app.path(`/people/${person}/absences`), body);
      return say.set;
    },
  });
}
