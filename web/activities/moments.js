// Moments on the estate's clock, which need not be the browser's.

import { now } from "./client.js";

let zone = "Asia/Shanghai";
const dayMilliseconds = 86_400_000;

/** The zone of the estate that is shown. */
export function showZone(name) { if (name) zone = name; }

const locale = (language) => (language === "zh" ? "zh-CN" : "en-GB");

/** As a form has it and the API takes it: `2026-09-01T19:00`. */
export function localTime(instant) {
  // Swedish writes dates as ISO 8601 does.
  return new Date(instant).toLocaleString("sv-SE", {
    timeZone: zone, dateStyle: "short", timeStyle: "short",
  }).replace(" ", "T");
}

/** The instant of such a time. */
export function instantOf(local) {
  const wanted = Date.parse(`${local}Z`);
  const shown = (instant) => Date.parse(`${localTime(instant)}Z`);
  const first = wanted - (shown(wanted) - wanted);
  // Where the clocks change between the two guesses, the second is right.
  return new Date(first - (shown(first) - wanted)).toISOString();
}

export const localDay = (instant) => localTime(instant).slice(0, 10);

export const today = () => localDay(now());

const tomorrow = () => localDay(now() + dayMilliseconds);

/** Days of a calendar are the same everywhere: here they stand as those of UTC. */
const asUTC = (day) => new Date(`${day}T00:00:00Z`);

export function addDays(day, count) {
  return new Date(asUTC(day).getTime() + count * dayMilliseconds).toISOString().slice(0, 10);
}

/** The Sunday of this week; it begins on Monday. */
export function lastDayOfWeek() {
  const day = today();
  return addDays(day, (7 - asUTC(day).getUTCDay()) % 7);
}

/** The day of the week, from 0 for Monday on. */
export const weekday = (day) => (asUTC(day).getUTCDay() + 6) % 7;

export function weekdayName(index, language) {
  return asUTC(addDays("2024-01-01", index)).toLocaleDateString(locale(language), {
    timeZone: "UTC", weekday: language === "zh" ? "short" : "long",
  });
}

export function dayText(day, language) {
  if (day === today()) return language === "zh" ? "今天" : "Today";
  if (day === tomorrow()) {
    return (language === "zh" ? "明天" : "Tomorrow, ") + weekdayName(weekday(day), language);
  }
  const style = { timeZone: "UTC", month: "long", day: "numeric", weekday: "short" };
  if (day.slice(0, 4) !== today().slice(0, 4)) style.year = "numeric";
  const text = asUTC(day).toLocaleDateString(locale(language), style);
  return text;
}

export function momentText(instant, language) {
  const [day, time] = localTime(instant).split("T");
  return `${dayText(day, language)} ${time}`;
}

/** What stands on the estate's clock already, as the API has the times of a schedule. */
export function momentLocal(local, language) {
  return `${dayText(local.slice(0, 10), language)} ${local.slice(11, 16)}`;
}

/** From when until when. */
export function spanText(begins, ends, language) {
  const [day, time] = localTime(ends).split("T");
  const end = day === localDay(begins) ? time : `${dayText(day, language)} ${time}`;
  return `${momentText(begins, language)}–${end}`;
}

/** How long there still is. */
export function leftText(until, language) {
  const minutes = Math.max(0, Math.floor((Date.parse(until) - now()) / 60_000));
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  if (language === "zh") {
    return `还剩 ${hours ? `${hours} 小时 ` : ""}${hours && !rest ? "" : `${rest} 分钟`}`.trim();
  }
  return `${hours ? `${hours} h ` : ""}${hours && !rest ? "" : `${rest} min`}`.trim() + " left";
}

export function lengthText(minutes, language) {
  const isWhole = (unit) => minutes > 0 && minutes % unit === 0;
  const unit = isWhole(1440) ? 1440 : isWhole(60) ? 60 : 1;
  const names = { 1440: ["天", "day"], 60: ["小时", "hour"], 1: ["分钟", "minute"] };
  const count = minutes / unit;
  if (language === "zh") return `${count} ${names[unit][0]}`;
  return `${count} ${names[unit][1]}${count === 1 ? "" : "s"}`;
}
