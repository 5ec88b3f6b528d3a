// Pairings as the two offices see them: those that live, who might suit whom, proposing, the rules.

import { read, readPages, write } from "../activities/client.js";
import { link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { kindFields, kindWanted } from "../help/pairing-propose.js";
import { forms, pairingCard, timesFields, timesWanted, usualTimes } from "../help/pairing-words.js";
import { kinds } from "../help/words.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { rememberName } from "../people/names.js";
import { choosing, chosen } from "./choose.js";

const words = {
  zh: {
    title: "结对", back: "办公台", hint: "每次查阅都留痕，双方看得到。双方都同意才开始；任何一方随时可以结束，不问原因。", due: "到期，等双方答复",
    proposed: "提议了，等答复", living: "正在结对的", none: "现在没有结对。", suggest: "看谁和谁合适", propose: "提议一对",
    helper: "谁去看望", person: "看望谁", send: "提议", sent: "已提议，等双方答复。", suggestions: "谁和谁合适",
    suggestHint: "从说过“愿意结对”的人里算出来的，只供参考：不会自动提议。", noSuggestions: "现在没有合适的：要双方都说过愿意。",
    why: "为什么", proposeFor: (one, other) => `提议：${one} → ${other}`, backList: "结对（办公台）",
    rules: "结对规则", elders: "一位最多看望几位老人", families: "一户最多几对", trial: "试行几天", review: "几天后问要不要继续",
    save: "保存", saved: "已设定，以后的按新规则。",
  },
  en: {
    title: "Pairings", back: "Desk",
    hint: "Each reading is logged, and seen by both. It begins when both have agreed; either may end "
      + "it at any time, without a reason.",
    due: "Time to say whether it goes on", proposed: "Proposed: both are asked", living: "Pairings",
    none: "There is no pairing now.", suggest: "See who might suit whom", propose: "Propose a pair",
    helper: "Who calls", person: "On whom", send: "Propose it", sent: "Proposed: both are asked.",
    suggestions: "Who might suit whom",
    suggestHint: "Of those who said that they would be one of a pair. Nobody is proposed by it.",
    noSuggestions: "Nobody suits now: both say first that they would like it.", why: "Why",
    proposeFor: (one, other) => `Propose: ${one} → ${other}`, backList: "Pairings at the desk",
    rules: "Rules of pairings", elders: "Most elders of one helper",
    families: "Most pairs of a household", trial: "Days of trial",
    review: "Days until both are asked again", save: "Save", saved: "Set for what comes from now on.",
  },
};

export const deskPairings = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [list, rules] = await Promise.all([
      readPages(app.path("/pairings?limit=50"), "pairings", app.state.pages ?? 1),
      read(app.path("/help/pairing-rules"))]);
    return { ...list, rules };
  },
  sections(app, { items, hasMore, rules }) {
    const say = app.say(words);
    for (const one of items) {
      rememberName(one.helper, one.helper_name);
      rememberName(one.person, one.person_name);
    }
    const list = (key, states, none) => {
      const all = items.filter((one) => states.includes(one.state));
      return (all.length > 0 || none) && cards(key, say[key], all, (one) => pairingCard(app, one), none);
    };
    return [
      back(say.back, "#/desk"),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.hint) },
      { key: "suggest", of: null,
        make: () => make("p", {}, link(say.suggest, "#/pairing-suggestions", "act main")) },
      list("due", ["review"]), list("proposed", ["proposed"]),
      list("living", ["trial", "active"], say.none), more(app, hasMore),
      { key: "propose", of: null, make: () => make("section", { class: "card" }, proposing(app)) },
      app.holds("residents_committee") && { key: "rules", of: rules, make: () => ruling(app, rules) },
    ];
  },
};

/** Proposing any two, whom pages have shown or numbers name; a child is proposed for by its guardian. */
function proposing(app) {
  const say = app.say(words);
  return foldedForm(app, "propose", say.propose, {
    send: say.send, values: { form: "elder", kind: "company", ...usualTimes },
    fields: (form, values) => [...choosing(app, form, values, "helper", say.helper),
      ...choosing(app, form, values, "person", say.person), kindFields(app, form, []),
      timesFields(app, form)],
    act: async (values) => {
      await write("POST", app.path("/pairings"), { ...kindWanted(values, []),
        ...timesWanted(values), helper: chosen(values, "helper"), person: chosen(values, "person") });
      return say.sent;
    },
  });
}

const ruleFields = { elders_max: ["elders", 1, 20], families_max: ["families", 1, 5],
  trial_days: ["trial", 7, 90], review_days: ["review", 30, 366] };

function ruling(app, rules) {
  const say = app.say(words);
  return make("section", { class: "card" }, foldedForm(app, "rules", say.rules, {
    send: say.save,
    values: Object.fromEntries(Object.keys(ruleFields).map((name) => [name, String(rules[name])])),
    fields: (form) => Object.entries(ruleFields).map(([name, [label, min, max]]) =>
      form.field(`/${name}`, say[label], form.input(name, "number", { min, max }))),
    act: async (values) => {
      await write("PUT", app.path("/help/pairing-rules"), Object.fromEntries(
        Object.keys(ruleFields).map((name) => [name, Number(values[name])])));
      return say.saved;
    },
  }));
}

// MARK: Who might suit whom

export const pairingSuggestions = {
  needsPerson: true,
  title: (app) => app.say(words).suggestions,
  read: (app) => read(app.path("/pairing-suggestions")),
  sections(app, { suggestions }) {
    const say = app.say(words);
    return [
      back(say.backList, "#/desk-pairings"),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.suggestHint) },
      cards("suggestions", say.suggestions, suggestions, (one) => suggestion(app, one),
        say.noSuggestions),
    ];
  },
};

function suggestion(app, one) {
  const say = app.say(words);
  const who = (person, name) => {
    rememberName(person, name);
    return make("a", { href: `#/person/${person}`, lang: "zh-Hans" }, name);
  };
  const key = `${one.helper}-${one.person}`;
  return make("li", { class: "card" },
    make("h3", {}, who(one.helper, one.helper_name), " → ", who(one.person, one.person_name)),
    make("p", {}, `${named(forms, one.form, app.language)} · ${
      named(kinds, one.kind, app.language)}`),
    make("p", { class: "title" }, say.why),
    make("ul", { class: "plain" }, one.reasons.map((each) =>
      make("li", {}, each[app.language]))),
    foldedForm(app, key, say.proposeFor(one.helper_name, one.person_name), {
      send: say.send, values: usualTimes, fields: (form) => timesFields(app, form),
      act: async (values) => {
        await write("POST", app.path("/pairings"), { form: one.form, kind: one.kind,
          helper: one.helper, person: one.person, ...(one.child && { child: one.child }),
          ...timesWanted(values) });
        return say.sent;
      },
    }));
}
