// One meeting: all that is said of it, and coming to it.

import { asking } from "../talk/asking.js";
import { reporting } from "../people/reporting.js";
import { commentsOf } from "./comments.js";
import { now, read, readIfAny } from "./client.js";
import { feedbackForm } from "./feedback.js";
import { joining, readHousehold } from "./joining.js";
import { momentText, spanText } from "./moments.js";
import { bilingual, facts, inLanguage, link, make } from "./parts.js";
import { ownPlace } from "./own-place.js";
import { occurrencePlace, phase, seatsLine, stateMark } from "./state.js";
import { accessibilities, kinds, named, seatText } from "./words.js";

const words = {
  zh: {
    title: "活动", when: "时间", where: "地点", who: "组织者", seats: "名额", cost: "费用", bring: "请带",
    access: "无障碍", until: "报名截止", moved: "改过时间或地点", cancelled: "已取消",
    because: (reason) => `原因：${reason}`, signIn: "登录后报名", others: "这个活动的其他场次",
    mayOrganise: "您是组织者：管理这一场", over: "已结束",
    join: "报名", total: (words) => `一共：${words}`,
  },
  en: {
    title: "Activity", when: "When", where: "Where", who: "Organised by", seats: "Places", cost: "Cost", bring: "Bring",
    access: "Access", until: "Join before", moved: "Time or place was changed",
    cancelled: "Cancelled", because: (reason) => `Because: ${reason}`, signIn: "Sign in to join",
    others: "Other dates of this activity", mayOrganise: "You organise this: manage it",
    over: "It is over", join: "Join",
    total: (words) => `In all: ${words}`,
  },
};

/** One's own reservation of a meeting: that which is alive, else the last one. */
const ownReservation = (app, one, last) =>
  app.reservations.find((each) => each.occurrence === one.id)
  ?? last.find((each) => each.occurrence === one.id && each.state === "ended") ?? null;

export const occurrence = {
  title: (app, data) => (data ? inLanguage(data.one, "title", app.language) : app.say(words).title),

  async read(app) {
    const one = await read(app.path(`/occurrences/${app.id}`));
    // Whoever has a place need not be asked whom to bring, nor looked for among what has ended.
    const [isFree, isOver] = [app.person && !one.mine, Date.parse(one.ends) <= now()];
    const [about, household, last, thread] = await Promise.all([
      read(app.path(`/activities/${one.activity}`)),
      isFree && !isOver && one.state === "scheduled" ? readHousehold(app) : [],
      isFree ? readIfAny(app.path("/reservations?limit=100"), { reservations: [] })
        : { reservations: [] },
      app.person
        ? readIfAny(app.path(`/activities/${one.activity}/comments?limit=5`), { comments: [] })
        : null,
    ]);
    return { one, activity: about.activity, others: about.occurrences, household,
      last: last.reservations, comments: thread?.comments ?? [] };
  },

  sections(app, { one, activity, others, household, last, comments }) {
    const own = ownReservation(app, one, last);
    const isOver = Date.parse(one.ends) <= now();
    const isOrganiser = activity.organisers.includes(app.person);
    const isLive = own && own.state !== "ended";
    const isCancelled = one.state === "cancelled";
    const place = own && { key: "own", of: [own, one, household, phase(one)],
      make: () => ownPlace(app, one, own) };
    const isAsked = own?.state === "offered" || own?.state === "held";
    return [
      isAsked && place,
      { key: "said", of: [one, activity, own, phase(one)],
        make: () => said(app, one, activity, own) },
      !app.person && !isCancelled && !isOver && { key: "visitor", of: null, make: () =>
        make("p", {}, link(app.say(words).signIn, "#/sign-in", "act")) },
      !isAsked && place,
      app.person && !isLive && !isCancelled && !isOver && { key: "join",
        of: [household, one.seats, one.waiting, one.opens_at, one.closes_at, phase(one)],
        make: () => joining(app, one, household) },
      isOrganiser && { key: "organise", of: one.id, make: () =>
        make("p", {}, link(app.say(words).mayOrganise, `#/manage/${one.id}`, "act")) },
      isOver && own && { key: "feedback", of: own, make: () => feedbackForm(app, one) },
      others.length > 1 && { key: "others", of: others, make: () => otherDates(app, one, others) },
      app.person && activity.state === "published" && { key: "comments", of: comments,
        make: () => commentsOf(app, activity, comments) },
      app.person && !isOrganiser && activity.state === "published" && { key: "ask",
        of: activity.id, make: () => make("div", {}, asking(app, activity.id)) },
      app.person && !isOrganiser && { key: "report", of: activity.id, make: () =>
        make("div", {}, reporting(app, "activity", activity.id)) },
    ];
  },
};

function said(app, one, activity, own) {
  const say = app.say(words);
  const isCancelled = one.state === "cancelled";
  const isOver = Date.parse(one.ends) <= now();
  const access = activity.accessibility?.map((code) => named(accessibilities, code, app.language));
  return make("article", { class: isCancelled ? "card off" : "card" },
    make("p", { class: "marks" },
      make("span", { class: "mark quiet" }, named(kinds, one.kind, app.language)),
      isCancelled && make("span", { class: "mark" }, say.cancelled),
      isOver && !isCancelled && make("span", { class: "mark quiet" }, say.over),
      !isCancelled && own?.state !== "ended" && stateMark(app, own),
      one.overrides.some((part) => part === "time" || part === "place")
        && make("span", { class: "mark" }, say.moved)),
    isCancelled && make("p", { class: "title" }, say.because(one.cancelled_because)),
    facts([say.when, make("time", { datetime: one.begins },
      spanText(one.begins, one.ends, app.language))],
    [say.where, occurrencePlace(app, one)],
    [say.who, activity.organiser_names?.join(app.language === "zh" ? "、" : ", ")],
    [say.seats, !isCancelled && !isOver && seats(app, one)],
    [say.until, !isCancelled && one.closes_at < one.begins
      && momentText(one.closes_at, app.language)],
    [say.cost, activity.cost_note], [say.bring, activity.bring],
    [say.access, [...(access ?? []), activity.accessibility_note].filter(Boolean)
      .join(app.language === "zh" ? "、" : ", ")]),
    bilingual("p", one, "body", app.language, "body"));
}

/** What is free, and what there is in all. */
function seats(app, one) {
  const say = app.say(words);
  const all = one.seats.map(({ kind, total: count }) => ({ kind, count }));
  return make("span", {}, seatsLine(app, one), make("br"),
    make("span", { class: "quiet" }, say.total(seatText(all, app.language))));
}

function otherDates(app, one, others) {
  const say = app.say(words);
  return make("details", { "data-fold": "others" },
    make("summary", {}, say.others), make("div", {}, make("ul", { class: "plain" },
      others.filter((each) => each.id !== one.id).map((each) => make("li", {},
        link(spanText(each.begins, each.ends, app.language), `#/occurrence/${each.id}`),
        each.state === "cancelled" && ` ${say.cancelled}`)))));
}
