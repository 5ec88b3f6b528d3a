// An office asks a helper by hand, through the same gates as the round.

import { write } from "../activities/client.js";
import { instantOf, localTime } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { foldedForm } from "../people/doing.js";
import { choosing, chosen } from "./choose.js";

const words = {
  zh: {
    title: "请一位来帮", hint: "条件与自动寻找一样；请过的不再请。本人可以不去。", who: "请谁", begins: "几点开始", send: "请他/她",
    done: "已邀请，等本人答复。",
  },
  en: {
    title: "Ask somebody to help", hint: "By the same rules as the round; who was asked before is not "
      + "asked again. The helper may say no.", who: "Whom", begins: "When it begins",
    send: "Ask", done: "Asked: the helper answers.",
  },
};

/** On the page of a request that looks for somebody, for the two offices that see it. */
export function askingByHand(app, one) {
  const say = app.say(words);
  return make("section", { class: "card" }, foldedForm(app, "by-hand", say.title, {
    hint: say.hint, send: say.send, values: { begins: localTime(one.begins) },
    fields: (form, values) => [
      ...choosing(app, form, values, "helper", say.who, one.person),
      form.field("/begins", say.begins, form.input("begins", "datetime-local",
        { min: localTime(one.begins), max: localTime(one.ends) }))],
    act: async (values) => {
      const begins = values.begins && values.begins !== localTime(one.begins)
        ? instantOf(values.begins) : one.begins;
      await write("POST", app.path(`/help-requests/${one.id}/proposals`),
        { helper: chosen(values, "helper"), begins });
      return say.done;
    },
  }));
}
