// What help says of the reader, and for whom it vouches.

import { read, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, cards, foldedForm } from "../people/doing.js";
import { nameOf, personOptions, readKnown } from "../people/names.js";
import { domains } from "./words.js";

const words = {
  zh: {
    title: "帮过的证据", back: "互助", hint: "按方面和季度合计，不写哪一次、是谁说的；至少三个人可能写过才显示。它不影响您得到帮助。", cells: "关于我的",
    none: "还没有可以显示的。", season: (text) => `${text.slice(0, 4)} 年第 ${text.slice(5)} 季度`,
    good: (count) => `好的 ${count}`,
    other: (count) => `有分歧的 ${count}`, contest: "我有异议", contestSure: "请人核对关于您的记录？社工会联系您。",
    contested: "已转交，社工会联系您。",
    vouches: "我担保的邻居", noVouches: "您没有为谁担保。", until: (time) => `有效到 ${time}`, end: "收回担保",
    endSure: (name) => `收回为${name}的担保？对方不会收到通知。`, ended: "已收回。", add: "为一位邻居担保",
    addHint: "您当面核验过身份，并且知道这位邻居帮得好。同时最多五位，每次 180 天；只有您看得到。", who: "哪位邻居", what: "哪方面", send: "担保",
    sent: "已担保。",
  },
  en: {
    title: "Evidence of my help", back: "Help",
    hint: "Summed by domain and quarter, never by visit or author, where at least three could have "
      + "written it. It has no influence on help that you get.",
    cells: "About me", none: "There is nothing to show yet.",
    season: (text) => `Quarter ${text.slice(5)} of ${text.slice(0, 4)}`,
    good: (count) => `Good: ${count}`, other: (count) => `Disagreed: ${count}`,
    contest: "I contest it", contestSure: "Let a person look at it? A social worker will call you.",
    contested: "Handed on: a social worker will call you.", vouches: "Neighbours I vouch for",
    noVouches: "You vouch for nobody.", until: (time) => `Good until ${time}`, end: "Take it back",
    endSure: (name) => `Vouch for ${name} no longer? The other is not told.`, ended: "Taken back.",
    add: "Vouch for a neighbour",
    addHint: "You are verified in person, and know that this neighbour helps well. Five at a time, "
      + "180 days each; nobody but you reads it.",
    who: "For whom", what: "In what", send: "Vouch", sent: "Vouched for.",
  },
};

export const evidence = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ cells }, { vouches }, { visits }, known] = await Promise.all([
      read(app.path("/me/evidence")), read(app.path("/me/vouches")),
      read(app.path("/me/visits?limit=100")), readKnown(app)]);
    // Who helped the reader is known to it, too.
    const helpers = visits.filter((one) => one.side === "person")
      .map((one) => ({ person: one.helper, display_name: one.helper_name }));
    const people = personOptions(app, helpers,
      known.ties.filter((one) => one.state === "confirmed"));
    return { cells, vouches, people, names: { ...known.names, ...Object.fromEntries(people) } };
  },
  sections(app, { cells, vouches, people, names }) {
    const say = app.say(words);
    return [
      back(say.back, "#/help"),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.hint) },
      cards("cells", say.cells, cells, (one) => cell(app, one), say.none),
      { key: "contest", of: null, make: () => contesting(app) },
      cards("vouches", say.vouches, vouches, (one) => vouch(app, one, names), say.noVouches),
      people.length > 0 && { key: "add", of: people, make: () => vouching(app, people) },
    ];
  },
};

function cell(app, one) {
  const say = app.say(words);
  return make("li", { class: "card" },
    make("h3", {}, `${named(domains, one.domain, app.language)} · ${say.season(one.season)}`),
    make("p", {}, `${say.good(one.good)} · ${say.other(one.other)}`));
}

function contesting(app) {
  const say = app.say(words);
  return make("section", { class: "card" }, confirmation(app, "contest", { open: say.contest,
    question: say.contestSure, confirm: say.contest }, async () => {
    await write("POST", app.path("/me/evidence/contests"));
    await app.refresh();
    app.tell(say.contested);
  }));
}

function vouch(app, one, names) {
  const say = app.say(words);
  const name = nameOf(app, names, one.person);
  return make("li", { class: "card" }, make("h3", {}, name),
    make("p", {}, named(domains, one.domain, app.language)),
    make("p", { class: "quiet" }, say.until(momentText(one.ends, app.language))),
    confirmation(app, `end-${one.id}`, { open: say.end, question: say.endSure(name),
      confirm: say.end, kind: "danger" }, async () => {
      await write("DELETE", app.path(`/me/vouches/${one.id}`));
      await app.refresh();
      app.tell(say.ended);
    }));
}

function vouching(app, people) {
  const say = app.say(words);
  return make("section", { class: "card" }, foldedForm(app, "vouch", say.add, {
    hint: say.addHint, send: say.send, values: { person: people[0][0], domain: "errands" },
    fields: (form) => [
      form.field("/person", say.who, form.select("person", people)),
      form.field("/domain", say.what, form.select("domain", options(domains, app.language)))],
    act: async (values) => {
      await write("POST", app.path("/me/vouches"), values);
      return say.sent;
    },
  }));
}
