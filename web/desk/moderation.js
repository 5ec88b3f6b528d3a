// Posts that were reported, wait for a review or are appealed; and all that were decided.

import { readPages } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, more } from "../people/doing.js";
import { rememberName } from "../people/names.js";
import { postKinds, reportKinds, visibilities } from "../people/post-words.js";

const words = {
  zh: {
    title: "内容审核", back: "办公台", views: { waiting: "等处理", all: "全部" }, which: "看哪些",
    none: "没有等处理的内容。", by: (name) => `作者：${name}`, reports: (count) => `${count} 次举报`,
    appealed: "作者申诉", open: "打开处理",
  },
  en: {
    title: "Moderation", back: "Desk", views: { waiting: "Waiting", all: "All" }, which: "Which",
    none: "Nothing waits.", by: (name) => `By ${name}`,
    reports: (count) => (count === 1 ? "1 report" : `${count} reports`), appealed: "Appealed",
    open: "Open it",
  },
};

export const moderation = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const view = app.id === "all" ? "all" : "waiting";
    return { view, ...await readPages(app.path(`/moderation?view=${view}&limit=20`), "posts",
      app.state.pages ?? 1) };
  },
  sections(app, { view, items, hasMore }) {
    const say = app.say(words);
    return [
      back(say.back, "#/desk"),
      { key: "views", of: view, make: () => make("nav", { "aria-label": say.which },
        ["waiting", "all"].map((name) => {
          const made = link(say.views[name], `#/moderation/${name}`, "act");
          if (name === view) made.setAttribute("aria-current", "page");
          return made;
        })) },
      cards("posts", say.views[view], items, (one) => make("li", { class: "card" },
        make("h3", {}, link(postHeading(app, one), `#/moderated/${one.thing}`, "act")),
        postMarks(app, one), author(app, one), one.words && make("p", { class: "body" },
          one.words.slice(0, 200))), say.none),
      more(app, hasMore),
    ];
  },
};

/** What a post is, and its title as its author wrote it. */
export const postHeading = (app, one) => [named(postKinds, one.thing_kind, app.language),
  one.title && [" · ", make("span", { lang: "zh-Hans" }, one.title)]];

export function author(app, one) {
  rememberName(one.author, one.author_name);
  return make("p", { class: "quiet" }, app.say(words).by(one.author_name), " · ",
    momentText(one.changed_at, app.language));
}

export function postMarks(app, one) {
  const say = app.say(words);
  return make("p", { class: "marks" },
    make("span", { class: "mark quiet" }, named(visibilities, one.visibility, app.language)),
    one.reports > 0 && make("span", { class: "mark urgent" }, `! ${say.reports(one.reports)}`),
    one.report_kinds.map((kind) => make("span", { class: "mark" },
      named(reportKinds, kind, app.language))),
    one.is_appealed && make("span", { class: "mark" }, say.appealed));
}
