// Who read the reader's record, who watches that with it, and requests of software operators.

import { readIfAny, readPages, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { inLanguage, make } from "../activities/parts.js";
import { accessRequests } from "./access.js";
import { back, cards, foldedForm, more } from "./doing.js";
import { personOptions, readKnown } from "./names.js";

const words = {
  zh: {
    title: "谁看过我的档案", back: "我的",
    hint: "履行职务的人每次查阅都在这里留痕：谁、什么、为什么、何时。", reads: "查阅记录", none: "没有人查阅过。",
    line: (one, kind, purpose) => `查阅了${kind}，事由：${purpose}`, of: (name) => `${name} 的档案`,
    watchers: "请谁一同留意", noWatchers: "还没有请人。", watched: "请我留意的人",
    add: "请人一同留意", addHint: "可请家人、双方确认的亲友或代办人，最多八位。对方看得到您的查阅记录，会收到通知。",
    who: "谁", send: "请他/她留意", named: "已请。", end: "不再请", leave: "退出",
    endSure: (name) => `不再请 ${name} 一同留意？可以再请。`, leaveSure: (name) => `不再替 ${name} 留意？`,
    ended: "已结束。", sleeps: "你们现在不是家人、亲友或代办关系，看不到。",
  },
  en: {
    title: "Who read my record", back: "Me",
    hint: "Each reading by an office stands here: who, what, why and when.", reads: "Readings",
    none: "Nobody has read it.", line: (one, kind, purpose) => `Read: ${kind}, for: ${purpose}`,
    of: (name) => `The record of ${name}`, watchers: "Who watches with me",
    noWatchers: "Nobody yet.", watched: "Who named me", add: "Let somebody watch with me",
    addHint: "One of the household, a confirmed tie or a delegate, up to eight. They see who read "
      + "your record, and are told.", who: "Who", send: "Name this person", named: "Done.",
    end: "No longer", leave: "Leave", endSure: (name) => `Let ${name} watch no longer?`,
    leaveSure: (name) => `Watch no longer for ${name}?`, ended: "Ended.",
    sleeps: "You are not close any more: nothing is shown.",
  },
};

export const readers = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [reads, watch, requests, known] = await Promise.all([
      readPages(app.path("/me/record-reads?limit=20"), "reads", app.state.pages ?? 1),
      readIfAny(app.path("/me/record-watchers"), { watchers: [], watched: [] }),
      readIfAny(app.path("/access-requests?limit=50"), { requests: [] }), readKnown(app)]);
    return { reads: reads.items, hasMore: reads.hasMore, ...watch, requests: requests.requests,
      known };
  },
  sections(app, { reads, hasMore, watchers, watched, requests, known }) {
    const say = app.say(words);
    return [
      back(say.back, "#/me"),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.hint) },
      ...accessRequests(app, requests, known.names),
      cards("reads", say.reads, reads, (one) => reading(app, one), say.none), more(app, hasMore),
      cards("watchers", say.watchers, watchers, (one) => watcher(app, one, say.end, say.endSure),
        say.noWatchers),
      { key: "add", of: known, make: () => adding(app, known) },
      watched.length > 0 && cards("watched", say.watched, watched,
        (one) => watcher(app, one, say.leave, say.leaveSure)),
    ];
  },
};

function reading(app, one) {
  const say = app.say(words);
  return make("li", { class: "card" }, make("h3", {}, one.reader_name),
    make("p", { class: "marks" }, make("span", { class: "mark quiet" },
      inLanguage(one, "role", app.language))),
    one.person !== app.person && make("p", {}, say.of(one.person_name)),
    make("p", {}, say.line(one, inLanguage(one, "kind", app.language),
      inLanguage(one, "purpose", app.language))),
    make("p", { class: "quiet" }, momentText(one.at, app.language)));
}

function watcher(app, one, open, question) {
  const say = app.say(words);
  return make("li", { class: "card" }, make("h3", {}, one.display_name),
    !one.counts && make("p", { class: "quiet" }, say.sleeps),
    confirmation(app, `watch-${one.person}`, { open, question: question(one.display_name),
      confirm: open, kind: "danger" }, async () => {
      await write("DELETE", app.path(`/me/record-watchers/${one.person}`));
      await app.refresh();
      app.tell(say.ended);
    }));
}

function adding(app, { household, ties }) {
  const say = app.say(words);
  const people = personOptions(app, household.filter((one) => !one.is_child),
    ties.filter((one) => one.state === "confirmed"));
  if (!people.length) return null;
  return make("section", { class: "card" }, foldedForm(app, "watch", say.add, {
    hint: say.addHint, send: say.send, values: { person: people[0][0] },
    fields: (form) => [form.field("/person", say.who, form.select("person", people))],
    act: async ({ person }) => {
      await write("PUT", app.path(`/me/record-watchers/${person}`));
      return say.named;
    },
  }));
}
