// What a pairing is, in words that its pages and the desk share, and the fields of its times.

import { dayText, lengthText, momentText, weekdayName } from "../activities/moments.js";
import { inLanguage, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { clockText } from "./help.js";
import { kinds } from "./words.js";

export const forms = {
  elder: ["老伙伴（看望一位老人）", "Old companions: calling on an elder"],
  family: ["结对家庭", "Paired families"],
};

export const cadences = {
  weekly: ["每周", "Every week"], fortnightly: ["每两周", "Every two weeks"],
  monthly: ["每月（第一个）", "Every month (the first such day)"],
};

const words = {
  zh: {
    states: { proposed: "等双方答复", trial: "试行中", active: "✓ 正在结对", review: "到期，问要不要继续",
      ended: "已结束", lapsed: "没有结成", declined: "没有结成" },
    helper: (name) => `您去看望${name}`, person: (name) => `${name}来看望您`,
    office: (one, other) => `${one} → ${other}`, somebody: "一位邻居", forName: (name, other) =>
      `${name}来看望${other}`,
    answer: "! 请答复", renew: "! 请说要不要继续", waits: "等对方答复", rests: (day) => `暂停到${day}`,
    cadence: "多久一次", weekday: "星期几", minute: "几点", minutes: "每次多久",
    often: { weekly: (day) => `每${day}`, fortnightly: (day) => `每两周的${day}`,
      monthly: (day) => `每月第一个${day}` },
    times: (often, time, length) => `${often} ${time}，每次 ${length}`,
    next: (time) => `下一次：${time}`,
  },
  en: {
    states: { proposed: "Both are asked", trial: "On trial", active: "✓ Paired",
      review: "Time to say whether it goes on", ended: "Ended", lapsed: "It came to nothing",
      declined: "It came to nothing" },
    helper: (name) => `You call on ${name}`, person: (name) => `${name} calls on you`,
    office: (one, other) => `${one} → ${other}`, somebody: "a neighbour",
    forName: (name, other) => `${name} calls on ${other}`,
    answer: "! Please answer", renew: "! Please say whether it goes on",
    waits: "The other side answers", rests: (day) => `Rests until ${day}`,
    cadence: "How often", weekday: "Day of the week", minute: "At what time",
    minutes: "How long each time",
    often: { weekly: (day) => `Every ${day}`, fortnightly: (day) => `Every second ${day}`,
      monthly: (day) => `The first ${day} of each month` },
    times: (often, time, length) => `${often} at ${time}, for ${length}`,
    next: (time) => `Next: ${time}`,
  },
};

const [firstMinute, lastMinute, stepMinutes] = [360, 1260, 30];
const lengths = [30, 45, 60, 90, 120, 180, 240];

/** The times of a pairing as the form of one that begins has them. */
export const usualTimes = { cadence: "weekly", weekday: "3", minute: "600", minutes: "60" };

export const timesShown = ({ cadence, weekday, minute, minutes }) =>
  ({ cadence, weekday: String(weekday), minute: String(minute), minutes: String(minutes) });

export const timesWanted = ({ cadence, weekday, minute, minutes }) =>
  ({ cadence, weekday: Number(weekday), minute: Number(minute), minutes: Number(minutes) });

/** How often, on which day, when and for how long. */
export function timesFields(app, form) {
  const say = app.say(words);
  const clock = new Set([Number(form.values.minute)]);
  for (let at = firstMinute; at <= lastMinute; at += stepMinutes) clock.add(at);
  const long = [...new Set([...lengths, Number(form.values.minutes)])].sort((a, b) => a - b);
  return [
    form.field("/cadence", say.cadence, form.select("cadence", Object.keys(cadences).map((code) =>
      [code, named(cadences, code, app.language)]))),
    form.field("/weekday", say.weekday, form.select("weekday", Array.from({ length: 7 },
      (_, day) => [String(day + 1), weekdayName(day, app.language)]))),
    form.field("/minute", say.minute, form.select("minute", [...clock].sort((a, b) => a - b)
      .map((minute) => [String(minute), clockText(minute)]))),
    form.field("/minutes", say.minutes, form.select("minutes",
      long.map((count) => [String(count), lengthText(count, app.language)]))),
  ];
}

/** When its visits are, in one sentence. */
export function timesText(app, one) {
  const say = app.say(words);
  return say.times(say.often[one.cadence](weekdayName(one.weekday - 1, app.language)),
    clockText(one.minute), lengthText(one.minutes, app.language));
}

export const isLive = (one) => ["proposed", "trial", "active", "review"].includes(one.state);

/** Whether it is for the reader, or whom it acts for, to say something now. */
export const isAsked = (one) => one.side !== "office"
  && ((one.state === "proposed" && !one.has_agreed) || (one.state === "review" && !one.has_renewed));

/** Who calls on whom, as the reader stands to it. */
export function pairText(app, one) {
  const say = app.say(words);
  const [helper, person] = [one.helper_name || say.somebody, one.person_name || say.somebody];
  if (one.side === "office") return say.office(helper, person);
  if (one.side === "helper") return say.helper(person);
  return app.acting ? say.forName(helper, app.acting.name) : say.person(helper);
}

export function pairMarks(app, one) {
  const say = app.say(words);
  const isFine = one.state === "active" || one.state === "trial";
  const waits = (one.state === "proposed" || one.state === "review") && one.side !== "office";
  return make("p", { class: "marks" },
    make("span", { class: isFine ? "mark fresh" : isLive(one) ? "mark" : "mark quiet" },
      say.states[one.state]),
    waits && (isAsked(one)
      ? make("span", { class: "mark urgent" }, one.state === "review" ? say.renew : say.answer)
      : make("span", { class: "mark quiet" }, say.waits)),
    one.paused_until && make("span", { class: "mark quiet" },
      say.rests(dayText(one.paused_until, app.language))));
}

/** One of them in a list. */
export function pairingCard(app, one) {
  const say = app.say(words);
  return make("li", { class: isAsked(one) || (one.side === "office" && one.state === "review")
    ? "card urgent" : "card" },
  make("h3", {}, make("a", { href: `#/pairing/${one.id}`, class: "title" }, pairText(app, one))),
  pairMarks(app, one),
  make("p", {}, named(kinds, one.kind, app.language)),
  make("p", { class: "when" }, timesText(app, one)),
  one.visit_begins && make("p", {}, say.next(momentText(one.visit_begins, app.language))),
  isLive(one) && make("p", { class: "quiet" }, inLanguage(one, "place", app.language)));
}
