// What the reader organises: drafts, what comes, what was called off.

import { readPages } from "./client.js";
import { momentLocal } from "./moments.js";
import { bilingual, button, link, make } from "./parts.js";
import { fromRule, seriesText } from "./series.js";

const words = {
  zh: {
    title: "我组织的活动", make: "新建一个活动", none: "您还没有组织过活动。组织一个很简单：写清楚什么事、什么时候、在哪里、多少人。",
    states: { draft: "草稿，别人看不到", published: "已发布", cancelled: "已取消" }, more: "再看一些",
  },
  en: {
    title: "What I organise", make: "A new activity",
    none: "You have not organised anything yet. It is simple: say what, when, where, and for how "
      + "many.",
    states: { draft: "Draft, seen by nobody else", published: "Published", cancelled: "Cancelled" },
    more: "Show more",
  },
};

export const activityStates = words;

/** When an activity is: once, or in a series. */
export function scheduleText(activity, language) {
  const series = seriesText(fromRule(activity.rrule), activity.starts, language);
  return [momentLocal(activity.starts, language), series].filter(Boolean).join(" · ");
}

export const organise = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.path("/activities?limit=50"), "activities", app.state.pages ?? 1),
  sections(app, { items, hasMore }) {
    const say = app.say(words);
    return [
      { key: "new", of: null, make: () => make("p", {}, link(say.make, "#/draft", "act main")) },
      { key: "list", of: items, make: () => (items.length
        ? make("ol", { class: "cards" }, items.map((one) => make("li",
          { class: one.state === "cancelled" ? "card off" : "card" },
          make("p", { class: "marks" }, make("span",
            { class: one.state === "published" ? "mark fresh" : "mark quiet" },
            say.states[one.state])),
          make("h2", {}, make("a", { href: `#/activity/${one.id}`, class: "title" },
            bilingual("span", one, "title", app.language))),
          make("p", { class: "when" }, scheduleText(one, app.language)))))
        : make("p", { class: "card" }, say.none)) },
      hasMore && { key: "more", of: null, make: () => button(say.more, async () => {
        app.state.pages = (app.state.pages ?? 1) + 1;
        await app.refresh();
      }, { key: "more" }) },
    ];
  },
};
