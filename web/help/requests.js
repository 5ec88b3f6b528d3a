// What one asked for: how far each request has come, in plain words.

import { readPages } from "../activities/client.js";
import { momentText, spanText } from "../activities/moments.js";
import { link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, more } from "../people/doing.js";
import { kinds } from "./words.js";

const words = {
  zh: {
    title: "我的求助", back: "互助", none: "还没有求助。", ask: "我要帮忙", looking: "正在找人",
    agreed: (name) => `✓ ${name}会来`, somebody: "有人", done: "✓ 办完了", withdrawn: "已撤回",
    lapsed: "时间过了",
    offered: "! 有邻居愿意来，请答复", urgent: "很急", listed: "邻居们也看得到", asked: (time) => `在这段时间里找；${time} 提出`,
    forName: (name) => `为${name}`,
  },
  en: {
    title: "What I asked for", back: "Help", none: "You have asked for nothing.",
    ask: "I need help", looking: "Somebody is being looked for",
    agreed: (name) => `✓ ${name} will come`, somebody: "Somebody", done: "✓ Done",
    withdrawn: "Taken back", lapsed: "The time is past",
    offered: "! A neighbour offers to come: please answer", urgent: "Urgent",
    listed: "Neighbours see it, too", asked: (time) => `Within this time; asked ${time}`,
    forName: (name) => `For ${name}`,
  },
};

export const requests = {
  needsPerson: true, forAnother: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.pathFor("/help-requests?limit=20"), "requests", app.state.pages ?? 1),
  sections(app, { items, hasMore }) {
    const say = app.say(words);
    return [
      back(say.back, "#/help"),
      { key: "ask", of: null, make: () => make("p", {}, link(say.ask, "#/help-ask", "act main")) },
      cards("requests", say.title, items, (one) => card(app, one), say.none),
      more(app, hasMore),
    ];
  },
};

function card(app, one) {
  return make("li", { class: one.offers?.length ? "card urgent" : "card" },
    make("h3", {}, make("a", { href: `#/help-request/${one.id}`, class: "title" },
      named(kinds, one.kind, app.language))),
    requestMarks(app, one), requestWhen(app, one));
}

/** How far a request has come: never who was asked, or how many. */
export function requestMarks(app, one) {
  const say = app.say(words);
  const isFine = one.state === "agreed" || one.state === "done";
  const text = one.state === "agreed" ? say.agreed(one.helper_name || say.somebody) : say[one.state];
  return make("p", { class: "marks" },
    make("span", { class: isFine ? "mark fresh" : one.state === "looking" ? "mark" : "mark quiet" },
      text),
    one.offers?.length > 0 && make("span", { class: "mark urgent" }, say.offered),
    one.state === "looking" && one.urgency === "urgent"
      && make("span", { class: "mark urgent" }, say.urgent),
    one.state === "looking" && one.is_listed && make("span", { class: "mark quiet" }, say.listed));
}

/** When it is: as agreed, or within what was asked. */
export function requestWhen(app, one) {
  const say = app.say(words);
  const isAgreed = Boolean(one.visit_begins);
  return [
    one.person !== app.subject && make("p", {}, say.forName(one.person_name)),
    make("p", { class: "when" },
      spanText(one.visit_begins ?? one.begins, one.visit_ends ?? one.ends, app.language)),
    !isAgreed && one.state === "looking"
      && make("p", { class: "quiet" }, say.asked(momentText(one.entered_at, app.language)))];
}
