// One's own reservations: what comes, and what was.

import { now, read, readIfAny, readPages } from "./client.js";
import { spanText } from "./moments.js";
import { bilingual, button, link, make } from "./parts.js";
import { liveMembers, membersText, occurrencePlace, stateMark } from "./state.js";

const words = {
  zh: {
    title: "我的报名", none: "您还没有报名任何活动。", see: "去看看有什么活动", coming: "接下来",
    past: "以前的", more: "再看一些", hidden: "这场活动已不对您开放", noShows: "未到记录",
    calendar: "放进手机日历",
  },
  en: {
    title: "My places", none: "You have not joined anything yet.", see: "See what takes place",
    coming: "Coming", past: "Earlier", more: "Show more",
    hidden: "This is no longer open to you", noShows: "No-shows",
    calendar: "Put it into my calendar",
  },
};

const meetings = new Map();

/** The meetings that reservations are for: the agenda tells most at once. */
async function readMeetings(app, reservations) {
  const { items } = await readPages(app.path("/agenda?limit=100"), "occurrences", 2);
  for (const one of items) meetings.set(one.id, one);
  const fresh = new Set(items.map((one) => one.id));
  await Promise.all(reservations.map(async ({ occurrence: id, state }) => {
    if (fresh.has(id) || (state === "ended" && meetings.has(id))) return;
    const one = await readIfAny(app.path(`/occurrences/${id}`), null);
    if (one) meetings.set(id, one);
  }));
  return Object.fromEntries(
    reservations.map(({ occurrence: id }) => [id, meetings.get(id) ?? null]));
}

export const mine = {
  needsPerson: true,
  title: (app) => app.say(words).title,

  async read(app) {
    const { items, hasMore } = await readPages(
      app.path("/reservations?limit=20"), "reservations", app.state.pages ?? 1);
    const live = app.reservations.filter((one) => !items.some((each) => each.id === one.id));
    const all = [...items, ...live];
    return { all, hasMore, meetings: await readMeetings(app, all),
      noShows: (await readIfAny(app.path("/no-shows?limit=1"), { no_shows: [] })).no_shows.length };
  },

  sections(app, { all, hasMore, meetings: found, noShows }) {
    const say = app.say(words);
    const isComing = (one) => one.state !== "ended" && Date.parse(one.ends) > now();
    const coming = all.filter(isComing).sort((a, b) => a.begins.localeCompare(b.begins));
    const past = all.filter((one) => !isComing(one));
    const list = (key, items) => items.length && { key, of: [items, found], make: () =>
      make("section", { "aria-labelledby": `mine-${key}` },
        make("h2", { id: `mine-${key}` }, say[key]),
        make("ol", { class: "cards" },
          items.map((one) => card(app, one, found[one.occurrence])))) };
    return [
      !all.length && { key: "none", of: null, make: () => make("div", { class: "card" },
        make("p", {}, say.none), make("p", {}, link(say.see, "#/", "act"))) },
      list("coming", coming), list("past", past),
      hasMore && { key: "more", of: null, make: () => button(say.more, async () => {
        app.state.pages = (app.state.pages ?? 1) + 1;
        await app.refresh();
      }, { key: "more" }) },
      { key: "calendar", of: null, make: () => make("p", {}, link(say.calendar, "#/calendar")) },
      noShows > 0 && { key: "no-shows", of: noShows, make: () =>
        make("p", {}, link(say.noShows, "#/no-shows")) },
    ];
  },
};

function card(app, reservation, one) {
  const say = app.say(words);
  const members = reservation.state === "ended" ? reservation.members : liveMembers(reservation);
  return make("li", { class: reservation.state === "offered" ? "card urgent" : "card" },
    make("p", { class: "marks" }, stateMark(app, reservation)),
    make("h3", {}, one ? make("a", { href: `#/occurrence/${one.id}`, class: "title" },
      bilingual("span", one, "title", app.language)) : say.hidden),
    make("p", { class: "when" }, make("time", { datetime: reservation.begins },
      spanText(reservation.begins, reservation.ends, app.language))),
    one && make("p", { class: "where" }, occurrencePlace(app, one)),
    make("p", {}, membersText(app, members)));
}

/** The titles of meetings, for what names them by id alone. */
export const meetingsOf = readMeetings;
