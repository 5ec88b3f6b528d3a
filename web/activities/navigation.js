// The entries that stand above every page, by who the reader is.

import { deskPages } from "../desk/pages.js";
import { familyPages } from "../family/pages.js";
import { goodsPages } from "../goods/pages.js";
import { helpPages } from "../help/pages.js";
import { peoplePages } from "../people/pages.js";
import { link, make } from "./parts.js";

const words = {
  zh: {
    feed: "活动", help: "互助", mine: "我的报名", notices: "通知", organise: "组织", me: "我的", family: "家人",
    desk: "办公台", signIn: "登录", unread: (count) => `${count} 条未读`,
  },
  en: {
    feed: "Activities", help: "Help", mine: "My places", notices: "Notices",
    organise: "Organise", me: "Me", family: "Family", desk: "Desk", signIn: "Sign in", unread: (count) => `${count} unread`,
  },
};

const under = {
  draft: "organise", edit: "organise", copy: "organise", activity: "organise", manage: "organise",
  roll: "organise", calendar: "mine", proof: "me",
  ...Object.fromEntries(Object.keys(peoplePages).map((name) => [name, "me"])),
  ...Object.fromEntries(Object.keys(familyPages).map((name) => [name, "family"])),
  ...Object.fromEntries(Object.keys({ ...helpPages, ...goodsPages })
    .map((name) => [name, "help"])),
  ...Object.fromEntries(Object.keys(deskPages).map((name) => [name, "desk"])),
};

export function navigation(app) {
  const say = app.say(words);
  const here = location.hash.split("/")[1] ?? "";
  const entry = (name, text, count) => {
    const made = link(text, `#/${name}`);
    if ((under[here] ?? here) === name) made.setAttribute("aria-current", "page");
    if (count) {
      made.append(" ", make("span", { class: "count", "aria-hidden": "true" },
        count > 99 ? "99+" : String(count)), make("span", { class: "unseen" }, say.unread(count)));
    }
    return make("li", {}, made);
  };
  return make("ul", {}, entry("", say.feed), ...(app.me
    ? [app.person && entry("help", say.help), entry("mine", say.mine), entry("notices", say.notices, app.unread),
      entry("organise", say.organise), app.person && [entry("me", say.me), entry("family", say.family)],
    app.duties.length > 0 && entry("desk", say.desk)]
    : [entry("sign-in", say.signIn)]));
}
