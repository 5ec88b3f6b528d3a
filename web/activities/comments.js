// The thread of an activity.

import { element } from "../common.js";
import { rememberName } from "../people/names.js";
import { reporting } from "../people/reporting.js";
import { read, readPages, write } from "./client.js";
import { confirmation, Form } from "./form.js";
import { momentText } from "./moments.js";
import { fold, inLanguage, link, make } from "./parts.js";

const words = {
  zh: {
    heading: "留言", write: "写留言", hint: "所有看得到这个活动的人都能看到。", send: "发布留言",
    none: "还没有留言。", organiser: "组织者", removed: "已移除", remove: "移除",
    sure: "移除这条留言？", yes: "移除", all: "看全部留言", sent: "留言已发布。",
    back: "回到活动", more: "举报或屏蔽", block: "屏蔽此人…",
  },
  en: {
    heading: "Comments", write: "Your comment",
    hint: "Everyone who sees this activity can read it.",
    send: "Send", none: "No comments yet.", organiser: "Organiser", removed: "Removed",
    remove: "Remove", sure: "Remove this comment?", yes: "Remove", all: "All comments",
    sent: "Your comment is there.", back: "Back to the activity",
    more: "Report or block", block: "Block this person…",
  },
};

/** All of a thread, on a page of its own. */
export const comments = {
  needsPerson: true,
  title: (app, data) => (data ? `${app.say(words).heading} · ${
    inLanguage(data.activity, "title", app.language)}` : app.say(words).heading),
  async read(app) {
    const [{ activity, occurrences }, { items }] = await Promise.all([
      read(app.path(`/activities/${app.id}`)),
      readPages(app.path(`/activities/${app.id}/comments?limit=100`), "comments"),
    ]);
    return { activity, next: occurrences[0]?.id, comments: items };
  },
  sections: (app, { activity, next, comments: all }) => [
    next && { key: "back", of: next, make: () =>
      make("p", {}, link(app.say(words).back, `#/occurrence/${next}`)) },
    ...threadSections(app, activity, all),
  ],
};

function threadSections(app, activity, all) {
  return [
    { key: "thread", of: all, make: () => thread(app, activity, all) },
    { key: "write", of: activity.id, make: () => commentForm(app, activity) },
  ];
}

/** The latest of a thread, and a field for one's own. */
export function commentsOf(app, activity, latest) {
  const say = app.say(words);
  const part = make("section", { class: "card" }, make("h2", {}, say.heading),
    thread(app, activity, latest));
  if (latest.length >= 5) part.append(make("p", {}, link(say.all, `#/comments/${activity.id}`)));
  part.append(commentForm(app, activity));
  return part;
}

function thread(app, activity, all) {
  const say = app.say(words);
  if (!all.length) return make("p", { class: "quiet" }, say.none);
  return make("ol", { class: "thread" }, all.map((one) => {
    rememberName(one.author, one.author_name);
    const mayRemove = one.body
      && (one.author === app.person || activity.organisers.includes(app.person));
    return make("li", {}, make("p", { class: "about" },
      make("b", {}, one.author_name ?? ""),
      one.is_organiser && make("span", { class: "mark quiet" }, say.organiser),
      make("time", { datetime: one.at }, momentText(one.at, app.language))),
    one.body ? element("p", one.body, "body") : make("p", { class: "quiet" }, say.removed),
    mayRemove && confirmation(app, `remove-${one.id}`, {
      open: say.remove, question: say.sure, confirm: say.yes,
    }, async () => {
      await write("DELETE", app.path(`/activities/${activity.id}/comments/${one.id}`));
      await app.refresh();
    }), app.person && one.body && one.author && one.author !== app.person
      && fold(say.more, `about-${one.id}`, false,
        reporting(app, "comment", one.id),
        make("p", {}, link(say.block, `#/blocks/${one.author}`, "act"))));
  }));
}

function commentForm(app, activity) {
  const say = app.say(words);
  const form = new Form(app.language, (app.state.comment ??= {}));
  const area = form.area("body", { maxlength: 1000, rows: 3 });
  return form.done([form.field("/body", say.write, area, say.hint)], say.send, async () => {
    const body = area.value.trim();
    if (!body) return area.focus();
    await write("POST", app.path(`/activities/${activity.id}/comments`), { body });
    app.state.comment = {};
    app.show();
    await app.refresh();
    app.tell(say.sent);
  });
}
