// The care list as residents meet it: whose turn is the reader's, and who calls on the reader.

import { read, write } from "../activities/client.js";
import { dayText, momentText } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, cards, foldedForm } from "../people/doing.js";
import { careClasses, contactKinds, contactOutcomes } from "./words.js";

const words = {
  zh: {
    title: "探访关爱", back: "互助", turns: "轮到我问候", none: "现在没有轮到您的。", due: (day) => `${day} 前`,
    overdue: "! 已过期", record: "我联系过了", kind: "怎样联系的", outcome: "怎么样",
    note: "记一句（可不填，加密保存）", send: "登记", recorded: "已登记，谢谢您。", mine: "谁会来问候我", notOn: "您不在探访关爱名单上。",
    often: "多久一次", by: "谁列入的", since: "从", steward: "谁负责", next: "下次谁来", nextBy: "在这天以前",
    last: "上次联系",
    paused: "您登记了外出或住院：回来以前不来。", consent: "您同意了", office: "居委会的决定", basis: "依据",
  },
  en: {
    title: "Care list", back: "Help", turns: "It is my turn to call on",
    none: "It is not your turn now.",
    due: (day) => `By ${day}`, overdue: "! Overdue",
    record: "I was in touch", kind: "How", outcome: "How it is",
    note: "A note, if you like (sealed)", send: "Write it down", recorded: "Noted. Thank you.",
    mine: "Who calls on me", notOn: "You are not on the care list.", often: "How often",
    by: "Entered by", since: "Since", steward: "Who answers for it", next: "Who comes next",
    nextBy: "By", last: "Last contact", paused: "You are noted as away: nobody comes meanwhile.",
    consent: "You agreed", office: "The committee’s decision", basis: "On what ground",
  },
};

export const care = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ turns }, { entries }] = await Promise.all([
      read(app.path("/me/care-turns")), read(app.path("/me/care-list"))]);
    return { turns, entries };
  },
  sections(app, { turns, entries }) {
    const say = app.say(words);
    return [
      back(say.back, "#/help"),
      cards("turns", say.turns, turns, (one) => turn(app, one), say.none),
      cards("mine", say.mine, entries, (one) => own(app, one), say.notOn),
    ];
  },
};

function turn(app, one) {
  const say = app.say(words);
  return make("li", { class: one.is_overdue ? "card urgent" : "card" },
    make("h3", {}, one.display_name),
    make("p", { class: "marks" },
      one.is_overdue && make("span", { class: "mark urgent" }, say.overdue),
      make("span", { class: "mark" }, say.due(dayText(one.due, app.language)))),
    one.residence_zh && make("p", { lang: "zh-Hans" }, one.residence_zh),
    contacting(app, one));
}

/** Writing down a contact, by who takes turns or has the list. */
export function contacting(app, one) {
  const say = app.say(words);
  return foldedForm(app, `contact-${one.id}`, say.record, {
    send: say.send, values: { kind: "visit", outcome: "well" },
    fields: (form) => [
      form.field("/kind", say.kind, form.select("kind", options(contactKinds, app.language))),
      form.field("/outcome", say.outcome,
        form.select("outcome", options(contactOutcomes, app.language))),
      form.field("/note", say.note, form.area("note", { maxlength: 1000, rows: 3 }))],
    act: async ({ kind, outcome, note }) => {
      await write("POST", app.path(`/care-list/${one.id}/contacts`),
        { kind, outcome, ...(note?.trim() && { note: note.trim() }) });
      return say.recorded;
    },
  });
}

function own(app, one) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  return make("li", { class: "card" },
    facts([say.often, named(careClasses, one.class, app.language)], [say.basis, say[one.basis]],
      [say.by, one.entered_name], [say.since, time(one.entered_at)],
      [say.steward, one.steward_name], [say.next, !one.is_paused && one.turn_name],
      [say.nextBy, !one.is_paused && dayText(one.due, app.language)],
      [say.last, time(one.last_contact_at)]),
    one.is_paused && make("p", {}, say.paused));
}
