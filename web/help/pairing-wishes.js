// Saying that one would be one of a pair: as who helps, or as who is helped.

import { write } from "../activities/client.js";
import { make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { doing, foldedForm } from "../people/doing.js";
import { forms } from "./pairing-words.js";
import { isWithChild, kinds } from "./words.js";

const words = {
  zh: {
    title: "我愿意结对", hint: "只有您自己、居委会和社工看得到。他们会想想谁和谁合适，再来问您。",
    helper: "我愿意看望别人", person: "我希望有人来看望", personFor: (name) => `${name}希望有人来看望`,
    said: { helper: "✓ 您说了愿意看望别人。", person: "✓ 已说希望有人来看望。" }, form: "哪一种", kinds: "做什么（可选几样）",
    seats: "愿意看望几位", child: "为哪个孩子", noChild: "不为孩子", send: "告诉他们", saved: "已记下，谢谢您。", end: "不再愿意",
    endFor: { helper: "不再愿意看望别人", person: "不再希望有人来看望" }, ended: "已取消。",
  },
  en: {
    title: "I would be one of a pair",
    hint: "Read by you, the committee and the social workers, who think of who suits whom, and ask.",
    helper: "I would call on somebody", person: "I would like somebody to call",
    personFor: () => "Somebody may call on whom I act for",
    said: { helper: "✓ You said that you would call on somebody.",
      person: "✓ It is said that somebody may call." },
    form: "What kind of pair", kinds: "Doing what (several fit)", seats: "How many you would call on",
    child: "For which child", noChild: "For no child", send: "Tell them", saved: "Noted. Thank you.",
    end: "Take it back", endFor: { helper: "Take back that I would call on somebody",
      person: "Take back that somebody may call" }, ended: "Taken back.",
  },
};

/** Both sides; a delegate speaks for who is helped. */
export function wishing(app, wishes, children) {
  const say = app.say(words);
  return make("section", { class: "card", "aria-labelledby": "wishes" },
    make("h2", { id: "wishes" }, say.title), make("p", {}, say.hint),
    (app.acting ? ["person"] : ["person", "helper"]).map((side) =>
      wish(app, side, wishes.find((one) => one.side === side), children)));
}

function wish(app, side, said, children) {
  const say = app.say(words);
  const title = app.acting ? say.personFor(app.acting.name) : say[side];
  const path = app.pathFor(`/me/pairing-wishes/${side}`);
  const forChild = (values) => side === "person" && values.form === "family" && values.child;
  return make("div", {}, said && make("p", { class: "title" }, say.said[side]),
    foldedForm(app, `wish-${side}`, title, {
      send: say.send,
      values: { form: said?.form ?? "elder", kinds: said?.kinds ?? [],
        seats: String(said?.seats ?? 1), child: said?.child ?? "" },
      fields: (form, values) => {
        const choice = form.select("form", options(forms, app.language), app.show);
        const child = form.select("child", [["", say.noChild],
          ...children.map((one) => [one.child, one.display_name])], app.show);
        [choice.dataset.focus, child.dataset.focus] = [`form-${side}`, `child-${side}`];
        const fits = Object.keys(kinds).filter((code) => (side === "helper"
          ? values.form === "family" || !isWithChild(code)
          : isWithChild(code) === Boolean(forChild(values))));
        return [form.field("/form", say.form, choice),
          side === "person" && values.form === "family" && children.length > 0
            && form.field("/child", say.child, child),
          form.group("/kinds", say.kinds, null, make("div", { class: "days" },
            fits.map((code) => form.check("kinds", code, named(kinds, code, app.language))))),
          side === "helper" && form.field("/seats", say.seats,
            form.input("seats", "number", { min: 1, max: 20 }))];
      },
      act: async (values) => {
        const child = forChild(values);
        await write("PUT", path, { form: values.form,
          kinds: values.kinds.filter((code) => (side === "helper"
            ? values.form === "family" || !isWithChild(code) : isWithChild(code) === Boolean(child))),
          ...(side === "helper" && { seats: Number(values.seats) }), ...(child && { child }) });
        return say.saved;
      },
    }),
    said && doing(app, say.end, async () => {
      await write("DELETE", path);
      return say.ended;
    }, { key: `end-${side}`, label: say.endFor[side] }));
}
