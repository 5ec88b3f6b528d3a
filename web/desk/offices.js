// Who holds which role, for whoever gives them: now, to come, and ended.

import { read, readPages } from "../activities/client.js";
import { inLanguage, link, make } from "../activities/parts.js";
import { back, cards, more } from "../people/doing.js";
import { rememberName } from "../people/names.js";
import { termFacts } from "./person-roles.js";

const words = {
  zh: {
    title: "职务和身份", back: "办公台", hint: "要给出职务，请先打开那位住户。", to: "各室住户", which: "哪种职务",
    choose: "请选一种", none: "没有人担任。", all: "担任的人",
  },
  en: {
    title: "Offices and roles", back: "Desk", hint: "To give one, open the resident first.",
    to: "Residences", which: "Which office", choose: "Choose one", none: "Nobody holds it.",
    all: "Who holds it",
  },
};

export const offices = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const { role_kinds: kinds } = await read(app.path("/role-kinds"));
    const isKnown = kinds.some((one) => one.role === app.id);
    const list = isKnown ? await readPages(app.path(`/roles?role=${app.id}&limit=50`), "roles",
      app.state.pages ?? 1) : { items: [], hasMore: false };
    return { kinds, ...list };
  },
  sections(app, { kinds, items, hasMore }) {
    const say = app.say(words);
    return [
      back(say.back, "#/desk"),
      { key: "which", of: app.id, make: () => choice(app, kinds) },
      app.id && cards("terms", say.all, items, (one) => {
        rememberName(one.person, one.display_name);
        return make("li", { class: one.state === "ended" ? "card off" : "card" },
          make("h3", {}, link(one.display_name, `#/person/${one.person}`, "act")),
          termFacts(app, one, kinds));
      }, say.none),
      more(app, hasMore),
    ];
  },
};

function choice(app, kinds) {
  const say = app.say(words);
  const mine = kinds.filter((one) => one.is_mine_to_give);
  const made = make("select", { id: "role" }, make("option", { value: "" }, say.choose),
    mine.map((one) => make("option", { value: one.role, selected: one.role === app.id },
      inLanguage(one, "name", app.language))));
  made.addEventListener("change", () => app.go(`#/offices/${made.value}`));
  return make("section", { class: "card" }, make("p", {}, say.hint, " ",
    app.holds("residents_committee") && link(say.to, "#/residences")),
  make("div", { class: "field" }, make("label", { for: "role" }, say.which), made));
}
