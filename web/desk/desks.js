// Browsers that are desks for a shift: who signs in there is counted by the desk.

import { read, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { back, cards, foldedForm } from "../people/doing.js";
import { nameOf, readKnown } from "../people/names.js";

const words = {
  zh: {
    title: "办公台浏览器", back: "办公台", list: "开着的办公台", none: "没有开着的办公台。", by: "谁开的", at: "开于",
    until: "到", open: "把这个浏览器设为办公台", hint: "一个班次，十二小时。来访者在此登录，不受同一网络的次数限制。", name: "叫什么",
    send: "设为办公台", done: "已设为办公台。", close: "关闭", closeSure: "关闭这个办公台？可以再开。", closed: "已关闭。",
  },
  en: {
    title: "Browsers as desks", back: "Desk", list: "Desks that are open", none: "None is open.",
    by: "Opened by", at: "Opened", until: "Until", open: "Make this browser a desk",
    hint: "For a shift of twelve hours. Visitors who sign in here are not counted by the network.",
    name: "What it is called", send: "Make it a desk", done: "It is a desk.", close: "Close it",
    closeSure: "Close this desk? It can be opened again.", closed: "Closed.",
  },
};

export const desks = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ desks: all }, { names }] = await Promise.all([
      read(app.path("/desks")), readKnown(app)]);
    return { all, names };
  },
  sections(app, { all, names }) {
    const say = app.say(words);
    return [
      back(say.back, "#/desk"),
      cards("desks", say.list, all, (one) => make("li", { class: "card" },
        make("h3", {}, one.label),
        facts([say.by, nameOf(app, names, one.opened_by)],
          [say.at, momentText(one.opened_at, app.language)],
          [say.until, momentText(one.until, app.language)]),
        confirmation(app, `close-${one.id}`, { open: say.close, question: say.closeSure,
          confirm: say.close }, async () => {
          await write("DELETE", app.path(`/desks/${one.id}`));
          await app.refresh();
          app.tell(say.closed);
        })), say.none),
      { key: "open", of: null, make: () => make("section", { class: "card" },
        foldedForm(app, "open", say.open, {
          hint: say.hint, send: say.send,
          fields: (form) => [form.field("/label", say.name,
            form.input("label", "text", { maxlength: 80 }))],
          act: async ({ label }) => {
            await write("POST", app.path("/desks"), { label: label?.trim() ?? "" });
            return say.done;
          },
        })) },
    ];
  },
};
