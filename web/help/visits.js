// Visits of help, on either side: those to come, and those that are over.

import { readPages } from "../activities/client.js";
import { spanText } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, more } from "../people/doing.js";
import { isUnconfirmed, otherName } from "./help.js";
import { kinds } from "./words.js";

const words = {
  zh: {
    title: "上门", back: "互助", coming: "约好的", none: "没有约好的上门。", over: "过去的",
    helper: (name) => `您去帮${name}`,
    person: (name) => `${name}来帮您`, personFor: (name, other) => `${name}来帮${other}`,
    planned: "约好了", under_way: "正在进行", done: "结束了", missed: "没有进行",
    cancelled: "取消了", confirm: "! 请确认", confirmed: "✓ 您已确认", office: "办公台看到的",
  },
  en: {
    title: "Visits", back: "Help", coming: "Agreed", none: "No visit is agreed.", over: "Past",
    helper: (name) => `You help ${name}`, person: (name) => `${name} helps you`,
    personFor: (name, other) => `${name} helps ${other}`,
    planned: "Agreed", under_way: "Under way", done: "Over", missed: "It did not take place",
    cancelled: "Cancelled", confirm: "! Please confirm", confirmed: "✓ You confirmed it",
    office: "As the desk sees it",
  },
};

const isComing = (one) => one.state === "planned" || one.state === "under_way";

export const visits = {
  needsPerson: true, forAnother: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.pathFor("/me/visits?limit=20"), "visits", app.state.pages ?? 1),
  sections(app, { items, hasMore }) {
    const say = app.say(words);
    const over = items.filter((one) => !isComing(one));
    return [
      back(say.back, "#/help"),
      cards("coming", say.coming, items.filter(isComing), (one) => card(app, one), say.none),
      over.length > 0 && cards("over", say.over, over, (one) => card(app, one)),
      more(app, hasMore),
    ];
  },
};

/** Who helps whom, as the reader stands to it. */
export function sideText(app, one) {
  const say = app.say(words);
  if (one.side === "office") return `${say.office}: ${one.helper_name} → ${one.person_name ?? ""}`;
  if (app.acting && one.side === "person") {
    return say.personFor(otherName(app, one), app.acting.name);
  }
  return say[one.side](otherName(app, one));
}

export function visitMarks(app, one) {
  const say = app.say(words);
  const isSided = one.state === "done" && one.side !== "office";
  return make("p", { class: "marks" },
    make("span", { class: isComing(one) ? "mark fresh" : "mark quiet" }, say[one.state]),
    isSided && (isUnconfirmed(one) ? make("span", { class: "mark urgent" }, say.confirm)
      : make("span", { class: "mark quiet" }, say.confirmed)));
}

function card(app, one) {
  const isPressing = isUnconfirmed(one) || one.state === "under_way";
  return make("li", { class: isPressing ? "card urgent" : "card" },
    make("h3", {}, make("a", { href: `#/visit/${one.id}`, class: "title" },
      named(kinds, one.kind, app.language))),
    visitMarks(app, one), make("p", {}, sideText(app, one)),
    make("p", { class: "when" }, spanText(one.begins, one.ends, app.language)));
}
