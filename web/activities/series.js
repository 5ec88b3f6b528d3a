// Repeating: choices and words on the page, a rule of RFC 5545 on the wire.

import { dayText, weekday, weekdayName } from "./moments.js";

const codes = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

export const words = {
  zh: {
    frequency: "重复", ends: "重复到什么时候", count: "一共几次", until: "最后一天", days: "遇到节假日",
    frequencies: { once: "不重复", daily: "每天", weekly: "每周", fortnightly: "每两周", monthly: "每月同一天" },
    endings: { count: "满几次为止", until: "到某一天为止" },
    dayRules: { as_ruled: "照常举行", skip_holidays: "节假日不办", workdays: "只在工作日办（含调休）" },
    other: "按现在的规则（不改）", weekdays: "每周哪几天",
    every: { daily: "每天", weekly: "每周", fortnightly: "每两周", monthly: (day) => `每月 ${day} 日` },
    times: (count) => `共 ${count} 次`, last: (day) => `到 ${day} 为止`, join: "、", rule: "按规则重复",
  },
  en: {
    frequency: "Repeats", ends: "Until when", count: "How many times", until: "Last day",
    days: "On public holidays",
    frequencies: { once: "Once", daily: "Every day", weekly: "Every week",
      fortnightly: "Every second week", monthly: "Every month on the same day" },
    endings: { count: "After so many times", until: "On a certain day" },
    dayRules: { as_ruled: "As usual", skip_holidays: "Not on holidays",
      workdays: "On working days only (make-up days too)" },
    other: "As it is (unchanged)", weekdays: "On which days",
    every: { daily: "Every day", weekly: "Every week", fortnightly: "Every second week",
      monthly: (day) => `Every month on day ${day}` },
    times: (count) => `${count} times`, last: (day) => `until ${day}`, join: ", ",
    rule: "Repeats by a rule",
  },
};

const isWeekly = (frequency) => frequency === "weekly" || frequency === "fortnightly";

/** What a rule says, as the form has it; `other` where the form cannot say it. */
export function fromRule(rule) {
  if (!rule) return { frequency: "once", ending: "count", count: "8", until: "", weekdays: [] };
  const parts = Object.fromEntries(rule.toUpperCase().split(";").map((part) => part.split("=")));
  const { FREQ, INTERVAL = "1", COUNT, UNTIL, BYDAY = "", WKST, BYMONTHDAY, ...rest } = parts;
  const weekdays = BYDAY ? BYDAY.split(",").map((code) => codes.indexOf(code)) : [];
  const frequency = { "DAILY 1": "daily", "WEEKLY 1": "weekly", "WEEKLY 2": "fortnightly",
    "MONTHLY 1": "monthly" }[`${FREQ} ${INTERVAL}`];
  const isKnown = frequency && !Object.keys(rest).length && !BYMONTHDAY
    && (!WKST || WKST === "MO") && !weekdays.includes(-1)
    && (!weekdays.length || FREQ === "WEEKLY");
  const until = UNTIL
    ? `${UNTIL.slice(0, 4)}-${UNTIL.slice(4, 6)}-${UNTIL.slice(6, 8)}` : "";
  return { frequency: isKnown ? frequency : "other", ending: COUNT ? "count" : "until",
    count: COUNT ?? "8", until, weekdays: weekdays.map(String), rule };
}

/** The rule of these choices; nothing for what takes place once. */
export function toRule({ frequency, ending, count, until, weekdays, rule }, starts) {
  if (!frequency || frequency === "once") return undefined;
  if (frequency === "other") return rule;
  const parts = [`FREQ=${frequency === "fortnightly" ? "WEEKLY" : frequency.toUpperCase()}`];
  if (frequency === "fortnightly") parts.push("INTERVAL=2");
  if (isWeekly(frequency)) {
    const days = daysOf(weekdays, starts);
    if (days.length > 1) parts.push(`BYDAY=${days.map((day) => codes[day]).join(",")}`);
  }
  if (ending === "until" && until) parts.push(`UNTIL=${until.replaceAll("-", "")}T235900`);
  else if (ending !== "until" && count) parts.push(`COUNT=${count}`);
  return parts.join(";");
}

/** The chosen days of the week, that of the first meeting among them. */
function daysOf(weekdays, starts) {
  const first = starts ? [weekday(starts.slice(0, 10))] : [];
  return [...new Set([...weekdays.map(Number), ...first])].sort();
}

/** The series in words: 每周五，共 8 次. */
export function seriesText(values, starts, language) {
  const say = words[language];
  const { frequency, ending, count, until } = values;
  if (!frequency || frequency === "once" || !starts) return "";
  if (frequency === "other") return say.rule;
  const every = frequency === "monthly" ? say.every.monthly(Number(starts.slice(8, 10)))
    : say.every[frequency];
  const names = daysOf(values.weekdays, starts).map((day) => weekdayName(day, language));
  const days = !isWeekly(frequency) ? "" : language === "zh"
    ? names.map((name) => name.replace("周", "")).join(say.join) : ` on ${names.join(say.join)}`;
  const end = ending === "until" ? until && say.last(dayText(until, language))
    : count && say.times(count);
  const times = `${starts.slice(11, 16)}`;
  return [`${every}${days} ${times}`.trim(), end].filter(Boolean)
    .join(language === "zh" ? "，" : ", ");
}
