// What help groups and their shifts are, in words that several of their pages use.

import { lengthText, spanText, weekdayName } from "../activities/moments.js";
import { inLanguage, left, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { now } from "../activities/client.js";
import { clockText } from "./help.js";
import { kinds } from "./words.js";

export const joinings = {
  open: ["谁都可以直接加入", "Anybody joins at once"],
  application: ["申请，组长答复", "By asking; a steward answers"],
  invitation: ["凭邀请或邀请码", "By invitation or code"],
};

const words = {
  zh: {
    sides: { member: "✓ 您是组员", steward: "✓ 您是组长", office: "办公台看到的" }, waiting: "等组长答复", full: "满员了",
    closed: "已解散", people: (taken, seats) => `要 ${seats} 位，已有 ${taken} 位`, visit: "上门",
    states: { proposed: "! 请您来", confirmed: "✓ 您来", under_way: "您正在做", done: "✓ 您来过了", missed: "没有签到",
      declined: "您说了不来", lapsed: "没有答复", released: "您交还了", cancelled: "取消了" }, off: "这一班取消了",
    offered: "您想换班，还是您的", free: "还缺人", open: "有人想换班",
    weekly: (day, time, length) => `每${day} ${time}，${length}`, names: "、",
  },
  en: {
    sides: { member: "✓ You are a member", steward: "✓ You are a steward", office: "As the desk sees it" },
    waiting: "A steward answers", full: "It is full", closed: "Closed",
    people: (taken, seats) => `${taken} of ${seats} come`, visit: "At a home",
    states: { proposed: "! You are asked", confirmed: "✓ You come", under_way: "You are there",
      done: "✓ You were there", missed: "No check-in", declined: "You said no",
      lapsed: "Not answered", released: "You gave it back", cancelled: "Called off" },
    off: "This shift is off", offered: "You would hand it on; it is yours till then",
    free: "Somebody is lacking", open: "Somebody would hand it on",
    weekly: (day, time, length) => `Every ${day} at ${time}, ${length}`, names: ", ",
  },
};

/** What a group does: 陪伴聊天、送餐. */
export const kindsText = (app, one) => one.kinds.map((code) => named(kinds, code, app.language))
  .join(app.say(words).names);

export const isMember = (one) => one.side === "member" || one.side === "steward";

export function groupMarks(app, one) {
  const say = app.say(words);
  return make("p", { class: "marks" },
    one.closed_at && make("span", { class: "mark quiet" }, say.closed),
    say.sides[one.side] && make("span", { class: isMember(one) ? "mark fresh" : "mark quiet" },
      say.sides[one.side]),
    one.asked && make("span", { class: "mark" }, say.waiting),
    !one.is_free && !isMember(one) && make("span", { class: "mark quiet" }, say.full));
}

/** When a shift of each week is. */
export const weeklyText = (app, one) => app.say(words).weekly(
  weekdayName(one.weekday - 1, app.language), clockText(one.begins_minute),
  lengthText(one.minutes, app.language));

export const isProposed = (one) => one.state === "proposed" && Date.parse(one.until) > now();

const isSettled = ["confirmed", "under_way", "done"];

export function shiftMarks(app, one) {
  const say = app.say(words);
  const state = one.seat && !(one.is_cancelled && one.state === "cancelled") && say.states[one.state];
  return make("p", { class: "marks" },
    one.is_cancelled && make("span", { class: "mark quiet" }, say.off),
    state && make("span", { class: isProposed(one) ? "mark urgent"
      : isSettled.includes(one.state) ? "mark fresh" : "mark quiet" }, state,
    isProposed(one) && [" · ", left(one.until, app.language)]),
    one.state === "confirmed" && one.is_offered && make("span", { class: "mark" }, say.offered),
    !one.is_cancelled && one.taken < one.seats && Date.parse(one.begins) > now()
      && make("span", { class: "mark" }, say.free),
    one.offers.length > 0 && Date.parse(one.begins) > now()
      && make("span", { class: "mark urgent" }, say.open));
}

/** Where, how many, and who comes: as far as its reader is told. */
export function shiftParts(app, one) {
  const say = app.say(words);
  return [make("p", { class: "when" }, spanText(one.begins, one.ends, app.language)),
    make("p", {}, [one.is_visit && say.visit, inLanguage(one, "place", app.language)]
      .filter(Boolean).join(" · ")),
    make("p", {}, [say.people(one.taken, one.seats),
      one.people.map((each) => each.display_name).join(say.names)].filter(Boolean).join(" · "))];
}

/** One shift in a list; `group` is its name, where the list has several. */
export function shiftCard(app, one, group, ...more) {
  return make("li", { class: isProposed(one) ? "card urgent" : "card" },
    make("h3", {}, make("a", { href: `#/help-shift/${one.id}`, class: more.length ? "" : "title" },
      [named(kinds, one.kind, app.language), group].filter(Boolean).join(" · "))),
    shiftMarks(app, one), shiftParts(app, one), more);
}

