// What takes place, by time.

import { readPages } from "./client.js";
import { lastDayOfWeek, localDay, spanText, today } from "./moments.js";
import { bilingual, button, link, make } from "./parts.js";
import { occurrencePlace, phase, placeName, seatsLine, stateMark } from "./state.js";
import { kinds, named, options } from "./words.js";

export const words = {
  zh: {
    title: "活动", today: "今天", week: "本周", later: "以后", none: "这段时间没有活动。",
    noneMine: "没有与您有关的活动。", kind: "哪一类", place: "在哪里", all: "全部", choose: "挑选",
    mine: "只看与我有关的", more: "再看一些", organise: "我来组织一个活动",
    signIn: "登录后可以报名，还能看到只给本小区住户的活动。", cancelled: "已取消",
  },
  en: {
    title: "Activities", today: "Today", week: "This week", later: "Later",
    none: "Nothing takes place in this time.", noneMine: "Nothing concerns you yet.",
    kind: "Kind", place: "Place", all: "All", choose: "Choose",
    mine: "Only what concerns me", more: "Show more",
    organise: "Organise an activity",
    signIn: "Sign in to join, and to see what is for residents alone.", cancelled: "Cancelled",
  },
};

function query(state) {
  const parts = ["limit=50"];
  if (state.kind) parts.push(`kind=${encodeURIComponent(state.kind)}`);
  if (state.place) parts.push(`place=${encodeURIComponent(state.place)}`);
  if (state.mine) parts.push("concerning=me");
  return parts.join("&");
}

/** One meeting in a list. */
export function card(app, one) {
  const say = app.say(words);
  const isCancelled = one.state === "cancelled";
  // Until when, or which in the queue, stands with one's reservations.
  const reservation = one.mine
    && (app.reservations.find((each) => each.id === one.mine.reservation) ?? one.mine);
  const title = bilingual("span", one, "title", app.language);
  return make("li", { class: isCancelled ? "card off" : "card" },
    make("p", { class: "marks" }, make("span", { class: "mark quiet" },
      named(kinds, one.kind, app.language)),
    isCancelled && make("span", { class: "mark" }, say.cancelled),
    !isCancelled && stateMark(app, reservation)),
    make("h3", {}, make("a", { href: `#/occurrence/${one.id}`, class: "title" }, title)),
    make("p", { class: "when" }, make("time", { datetime: one.begins },
      spanText(one.begins, one.ends, app.language))),
    make("p", { class: "where" }, occurrencePlace(app, one)),
    !isCancelled && make("p", { class: "seats" }, seatsLine(app, one)));
}

export const feed = {
  title: (app) => app.say(words).title,

  read: async (app) => readPages(app.path(`/occurrences?${query(app.state)}`), "occurrences",
    app.state.pages ?? 1),

  sections: (app, { items, hasMore }) => [
    { key: "choices", of: [app.places.length, app.person], make: () => choices(app) },
    { key: "list", of: [items, items.map(phase), hasMore, app.reservations, today()],
      make: () => list(app, items, hasMore) },
  ],
};

function choices(app) {
  const say = app.say(words);
  if (!app.person) return make("p", {}, link(say.signIn, "#/sign-in"));
  const choose = (name, list) => {
    const made = make("select", { id: `choose-${name}`, "data-focus": `choose-${name}` },
      make("option", { value: "" }, say.all),
      list.map(([value, text]) => make("option", { value }, text)));
    made.value = app.state[name] ?? "";
    made.addEventListener("change", () => {
      app.state[name] = made.value;
      app.state.pages = 1;
      app.refresh();
    });
    return make("div", {}, make("label", { for: `choose-${name}` }, say[name]), made);
  };
  const places = app.places.filter((place) => place.kind === "public")
    .map((place) => [place.id, placeName(app, place)]);
  const parts = make("div", { class: "choices" },
    choose("kind", options(kinds, app.language)), choose("place", places),
    button(say.mine, async () => {
      app.state.mine = !app.state.mine;
      app.state.pages = 1;
      app.show();
      await app.refresh();
    }, { key: "mine", kind: "toggle", pressed: Boolean(app.state.mine) }));
  return make("details", { "data-fold": "choices" },
    make("summary", { "data-focus": "choices" }, say.choose), parts);
}

/** Today, this week, later: each under its heading, those without anything left out. */
function list(app, items, hasMore) {
  const say = app.say(words);
  const [day, last] = [today(), lastDayOfWeek()];
  const groups = { today: [], week: [], later: [] };
  for (const one of items) {
    const begins = localDay(one.begins);
    groups[begins <= day ? "today" : begins <= last ? "week" : "later"].push(one);
  }
  const parts = Object.entries(groups).filter(([, group]) => group.length).map(([name, group]) =>
    make("section", { "aria-labelledby": `when-${name}` },
      make("h2", { id: `when-${name}` }, say[name]),
      make("ol", { class: "cards" }, group.map((one) => card(app, one)))));
  if (!items.length) {
    parts.push(make("p", { class: "card" }, app.state.mine ? say.noneMine : say.none));
  }
  if (hasMore) {
    parts.push(button(say.more, async () => {
      app.state.pages = (app.state.pages ?? 1) + 1;
      await app.refresh();
    }, { key: "more" }));
  }
  if (app.person) parts.push(make("p", {}, link(say.organise, "#/draft", "act")));
  return make("div", {}, ...parts);
}
