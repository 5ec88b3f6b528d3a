// Tasks of one's duties: by the person they are about, the most pressing first; and the load.

import { read, readPages, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { inLanguage, link, make } from "../activities/parts.js";
import { named, options, roles } from "../activities/words.js";
import { back, doing, foldedForm, more } from "../people/doing.js";
import { rememberName } from "../people/names.js";
import { refusals } from "./words.js";

const words = {
  zh: {
    title: "待办", back: "办公台", views: { open: "还没办结的", mine: "我在办的", finished: "办结的" }, which: "看哪些",
    none: { open: "没有待办的事。", mine: "您手上没有事。", finished: "还没有办结的事。" }, nobody: "不涉及具体的人",
    due: (time) => `${time} 前`, overdue: "已逾期", taken: "有人在办", mine: "我在办", finished: "办结",
    take: "我来接手", takeFor: (title) => `我来接手：${title}`, done: "已接手。", refuse: "不接", why: "为什么",
    note: "说明（可不填，加密保存）", refused: "已记下，会请别人。", load: "各岗在办", all: "还没人接手",
    count: (open, overdue) => `${open} 件${overdue ? `，逾期 ${overdue} 件` : ""}`, about: "关于",
  },
  en: {
    title: "Tasks", back: "Desk",
    views: { open: "Not finished", mine: "In my hand", finished: "Finished" },
    which: "Which", none: { open: "Nothing is to be done.", mine: "Nothing is in your hand.",
      finished: "Nothing was finished." }, nobody: "About nobody in particular",
    due: (time) => `Due ${time}`, overdue: "Overdue", taken: "Somebody has it", mine: "I have it",
    finished: "Finished", take: "I take it", takeFor: (title) => `I take it: ${title}`,
    done: "It is yours.", refuse: "Say no", why: "Why", note: "In words, if you like (sealed)",
    refused: "Noted: somebody else is asked.", load: "Load", all: "Not taken",
    count: (open, overdue) => `${open}${overdue ? `, ${overdue} overdue` : ""}`,
    about: "About",
  },
};

const viewNames = ["open", "mine", "finished"];

export const tasks = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const view = viewNames.includes(app.id) ? app.id : "open";
    const [list, { load }] = await Promise.all([
      readPages(app.path(`/tasks?view=${view}&limit=20`), "threads", app.state.pages ?? 1),
      read(app.path("/task-load"))]);
    return { view, threads: list.items, hasMore: list.hasMore, load };
  },
  sections(app, { view, threads, hasMore, load }) {
    const say = app.say(words);
    return [
      back(say.back, "#/desk"),
      { key: "views", of: view, make: () => make("nav", { "aria-label": say.which },
        viewNames.map((name) => {
          const made = link(say.views[name], `#/tasks/${name}`, "act");
          if (name === view) made.setAttribute("aria-current", "page");
          return made;
        })) },
      ...threads.map((one, index) => ({ key: one.person ?? `none-${index}`, of: one,
        make: () => thread(app, one) })),
      !threads.length && { key: "none", of: view,
        make: () => make("p", { class: "card" }, say.none[view]) },
      more(app, hasMore),
      { key: "load", of: load, make: () => loads(app, load) },
    ];
  },
};

function thread(app, { person, display_name: name, tasks: all }) {
  const say = app.say(words);
  rememberName(person, name);
  return make("section", { class: "card" },
    make("h2", {}, person
      ? [`${say.about} `, make("a", { href: `#/person/${person}`, lang: "zh-Hans" }, name ?? "")]
      : say.nobody),
    make("ul", { class: "plain" }, all.map((one) => row(app, one))));
}

/** How a task stands, in words and marks. */
export function marks(app, one) {
  const say = app.say(words);
  const state = one.state === "finished" ? say.finished
    : one.taken_by === app.person ? say.mine : one.state === "taken" ? say.taken : null;
  return make("p", { class: "marks" },
    one.is_overdue && make("span", { class: "mark urgent" }, `! ${say.overdue}`),
    one.state !== "finished" && make("span", { class: "mark" },
      say.due(momentText(one.due_at, app.language))),
    state && make("span", { class: "mark quiet" }, state));
}

function row(app, one) {
  const title = inLanguage(one, "title", app.language);
  return make("li", {}, make("h3", {}, link(title, `#/task/${one.id}`, "act")), marks(app, one),
    one.state === "open" && [taking(app, one, title), refusing(app, one)]);
}

export function taking(app, one, title) {
  const say = app.say(words);
  return doing(app, say.take, async () => {
    await write("POST", app.path(`/tasks/${one.id}/taking`));
    return say.done;
  }, { key: `take-${one.id}`, kind: "main", label: say.takeFor(title) });
}

export function refusing(app, one) {
  const say = app.say(words);
  return foldedForm(app, `refuse-${one.id}`, say.refuse, {
    send: say.refuse, values: { because: "busy" },
    fields: (form) => [
      form.field("/because", say.why, form.select("because", options(refusals, app.language))),
      form.field("/note", say.note, form.area("note", { maxlength: 2000, rows: 2 })),
    ],
    act: async ({ because, note }) => {
      await write("POST", app.path(`/tasks/${one.id}/refusals`),
        { because, ...(note?.trim() ? { note: note.trim() } : {}) });
      return say.refused;
    },
  });
}

function loads(app, load) {
  const say = app.say(words);
  return make("section", { class: "card" }, make("h2", {}, say.load),
    make("ul", { class: "plain" }, load.map((one) => make("li", {},
      make("p", {}, make("b", {}, one.display_name ?? say.all), " · ",
        named(roles, one.role, app.language), " · ", say.count(one.open, one.overdue))))));
}
