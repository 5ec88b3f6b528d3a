// What the reader agreed to for itself, and for whom else; each can be taken back.

import { now, read, readPages } from "../activities/client.js";
import { dayText, localDay } from "../activities/moments.js";
import { link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards } from "../people/doing.js";
import { nameOf, readKnown } from "../people/names.js";
import { consentCards } from "./consent-cards.js";
import { purposes } from "./words.js";

const words = {
  zh: {
    title: "同意书", back: "家人", own: "为我自己", all: "我给出的全部同意", none: "没有给出过同意。",
    for: (name) => `为${name}`, span: (from, to) => `${from} 至 ${to}`, withdrawn: "已撤回", over: "已到期",
    alive: "✓ 有效期内", open: "到孩子的页面办理",
  },
  en: {
    title: "Consents", back: "Family", own: "For myself", all: "All that I agreed to",
    none: "You have agreed to nothing.", for: (name) => `For ${name}`,
    span: (from, to) => `${from} to ${to}`, withdrawn: "Taken back", over: "Over",
    alive: "✓ In its term", open: "On the child’s page",
  },
};

export const consents = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ texts }, { items }, { children }, known] = await Promise.all([
      read(app.path("/consent-texts")), readPages(app.path("/consents?limit=100"), "consents", 3),
      read(app.path("/children")), readKnown(app)]);
    for (const one of children) known.names[one.child] = one.display_name;
    return { texts: texts.filter((one) => one.is_of_adults), all: items,
      children: children.map((one) => one.child), known };
  },
  sections(app, { texts, all, children, known }) {
    const say = app.say(words);
    return [
      back(say.back, "#/family"),
      consentCards(app, say.own, texts, all.filter((one) => one.subject === app.person), { known }),
      cards("all", say.all, all, (one) => line(app, one, children, known.names), say.none),
    ];
  },
};

function line(app, one, children, names) {
  const say = app.say(words);
  const day = (instant) => dayText(localDay(instant), app.language);
  const state = one.withdrawn_at ? "withdrawn" : Date.parse(one.until) <= now() ? "over" : "alive";
  return make("li", { class: state === "alive" ? "card" : "card off" },
    make("h3", {}, named(purposes, one.purpose, app.language)),
    make("p", { class: "marks" }, make("span",
      { class: state === "alive" ? "mark fresh" : "mark quiet" }, say[state])),
    make("p", {}, say.for(nameOf(app, names, one.subject))),
    make("p", { class: "quiet" }, say.span(day(one.given_at), day(one.withdrawn_at ?? one.until))),
    children.includes(one.subject) && make("p", {},
      link(say.open, `#/child/${one.subject}`, "act")));
}
