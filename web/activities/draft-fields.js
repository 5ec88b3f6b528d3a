// The fields of an activity that belong together: times, place, places to give, audience.

import { asItIs, elsewhere } from "./draft-content.js";
import { lengthText, weekday, weekdayName } from "./moments.js";
import { fold, make } from "./parts.js";
import { seriesText, words as seriesWords } from "./series.js";
import { placeName } from "./state.js";
import { venueText } from "./venue.js";
import { named, roles, seatKinds } from "./words.js";

const words = {
  zh: {
    starts: "开始", ends: "结束", place: "地点", choose: "请选择", elsewhere: "别处（自己写）",
    placeText: "写清楚在哪里", seats: "名额（没有就不填）", overall: "各类合计最多几人（可以不填）",
    rules: "报名规则", closes: "报名截止", atBegin: "开始时", before: (length) => `开始前 ${length}`,
    opens: "什么时候开始报名", now: "发布后马上", offer: "候补的人有多久可以确认",
    waiting: "最多几组候补", cancel: "多晚退出算迟退", same: "保持现在的规则",
    audience: "谁可以看到并参加", estate: "本小区所有住户", everyone: "所有人（没登录也看得到）",
    only: (name) => `只给${name}`, asIs: "保持现在的范围", summary: (text) => `也就是：${text}`,
  },
  en: {
    starts: "Begins", ends: "Ends", place: "Place", choose: "Please choose",
    elsewhere: "Elsewhere (in words)", placeText: "Where exactly",
    seats: "Places (leave empty for none)", overall: "At most in all (optional)",
    rules: "Rules of joining", closes: "Join until", atBegin: "it begins",
    before: (length) => `${length} before`, opens: "Joining opens", now: "When it is published",
    offer: "Time to accept a place from the wait-list", waiting: "At most so many groups wait",
    cancel: "To leave counts as late from", same: "As it is",
    audience: "Who sees it and may come", estate: "All residents of the estate",
    everyone: "Everyone (visitors too)", only: (name) => `Only ${name}`, asIs: "As it is",
    summary: (text) => `That is: ${text}`,
  },
};

const hour = 60;
const day = 1440;

const earlier = (app, list) => list.map((minutes) => [String(minutes),
  minutes ? app.say(words).before(lengthText(minutes, app.language)) : app.say(words).atBegin]);

/** Options, and what is set now where it is none of them. */
function withCurrent(list, value, say) {
  return !value || list.some(([each]) => each === value) ? list : [...list, [value, say(value)]];
}

/** When it begins and ends, and whether it repeats. */
export function timeFields(app, form) {
  const say = app.say(words);
  const { values } = form;
  const starts = form.input("starts", "datetime-local");
  const ends = form.input("ends", "datetime-local");
  const repeats = make("div", {});
  const summary = make("p", { class: "hint", role: "status" });
  const tell = () => {
    const text = seriesText(values, values.starts, app.language);
    summary.textContent = text ? say.summary(text) : "";
  };
  let before = values.starts;
  starts.addEventListener("change", () => {
    // The end follows the begin: the length stays, two hours where there is none yet.
    const length = before && values.ends ? Date.parse(values.ends) - Date.parse(before) : 7_200_000;
    if (values.starts) {
      const end = new Date(Date.parse(`${values.starts}Z`) + length).toISOString().slice(0, 16);
      values.ends = end;
      ends.value = end;
    }
    before = values.starts;
    showRepeats();
  });
  const showRepeats = () => {
    repeats.replaceChildren(...repeatFields(app, form, showRepeats));
    repeats.querySelectorAll("input, select").forEach((part) => {
      part.addEventListener("change", tell);
      part.addEventListener("input", tell);
    });
    tell();
  };
  const own = seriesWords[app.language];
  const frequencies = Object.entries(own.frequencies);
  if (values.frequency === "other") frequencies.push(["other", own.other]);
  const frequency = form.select("frequency", frequencies, showRepeats);
  showRepeats();
  return make("div", {}, form.field("/starts", say.starts, starts),
    form.field("/ends", say.ends, ends), form.field("/rrule", own.frequency, frequency), repeats,
    summary);
}

function repeatFields(app, form, again) {
  const say = seriesWords[app.language];
  const { values } = form;
  if (values.frequency === "once") return [];
  const days = form.field("/days", say.days, form.select("days", Object.entries(say.dayRules)));
  if (values.frequency === "other") return [days];
  const isWeekly = ["weekly", "fortnightly"].includes(values.frequency);
  const first = values.starts ? weekday(values.starts.slice(0, 10)) : -1;
  const boxes = isWeekly && form.group("/byday", say.weekdays, null, make("div", { class: "days" },
    [0, 1, 2, 3, 4, 5, 6].map((index) => {
      const choice = form.check("weekdays", String(index), weekdayName(index, app.language));
      // The first meeting's own day always counts.
      if (index === first) Object.assign(choice.firstChild, { checked: true, disabled: true });
      return choice;
    })));
  return [
    ...(boxes ? [boxes] : []),
    form.field("/ending", say.ends, form.select("ending", Object.entries(say.endings), again)),
    values.ending === "until"
      ? form.field("/until", say.until, form.input("until", "date"))
      : form.field("/count", say.count,
        form.input("count", "number", { min: 1, max: 400, inputmode: "numeric" })),
    days,
  ];
}

/** A public place of the estate, or words. */
export function placeFields(app, form) {
  const say = app.say(words);
  const text = make("div", {});
  const rules = make("p", { class: "hint", role: "status" });
  const tellRules = async () => {
    const { place, starts } = form.values;
    const told = place && place !== elsewhere ? await venueText(app, place, starts) : "";
    if (form.values.place === place) rules.textContent = told;
  };
  const show = () => {
    text.replaceChildren(...(form.values.place === elsewhere ? [form.field("/place_text",
      say.placeText, form.input("place_text", "text", { maxlength: 200 }))] : []));
    tellRules();
  };
  form.part.addEventListener("change", tellRules);
  const current = form.values.place;
  const list = app.places.filter((place) => place.kind === "public" || place.id === current)
    .map((place) => [place.id, placeName(app, place)]);
  const choice = form.select("place",
    [["", say.choose], ...list, [elsewhere, say.elsewhere]], show);
  show();
  return make("div", {}, form.field("/place", say.place, choice), rules, text);
}

/** How many of each kind, and how they are given. */
export function seatFields(app, form) {
  const say = app.say(words);
  const { values } = form;
  const kinds = Object.keys(seatKinds);
  const line = (kind) => {
    const made = make("input", { type: "number", min: 0, max: 10_000, inputmode: "numeric" });
    made.value = values.seats[kind] ?? "";
    made.addEventListener("input", () => {
      values.seats[kind] = made.value;
      place();
    });
    return form.field("/seats/-", named(seatKinds, kind, app.language), made);
  };
  const first = form.places.length;
  const lines = kinds.map(line);
  const own = form.places.slice(first);
  // A pointer counts only the kinds that are sent.
  const place = () => {
    let index = 0;
    kinds.forEach((kind, at) => {
      const isSent = Number(values.seats[kind]) > 0;
      own[at].pointer = isSent ? `/seats/${index}` : "/seats/-";
      if (isSent) index += 1;
    });
  };
  place();
  return make("div", {},
    form.group("/seats", say.seats, null, make("div", { class: "numbers" }, lines)),
    fold(say.rules, "rules", false, ruleFields(app, form)));
}

function ruleFields(app, form) {
  const say = app.say(words);
  const { values } = form;
  const before = (minutes) => earlier(app, [Number(minutes)])[0][1];
  const length = (minutes) => lengthText(Number(minutes), app.language);
  const cancel = earlier(app, [0, hour, 2 * hour, 12 * hour, day]);
  if (values.cancel_minutes === asItIs) cancel.push([asItIs, say.same]);
  return make("div", {},
    form.field("/overall", say.overall,
      form.input("overall", "number", { min: 1, max: 10_000, inputmode: "numeric" })),
    form.field("/opens_minutes", say.opens, form.select("opens_minutes", withCurrent(
      [["", say.now], ...earlier(app, [day, 3 * day, 7 * day, 14 * day])],
      values.opens_minutes, before))),
    form.field("/closes_minutes", say.closes, form.select("closes_minutes", withCurrent(
      earlier(app, [0, 30, 2 * hour, day, 2 * day]), values.closes_minutes, before))),
    form.field("/cancel_minutes", say.cancel,
      form.select("cancel_minutes", withCurrent(cancel, values.cancel_minutes, before))),
    form.field("/offer_minutes", say.offer, form.select("offer_minutes", withCurrent(
      [30, 2 * hour, 12 * hour, day].map((minutes) => [String(minutes), length(minutes)]),
      values.offer_minutes, length))),
    form.field("/waiting_max", say.waiting,
      form.input("waiting_max", "number", { min: 0, max: 1000, inputmode: "numeric" })));
}

/** All residents, some building or stair, or those of a role. */
export function audienceFields(app, form) {
  const say = app.say(words);
  const own = app.me.estates.find((one) => one.id === app.estate.id)?.roles ?? [];
  const list = [["estate", say.estate], ["everyone", say.everyone]];
  for (const place of app.places.filter(({ kind }) => kind === "building" || kind === "stair")) {
    list.push([`place:${place.id}`, say.only(placeName(app, place))]);
  }
  for (const code of new Set(own.map(({ role }) => role))) {
    list.push([`role:${code}`, say.only(named(roles, code, app.language))]);
  }
  const { to } = form.values;
  if (to === asItIs || !list.some(([value]) => value === to)) list.push([to, say.asIs]);
  return form.field("/audience", say.audience, form.select("to", list));
}

