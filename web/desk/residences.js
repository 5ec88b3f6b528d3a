// Who lives where, and codes on paper for who moves in.

import { readPages, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { addDays, momentText, today } from "../activities/moments.js";
import { inLanguage, link, make } from "../activities/parts.js";
import { placeName } from "../activities/state.js";
import { named, options } from "../activities/words.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { rememberName } from "../people/names.js";
import { standings } from "../people/words.js";

const words = {
  zh: {
    title: "各室住户和加入码", back: "办公台", stair: "哪个门牌", choose: "请选门牌", none: "这里没有住户。",
    unclaimed: "未认领", home: "一户", code: "签发纸质加入码", codeNew: "为新的一户签发加入码", standing: "对方在这一户是",
    who: "给谁", anybody: "新来的人", because: "依据", last: "最后一天（不填为 14 天，最多 31 天）", send: "签发",
    shown: "请抄在纸上交给对方（只显示这一次）：", until: (time) => `${time} 前有效，只能用一次。`,
    codes: "还没用的加入码", noCodes: "没有。", revoke: "作废", revokeSure: "作废这张加入码？立即失效，可以再签发。",
    revoked: "已作废。",
  },
  en: {
    title: "Residences and joining codes", back: "Desk", stair: "Which stair",
    choose: "Choose a stair", none: "Nobody lives here.", unclaimed: "Unclaimed",
    home: "Household", code: "Issue a code on paper", codeNew: "Issue a code for a new household",
    standing: "There they are", who: "For whom", anybody: "Somebody new", because: "On what it rests",
    last: "Last day (14 days if empty, 31 at most)", send: "Issue it",
    shown: "Write it down for them (shown this once):",
    until: (time) => `Good once, until ${time}.`, codes: "Codes that are open", noCodes: "None.",
    revoke: "Revoke", revokeSure: "Revoke this code? Another can be issued.", revoked: "Revoked.",
  },
};

export const residences = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const codes = await readPages(app.path("/join-codes?state=open&limit=50"), "join_codes", 1);
    if (!app.id) return { codes: codes.items, residences: [], hasMore: false };
    const list = await readPages(app.path(`/residences?place=${app.id}&limit=20`), "residences",
      app.state.pages ?? 1);
    return { codes: codes.items, residences: list.items, hasMore: list.hasMore };
  },
  sections(app, { codes, residences: all, hasMore }) {
    const say = app.say(words);
    return [
      back(say.back, "#/desk"),
      { key: "stair", of: app.id, make: () => stairs(app) },
      app.state.issued && { key: "issued", of: app.state.issued, make: () => issued(app) },
      ...all.map((one) => ({ key: one.id, of: one, make: () => residence(app, one) })),
      app.id && !all.length && { key: "none", of: null,
        make: () => make("p", { class: "card" }, say.none) },
      more(app, hasMore),
      cards("codes", say.codes, codes, (one) => code(app, one), say.noCodes),
    ];
  },
};

function stairs(app) {
  const say = app.say(words);
  const choice = make("select", { id: "stair" }, make("option", { value: "" }, say.choose),
    app.places.filter((one) => one.kind === "stair").map((one) => make("option",
      { value: one.id, selected: one.id === app.id }, placeName(app, one))));
  choice.addEventListener("change", () => app.go(`#/residences/${choice.value}`));
  return make("div", { class: "field" }, make("label", { for: "stair" }, say.stair), choice);
}

function residence(app, one) {
  const say = app.say(words);
  const where = inLanguage(one, "place", app.language);
  return make("section", { class: "card" }, make("h2", {}, where),
    one.households.map((home) => {
      for (const each of home.members) rememberName(each.person, each.display_name, where);
      return make("div", {}, make("ul", { class: "plain" }, home.members.map((each) =>
        make("li", {}, make("p", {}, link(each.display_name, `#/person/${each.person}`, "act"), " ",
          make("span", { class: "mark quiet" }, named(standings, each.standing, app.language)),
          !each.is_claimed && make("span", { class: "mark" }, say.unclaimed))))),
      issuing(app, `code-${home.id}`, say.code, { household: home.id },
        home.members.filter((each) => !each.is_claimed)));
    }),
    issuing(app, `code-${one.id}`, say.codeNew, { residence: one.id }, []));
}

function issuing(app, key, title, place, members) {
  const say = app.say(words);
  const people = [["", say.anybody], ...members.map((one) => [one.person, one.display_name])];
  return foldedForm(app, key, title, {
    send: say.send, values: { person: "", standing: place.residence ? "head" : "relative" },
    fields: (form, values) => [
      members.length > 0 && form.field("/person", say.who,
        form.select("person", people, () => {
          const member = members.find((one) => one.person === values.person);
          if (member) values.standing = member.standing;
          app.show();
        })),
      form.field("/standing", say.standing,
        form.select("standing", options(standings, app.language))),
      form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 })),
      form.field("/last_day", say.last, form.input("last_day", "date",
        { min: today(), max: addDays(today(), 31) })),
    ],
    act: async ({ person, standing, because, last_day: last }) => {
      const made = await write("POST", app.path("/join-codes"), { ...place, standing,
        because: because?.trim() ?? "", ...(person ? { person } : {}),
        ...(last ? { last_day: last } : {}) });
      app.state.issued = made;
      app.show();
      scrollTo(0, 0);
    },
  });
}

function issued(app) {
  const say = app.say(words);
  const { code: shown, join_code: about } = app.state.issued;
  return make("section", { class: "card code", role: "status" }, make("p", {}, say.shown),
    make("output", { class: "long" }, shown),
    make("p", {}, say.until(momentText(about.ends, app.language))));
}

function code(app, one) {
  const say = app.say(words);
  return make("li", { class: "card" },
    make("h3", {}, named(standings, one.standing, app.language)),
    make("p", {}, say.until(momentText(one.ends, app.language))),
    confirmation(app, `revoke-${one.id}`, { open: say.revoke, question: say.revokeSure,
      confirm: say.revoke, kind: "danger" }, async () => {
      await write("DELETE", app.path(`/join-codes/${one.id}`));
      await app.refresh();
      app.tell(say.revoked);
    }));
}
