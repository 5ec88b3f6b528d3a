// Conversations with those who look after an activity, or with who comes to it.

import { readPages } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { inLanguage, link, make } from "../activities/parts.js";
import { back, cards, more } from "../people/doing.js";

const words = {
  zh: {
    title: "交谈", back: "我的", hint: "每次交谈都关于一件事，只有您和对方看得到。要开始一次，请到活动的页面；约好帮忙的，在互助里。",
    none: "还没有交谈。", closed: "已结束", unread: (count) => `${count} 条未读`, host: "您是组织者",
    desk: "办公台", guardian: "孩子的交谈，您可以看", helps: "您去帮忙", helper: "与来帮忙的邻居", with: (name) => `与${name}`, organisers: "与组织者",
    stewards: "与互助小组的组长", steward: "您是组长",
  },
  en: {
    title: "Conversations", back: "Me",
    hint: "Each is about one thing, and seen by you and the other side alone. Begin one on the page "
      + "of an activity; that of an agreed help stands with it.",
    none: "No conversation yet.", closed: "Closed", unread: (count) => `${count} unread`,
    host: "You organise it", desk: "The desk", guardian: "Your child’s: you may read it",
    helps: "You help", helper: "With the neighbour who helps",
    with: (name) => `With ${name}`, organisers: "With the organisers",
    stewards: "With the stewards of a help group", steward: "You are a steward",
  },
};

export const talks = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.path("/conversations?limit=20"), "conversations",
    app.state.pages ?? 1),
  sections: (app, { items, hasMore }) => [
    back(app.say(words).back, "#/me"),
    { key: "hint", of: null, make: () => make("p", { class: "card" }, app.say(words).hint) },
    cards("talks", app.say(words).title, items, (one) => card(app, one), app.say(words).none),
    more(app, hasMore),
  ],
};

/** With whom a conversation is, as far as the reader is told. */
export function otherSide(app, one) {
  const say = app.say(words);
  if (one.display_name) return say.with(one.display_name);
  return { match: say.helper, group: say.stewards }[one.kind] ?? say.organisers;
}

export function talkMarks(app, one) {
  const say = app.say(words);
  return make("p", { class: "marks" },
    one.unread > 0 && make("span", { class: "mark fresh" }, say.unread(one.unread)),
    !one.is_open && make("span", { class: "mark quiet" }, say.closed),
    one.side !== "asker" && make("span", { class: "mark quiet" },
      (one.side === "host" && { match: say.helps, group: say.steward }[one.kind]) || say[one.side]));
}

function card(app, one) {
  const title = one.title_zh ? inLanguage(one, "title", app.language) : otherSide(app, one);
  return make("li", { class: one.unread > 0 ? "card unread" : "card" },
    make("h3", {}, make("a", { href: `#/talk/${one.id}`, class: "title" }, title)),
    talkMarks(app, one), make("p", {}, otherSide(app, one),
      one.child_name && ` · ${one.child_name}`),
    make("p", { class: "quiet" }, momentText(one.last_at, app.language)));
}
