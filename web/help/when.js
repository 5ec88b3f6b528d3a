// When help is wanted: the fields that ask for it, and what the API takes.

import { now, Problem } from "../activities/client.js";
import { addDays, dayText, instantOf, lengthText, localTime, today } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { options } from "../activities/words.js";
import { genders, languages, orNone } from "./words.js";

const words = {
  zh: {
    day: "哪一天", soon: "尽快（很急）", soonHint: "从半小时后起：被问到的人有半小时可以答复。", from: "最早几点", until: "最晚几点",
    untilHint: "在这段时间里找一个大家都方便的时候。", minutes: "大约要多久", wishGender: "来的人",
    wishLanguage: "会说", any: "都可以", time: "请写几点。",
  },
  en: {
    day: "On which day", soon: "As soon as possible (urgent)",
    soonHint: "From half an hour on: who is asked has half an hour to answer.", from: "From",
    until: "Until", untilHint: "A time that suits both is found between the two.",
    minutes: "For about how long", wishGender: "Who comes", wishLanguage: "Who speaks",
    any: "Anybody", time: "Say at what time.",
  },
};

// The API takes sixty days; so many minutes are as long as one asks for.
const daysAhead = 59;
const lengths = [15, 30, 45, 60, 90, 120, 180, 240, 360, 480];
const minuteMilliseconds = 60_000;
// Who is asked has until it begins to answer: half an hour, for what is urgent.
const soonMinutes = 30;
const soonSpanMinutes = 120;

/** The day that stands for as soon as possible. */
export const soon = "soon";

/** Day, from when until when, and how long. */
export function timeFields(app, form, mayBeSoon) {
  const say = app.say(words);
  const days = Array.from({ length: daysAhead }, (_, count) => addDays(today(), count))
    .map((day) => [day, dayText(day, app.language)]);
  const day = form.select("day", mayBeSoon ? [[soon, say.soon], ...days] : days, app.show);
  day.dataset.focus = "day";
  return [
    form.field("/begins", say.day, day, form.values.day === soon && say.soonHint),
    form.values.day !== soon && [
      make("div", { class: "numbers" },
        form.field("/from", say.from, form.input("from", "time")),
        form.field("/ends", say.until, form.input("until", "time"))),
      make("p", { class: "hint" }, say.untilHint)],
    form.field("/minutes", say.minutes, form.select("minutes",
      lengths.map((count) => [String(count), lengthText(count, app.language)]))),
  ];
}

/** Who should come, as one wishes. */
export function wishFields(app, form) {
  const say = app.say(words);
  return [
    form.field("/wish_gender", say.wishGender, form.select("gender",
      orNone(say.any, options(genders, app.language)))),
    form.field("/wish_language", say.wishLanguage, form.select("language",
      orNone(say.any, options(languages, app.language)))),
  ];
}

function span(app, { day, from, until, minutes }) {
  if (day === soon) {
    const begins = now() + soonMinutes * minuteMilliseconds;
    return [begins, begins + (Number(minutes) + soonSpanMinutes) * minuteMilliseconds]
      .map((instant) => new Date(instant).toISOString());
  }
  const errors = [["/from", from], ["/ends", until]].filter(([, time]) => !time)
    .map(([pointer]) => ({ pointer, detail: app.say(words).time }));
  if (errors.length) throw new Problem(422, { errors });
  // What ends before it begins ends on the next day.
  const [begins, ends] = [instantOf(`${day}T${from}`),
    instantOf(`${until > from ? day : addDays(day, 1)}T${until}`)];
  // Of what has begun the rest is meant.
  const soonest = new Date(now() + 2 * minuteMilliseconds).toISOString();
  return [begins < soonest && ends > soonest ? soonest : begins, ends];
}

/** The span and wishes that a form says, as the API takes them. */
export function wishes(app, values) {
  const { minutes, gender, language, flags = [] } = values;
  const [begins, ends] = span(app, values);
  return {
    begins, ends, minutes: Number(minutes),
    ...(gender && { wish_gender: gender }), ...(language && { wish_language: language }),
    ...(flags.includes("listed") && { is_listed: true }),
  };
}

/** The same of what was asked already, for its form. */
export function wishesShown(one) {
  const [day, from] = localTime(one.begins).split("T");
  return { day, from, until: localTime(one.ends).slice(11), minutes: String(one.minutes),
    gender: one.wish_gender ?? "", language: one.wish_language ?? "",
    flags: one.is_listed ? ["listed"] : [] };
}
