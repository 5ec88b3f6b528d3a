// On which days a child is at the reader's own home: a pattern of weeks, and exceptions.

import { write } from "../activities/client.js";
import { addDays, dayText, today, weekday, weekdayName } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { foldedForm } from "../people/doing.js";

const words = {
  zh: {
    days: "在我家的日子", hint: "只说您家这一边；另一个家看不到您选的日子。", none: "还没有说：当作都在您家，或由另一个家说。",
    round: (weeks) => (weeks === 1 ? "每周" : `每 ${weeks} 周一轮`), week: (index) => `第 ${index + 1} 周`,
    change: "改按周的日子", weeks: "几周一轮", send: "保存", saved: "已保存。", from: (day) => `从 ${day} 那一周数起`,
    day: "某一天例外", which: "哪一天", where: "那天", here: "在我家", away: "不在我家", exceptions: "例外",
  },
  en: {
    days: "Its days with me", hint: "For your own home alone: the other home does not see them.",
    none: "Nobody has said: it counts as with you, or the other home says.",
    round: (weeks) => (weeks === 1 ? "Every week" : `In rounds of ${weeks} weeks`),
    week: (index) => `Week ${index + 1}`, change: "Change its week days", weeks: "Weeks of a round",
    send: "Save", saved: "Saved.", from: (day) => `Counted from the week of ${day}`,
    day: "One day otherwise", which: "Which day", where: "On that day", here: "With me",
    away: "Not with me", exceptions: "Exceptions",
  },
};

/** A section for each home that the reader shares with the child. */
export const days = (app, one) => one.homes.map((home) => ({
  key: `home-${home.household}`, of: home, make: () => section(app, one, home) }));

const thisMonday = () => addDays(today(), -weekday(today()));

function section(app, one, home) {
  const say = app.say(words);
  const coming = home.exceptions.filter((each) => each.day >= today());
  return make("section", { class: "card" }, make("h2", {}, say.days),
    make("p", { class: "quiet" }, say.hint), pattern(app, home),
    coming.length > 0 && make("h3", {}, say.exceptions),
    coming.length > 0 && make("ul", { class: "plain" }, coming.map((each) => make("li", {},
      make("p", {}, `${dayText(each.day, app.language)}: `, each.is_here ? say.here : say.away)))),
    weekForm(app, one, home), dayForm(app, one, home));
}

function pattern(app, { weeks, monday, days: chosen }) {
  const say = app.say(words);
  if (!weeks) return make("p", {}, say.none);
  const name = (index) => weekdayName(index % 7, app.language);
  return make("div", {}, make("p", { class: "title" }, say.round(weeks),
    weeks > 1 && ` · ${say.from(dayText(monday, app.language))}`),
  make("ul", { class: "plain" }, [...Array(weeks).keys()].map((week) => make("li", {},
    weeks > 1 && `${say.week(week)}: `,
    chosen.filter((day) => Math.floor(day / 7) === week).map(name)
      .join(app.language === "zh" ? "、" : ", ") || say.away))));
}

function weekForm(app, one, home) {
  const say = app.say(words);
  return foldedForm(app, `weeks-${home.household}`, say.change, {
    send: say.send, values: { weeks: String(home.weeks ?? 1), days: home.days ?? [] },
    fields: (form, values) => [
      form.field("/weeks", say.weeks, form.select("weeks",
        ["1", "2", "3", "4"].map((count) => [count, say.round(Number(count))]), app.show)),
      ...[...Array(Number(values.weeks)).keys()].map((week) => form.group("/days",
        values.weeks === "1" ? say.days : say.week(week), null,
        make("div", { class: "days" }, [...Array(7).keys()].map((day) =>
          form.check("days", week * 7 + day, weekdayName(day, app.language)))))),
    ],
    act: async (values) => {
      const weeks = Number(values.weeks);
      await write("PUT", app.path(`/children/${one.child}/home`), {
        household: home.household, weeks,
        // A round that stays as long goes on being counted from where it was.
        monday: home.weeks === weeks && home.monday ? home.monday : thisMonday(),
        days: values.days.filter((day) => day < weeks * 7).sort((a, b) => a - b) });
      return say.saved;
    },
  });
}

function dayForm(app, one, home) {
  const say = app.say(words);
  return foldedForm(app, `day-${home.household}`, say.day, {
    send: say.send, values: { day: today(), is_here: "yes" },
    fields: (form) => [
      form.field("/day", say.which, form.input("day", "date", { min: today() })),
      form.field("/is_here", say.where,
        form.select("is_here", [["yes", say.here], ["no", say.away]])),
    ],
    act: async ({ day, is_here: isHere }) => {
      await write("PUT", app.path(`/children/${one.child}/day`),
        { household: home.household, day, is_here: isHere === "yes" });
      return say.saved;
    },
  });
}
