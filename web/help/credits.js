// Time credits: what one has, where it came from, and giving it on.

import { readPages, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { personOptions, readKnown } from "../people/names.js";
import { creditReasons, orNone } from "./words.js";

const words = {
  zh: {
    title: "时间币", back: "互助", balance: "您现在有", hours: (count) => `${count} 小时`,
    minutes: (count) => `${count} 分钟`, hint: "帮过别人、双方都确认了，就记入时间。得到帮助从来不用花时间币。",
    history: "流水", empty: "还没有记录。", after: (left) => `之后有 ${left}`, visit: "看那次上门", give: "送出时间",
    to: "送给谁",
    pot: "小区的公共池", much: "送多少", send: "送出", given: "已送出，谢谢您。",
    giveHint: "送给以后可能需要的人，或退回公共池。送出后不能收回。",
  },
  en: {
    title: "Time credits", back: "Help", balance: "You have", hours: (count) => `${count} h`,
    minutes: (count) => `${count} min`,
    hint: "Help that both confirmed is noted as time. Being helped never costs any.",
    history: "Statement", empty: "There is nothing yet.", after: (left) => `${left} after it`,
    visit: "See that visit", give: "Give time away", to: "To whom", pot: "The estate’s pot",
    much: "How much", send: "Give it", given: "Given. Thank you.",
    giveHint: "To who may need it later, or back to the pot. It cannot be taken back.",
  },
};

const quarterMinutes = 15;
const quartersMax = 40;

export const credits = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [list, known] = await Promise.all([
      readPages(app.path("/me/time-credits?limit=20"), "credits", app.state.pages ?? 1),
      readKnown(app)]);
    return { ...list, known };
  },
  sections(app, { items, hasMore, known }) {
    const say = app.say(words);
    const balance = items[0]?.balance ?? 0;
    return [
      back(say.back, "#/help"),
      { key: "balance", of: balance, make: () => make("section", { class: "card" },
        make("p", {}, say.balance),
        make("p", { class: "when" }, timeText(app, balance)), make("p", {}, say.hint)) },
      balance >= quarterMinutes && { key: "give", of: [balance, known],
        make: () => giving(app, balance, known) },
      cards("history", say.history, items, (one) => card(app, one), say.empty),
      more(app, hasMore),
    ];
  },
};

/** Hours and minutes: credits are in quarters of an hour, and never told in days. */
function timeText(app, minutes) {
  const [hours, rest] = [Math.floor(minutes / 60), minutes % 60];
  const say = app.say(words);
  return [hours > 0 && say.hours(hours), (rest > 0 || !hours) && say.minutes(rest)]
    .filter(Boolean).join(" ");
}

function card(app, one) {
  const say = app.say(words);
  const sign = one.minutes < 0 ? "−" : "+";
  return make("li", { class: "card" },
    make("h3", {}, named(creditReasons, one.reason, app.language)),
    make("p", { class: "when" }, `${sign} ${timeText(app, Math.abs(one.minutes))}`),
    make("p", { class: "quiet" }, momentText(one.at, app.language), " · ",
      say.after(timeText(app, one.balance))),
    one.visit && link(say.visit, `#/visit/${one.visit}`, "act"));
}

function giving(app, balance, { household, ties }) {
  const say = app.say(words);
  const people = personOptions(app, household.filter((one) => !one.is_child),
    ties.filter((one) => one.state === "confirmed"));
  const most = Math.min(quartersMax, Math.floor(balance / quarterMinutes));
  return make("section", { class: "card" }, foldedForm(app, "give", say.give, {
    hint: say.giveHint, send: say.send, values: { to: "", quarters: "1" },
    fields: (form) => [
      form.field("/to", say.to, form.select("to", orNone(say.pot, people))),
      form.field("/quarters", say.much, form.select("quarters",
        Array.from({ length: most }, (_, index) => [String(index + 1),
          timeText(app, (index + 1) * quarterMinutes)])))],
    act: async ({ to, quarters }) => {
      await write("POST", app.path("/me/time-credits/gifts"),
        { quarters: Number(quarters), ...(to && { to }) });
      return say.given;
    },
  }));
}
