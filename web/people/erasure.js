// Asking that what is kept of one goes: what stays and why, a time to take it back, and the end.

import { read, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import {
  button, inLanguage, link, make, problemPlace, problemWords, tellProblem,
} from "../activities/parts.js";
import { back, doing } from "./doing.js";

const words = {
  zh: {
    title: "注销", back: "我的资料", hint: "申请后有七天冷静期，随时可以撤回。过后不能恢复。", copy: "先要一份资料副本",
    kept: "注销后会留下什么", how: { keep: "只留编号", blank: "留下，但删去文字" }, days: (count) => `${count} 天`,
    ask: "申请注销", yes: "我明白，申请注销", no: "不了", asked: "已申请。冷静期内可以撤回。", waiting: "已申请注销",
    due: (time) => `${time} 执行，此前可以撤回。`, hindrances: "执行前须先办好", take: "撤回申请", taken: "已撤回，一切照旧。",
  },
  en: {
    title: "Erasure", back: "My data",
    hint: "You can take it back for seven days. After that nothing brings it back.",
    copy: "Take a copy of your data first", kept: "What would stay",
    how: { keep: "Its number alone", blank: "Kept, without its words" },
    days: (count) => `${count} days`, ask: "Ask for the erasure",
    yes: "I understand: ask for it", no: "No, go back",
    asked: "Asked. You can take it back until it is carried out.", waiting: "An erasure is asked for",
    due: (time) => `It is carried out ${time}; take it back before.`,
    hindrances: "To be seen to before", take: "Take it back", taken: "Taken back: all is as before.",
  },
};

export const erasure = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => read(app.path("/me/erasure")),
  sections(app, { erasures, kept }) {
    const say = app.say(words);
    return [
      back(say.back, "#/data"),
      { key: "hint", of: null, make: () => make("section", { class: "card" },
        make("p", {}, say.hint), link(say.copy, "#/data", "act")) },
      ...erasures.map((one) => ({ key: one.asked_at, of: one, make: () => waiting(app, one) })),
      { key: "kept", of: kept, make: () => make("section", { class: "card" },
        make("h2", {}, say.kept), make("ul", { class: "plain" }, kept.map((one) =>
          make("li", {}, make("p", {}, make("b", {}, inLanguage(one, "title", app.language)), " · ",
            [say.how[one.how], one.days && say.days(one.days),
              inLanguage(one, "basis", app.language)].filter(Boolean).join(" · ")))))) },
      !erasures.length && { key: "ask", of: null, make: () => make("section", { class: "card" },
        asking(app)) },
    ];
  },
};

function waiting(app, one) {
  const say = app.say(words);
  return make("section", { class: "card urgent" }, make("h2", {}, say.waiting),
    make("p", { class: "title" }, say.due(momentText(one.due_at, app.language))),
    one.hindrances.length > 0 && [make("h3", {}, say.hindrances),
      make("ul", {}, one.hindrances.map((each) => make("li", {},
        inLanguage(each, "text", app.language))))],
    doing(app, say.take, async () => {
      await write("DELETE", app.path("/me/erasure"));
      return say.taken;
    }, { key: "take", kind: "main" }));
}

/** What it means is told by the server, before it is asked for. */
function asking(app) {
  const say = app.say(words);
  const trouble = problemPlace("erasure");
  const attempt = (body) => async () => {
    tellProblem(trouble, null);
    try {
      await write("POST", app.path("/me/erasure"), body);
      delete app.state.means;
      await app.refresh();
      app.tell(say.asked);
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      if (problem.code !== "erasure-means") return tellProblem(trouble, problem, app.language);
      app.state.means = problem;
      app.show();
      document.querySelector("[data-focus=erase]")?.focus();
    }
  };
  if (!app.state.means) {
    return make("div", {}, button(say.ask, attempt({}), { kind: "danger", key: "ask" }), trouble);
  }
  return make("div", { role: "group" }, problemWords(app.state.means, app.language).map((text) =>
    make("p", { class: "title" }, text)), trouble, make("div", { class: "buttons" },
    button(say.yes, attempt({ understood: true }), { kind: "danger", key: "erase" }),
    button(say.no, () => {
      delete app.state.means;
      app.show();
    }, { key: "no" })));
}
