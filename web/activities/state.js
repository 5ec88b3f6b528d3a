// What a meeting and one's own reservation of it are like, in words.

import { now } from "./client.js";
import { momentText } from "./moments.js";
import { left, make } from "./parts.js";
import { membersByKind, named, seatOfOne, seatText } from "./words.js";

const words = {
  zh: {
    confirmed: "✓ 已报名", waiting: (position) => `候补第 ${position} 位`, waits: "候补中",
    offered: "有名额，请确认", held: "请确认",
    ended: {
      cancelled: "已退出", cancelled_late: "已退出（过了免责时间）", excused: "已请假", lapsed: "已过期",
      declined: "已让给别人", released: "已退回候补", closed: "活动取消",
    },
    free: (words) => `还有名额：${words}`, full: "已满", canWait: "已满，可以候补",
    queue: (count) => `${count} 组在候补`, opens: (time) => `${time} 开始报名`,
    over: "报名已截止", unknown: "地点待定", overall: (count) => `合计最多 ${count} 人`,
  },
  en: {
    confirmed: "✓ You have a place", waiting: (position) => `Waiting: number ${position}`,
    waits: "Waiting", offered: "A place for you: please confirm", held: "Please confirm",
    ended: {
      cancelled: "Left", cancelled_late: "Left late", excused: "Excused", lapsed: "Lapsed",
      declined: "Passed on", released: "Back on the wait-list", closed: "Called off",
    },
    free: (words) => `Free: ${words}`, full: "Full", canWait: "Full; you can wait",
    queue: (count) => (count === 1 ? "1 group waits" : `${count} groups wait`),
    opens: (time) => `Opens ${time}`, over: "Registration is over", unknown: "Place to be told",
    overall: (count) => `At most ${count} in all`,
  },
};

/** A place by its name. */
export const placeName = (app, place) =>
  (app.language === "en" && place.name_en) || place.name_zh;

/** Where a meeting is. */
export const occurrencePlace = (app, one) => one.place_text
  ?? ((app.language === "en" && one.place_name_en) || one.place_name_zh
    || app.say(words).unknown);

/** How far a reservation has come, in a few words. */
export function stateText(app, reservation) {
  const say = app.say(words);
  if (reservation.state === "ended") return say.ended[reservation.ended_as] ?? reservation.ended_as;
  if (reservation.state === "waiting") {
    return reservation.position ? say.waiting(reservation.position) : say.waits;
  }
  return say[reservation.state];
}

export function stateMark(app, reservation) {
  if (!reservation) return null;
  const isUrgent = reservation.state === "offered" || reservation.state === "held";
  const isFine = reservation.state === "confirmed";
  return make("span", { class: isFine ? "mark fresh" : isUrgent ? "mark urgent" : "mark quiet" },
    stateText(app, reservation),
    isUrgent && " · ", isUrgent && left(reservation.until, app.language));
}

// The server takes codes from an hour before the begin until an hour after the end.
const codeMilliseconds = 3_600_000;

export const isCodeTime = (one) => now() >= Date.parse(one.begins) - codeMilliseconds
  && now() < Date.parse(one.ends) + codeMilliseconds;

/** How far time has brought a meeting: what is shown of it changes without anybody's doing. */
export const phase = (one) => [one.opens_at, one.closes_at, one.begins, one.ends]
  .filter((instant) => Date.parse(instant) <= now()).length + (isCodeTime(one) ? 10 : 0);

/** How many places are free, and how many wait. */
export function seatsLine(app, one) {
  const say = app.say(words);
  const free = seatText(one.seats.map(({ kind, free: count }) => ({ kind, count })), app.language);
  const parts = [free ? say.free(free) : one.waiting || Date.parse(one.closes_at) > now()
    ? say.canWait : say.full];
  if (one.waiting) parts.push(say.queue(one.waiting));
  if (Date.parse(one.opens_at) > now()) {
    parts.push(say.opens(momentText(one.opens_at, app.language)));
  }
  if (Date.parse(one.closes_at) <= now()) parts.push(say.over);
  return parts.join(" · ");
}

/** Whom a reservation brings: 王斌（成人）、王梓涵（儿童）. */
export function membersText(app, members) {
  const isZh = app.language === "zh";
  return members.map(({ display_name: name, kind }) => {
    const seat = named(seatOfOne, kind, app.language);
    return name ? (isZh ? `${name}（${seat}）` : `${name} (${seat})`) : seat;
  }).join(isZh ? "、" : ", ");
}

/** How many it brings, by kind. */
export const partyText = (app, members) => seatText(membersByKind(members), app.language);

export const liveMembers = (reservation) => reservation.members.filter((one) => one.is_live);
