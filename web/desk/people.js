// Who is unclaimed or new, and entering somebody.

import { readPages, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { inLanguage, link, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { rememberName } from "../people/names.js";
import { levels, standings } from "../people/words.js";

const words = {
  zh: {
    title: "未认领的和新来的人", back: "办公台", views: { unclaimed: "未认领的", new: "新来的（30 天内）" }, which: "看哪些",
    none: "没有。", since: (time) => `${time} 起`, enter: "登记一人",
    enterHint: "在一户里登记：户编号在“各室住户”打开的住户档案里。首次登录时由本人认领。", name: "姓名",
    phone: "手机号（可不填）", birth: "生日（可不填，加密保存）", household: "户编号，或", residence: "房屋编号（新的一户）",
    standing: "在这一户是", because: "依据", send: "登记", done: "已登记。",
  },
  en: {
    title: "Unclaimed and new people", back: "Desk",
    views: { unclaimed: "Unclaimed", new: "New (30 days)" }, which: "Which", none: "Nobody.",
    since: (time) => `Since ${time}`, enter: "Enter somebody",
    enterHint: "Into a household, by its number in a resident’s record. The person claims it when "
      + "it first signs in.", name: "Name", phone: "Phone, if known",
    birth: "Day of birth, if known (sealed)", household: "Number of the household, or",
    residence: "number of a residence (a new household)", standing: "There it is",
    because: "On what it rests", send: "Enter", done: "Entered.",
  },
};

export const people = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const view = app.id === "new" ? "new" : "unclaimed";
    return { view, ...await readPages(app.path(`/people?state=${view}&limit=20`), "people",
      app.state.pages ?? 1) };
  },
  sections(app, { view, items, hasMore }) {
    const say = app.say(words);
    return [
      back(say.back, "#/desk"),
      { key: "views", of: view, make: () => make("nav", { "aria-label": say.which },
        ["unclaimed", "new"].map((name) => {
          const made = link(say.views[name], `#/people/${name}`, "act");
          if (name === view) made.setAttribute("aria-current", "page");
          return made;
        })) },
      app.holds("residents_committee") && { key: "enter", of: null, make: () =>
        make("section", { class: "card" }, entering(app)) },
      cards("people", say.views[view], items, (one) => person(app, one), say.none),
      more(app, hasMore),
    ];
  },
};

function person(app, one) {
  const say = app.say(words);
  const where = one.homes.map((home) => inLanguage(home, "place", app.language));
  rememberName(one.person, one.display_name, where[0]);
  return make("li", { class: "card" },
    make("h3", {}, link(one.display_name, `#/person/${one.person}`, "act")),
    make("p", { class: "marks" }, make("span", { class: "mark quiet" },
      named(levels, one.level, app.language))),
    one.homes.map((home, index) => make("p", {}, where[index], " · ",
      named(standings, home.standing, app.language))),
    make("p", { class: "quiet" }, say.since(momentText(one.since, app.language))));
}

function entering(app) {
  const say = app.say(words);
  return foldedForm(app, "enter", say.enter, {
    hint: say.enterHint, send: say.send, values: { standing: "relative" },
    fields: (form) => [
      form.field("/display_name", say.name, form.input("display_name", "text", { maxlength: 80 })),
      form.field("/phone", say.phone, form.input("phone", "tel", { maxlength: 40 })),
      form.field("/birth_date", say.birth, form.input("birth_date", "date")),
      form.field("/household", say.household, form.input("household", "text", { maxlength: 36 })),
      form.field("/residence", say.residence, form.input("residence", "text", { maxlength: 36 })),
      form.field("/standing", say.standing,
        form.select("standing", options(standings, app.language))),
      form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 })),
    ],
    act: async (values) => {
      const body = { display_name: values.display_name?.trim() ?? "", standing: values.standing,
        because: values.because?.trim() ?? "" };
      for (const name of ["phone", "birth_date", "household", "residence"]) {
        if (values[name]?.trim()) body[name] = values[name].trim();
      }
      await write("POST", app.path("/people"), body);
      return say.done;
    },
  });
}
