// Proposing a pairing to somebody whom one knows: for oneself, or for whom one acts.

import { write } from "../activities/client.js";
import { make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { foldedForm } from "../people/doing.js";
import { personOptions } from "../people/names.js";
import { forms, timesFields, timesWanted, usualTimes } from "./pairing-words.js";
import { isWithChild, kinds } from "./words.js";

const words = {
  zh: {
    title: "向认识的邻居提议结对", hint: "对方有七天答复；说不也没关系。双方都同意才开始。", side: "谁去看望谁",
    helper: "我去看望对方", person: "对方来看望我", personFor: (name) => `对方来看望${name}`, who: "和谁",
    form: "哪一种", kind: "做什么", child: "照看哪个孩子", send: "提议", sent: "已提议，等对方答复。",
    noTies: "只能向互相确认过的亲友提议。", toTies: "去确认亲友关系",
  },
  en: {
    title: "Propose it to a neighbour whom I know",
    hint: "Seven days to answer; no is fine. It begins when both have said yes.",
    side: "Who calls on whom", helper: "I call on the other", person: "The other calls on me",
    personFor: (name) => `The other calls on ${name}`, who: "With whom", form: "What kind of pair",
    kind: "Doing what", child: "Which child is looked after", send: "Propose it",
    sent: "Proposed: the other answers.", noTies: "It is proposed to whom you have a confirmed tie.",
    toTies: "Confirm a tie",
  },
};

/** The fields of what kind of pair it is, and what is done; with a child where there is one. */
export function kindFields(app, form, children) {
  const say = app.say(words);
  const isFamily = form.values.form === "family";
  const fits = Object.keys(kinds).filter((code) => !isWithChild(code) || (isFamily && children.length));
  if (!fits.includes(form.values.kind)) [form.values.kind] = fits;
  const choice = form.select("form", Object.keys(forms).map((code) =>
    [code, named(forms, code, app.language)]), app.show);
  const kind = form.select("kind", fits.map((code) => [code, named(kinds, code, app.language)]),
    app.show);
  [choice.dataset.focus, kind.dataset.focus] = ["pair-form", "pair-kind"];
  return [
    form.field("/form", say.form, choice), form.field("/kind", say.kind, kind),
    isWithChild(form.values.kind) && form.field("/child", say.child, form.select("child",
      children.map((one) => [one.child, one.display_name]))),
  ];
}

/** What such a form says, as the API takes it. */
export const kindWanted = ({ form, kind, child }, children) => ({ form, kind,
  ...(isWithChild(kind) && { child: child ?? children[0]?.child }) });

export function proposing(app, { ties }, children) {
  const say = app.say(words);
  const people = personOptions(app, ties.filter((one) => one.state === "confirmed"))
    .filter(([person]) => person !== app.subject);
  if (!people.length) {
    return make("section", { class: "card" }, make("h2", {}, say.title), make("p", {}, say.noTies),
      make("p", {}, make("a", { href: "#/ties", class: "act" }, say.toTies)));
  }
  return make("section", { class: "card" }, foldedForm(app, "propose", say.title, {
    hint: say.hint, send: say.send,
    values: { side: app.acting ? "person" : "helper", who: people[0][0], form: "elder",
      kind: "company", ...usualTimes },
    fields: (form, values) => {
      const side = form.select("side", app.acting
        ? [["person", say.personFor(app.acting.name)]]
        : [["helper", say.helper], ["person", say.person]], app.show);
      side.dataset.focus = "pair-side";
      return [form.field("/side", say.side, side),
        form.field("/person", say.who, form.select("who", people)),
        // Who has a child looked after is the one who is called on.
        kindFields(app, form, values.side === "person" ? children : []), timesFields(app, form)];
    },
    act: async (values) => {
      await write("POST", app.pathFor("/pairings"), { ...kindWanted(values, children),
        ...timesWanted(values), [values.side === "helper" ? "person" : "helper"]: values.who });
      return say.sent;
    },
  }));
}
