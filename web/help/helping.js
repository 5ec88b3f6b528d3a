// What the reader offers to help with, and when; and what it is asked.

import { read, write } from "../activities/client.js";
import { Form } from "../activities/form.js";
import { dayText, today, weekdayName } from "../activities/moments.js";
import { button, fold, link, make } from "../activities/parts.js";
import { options } from "../activities/words.js";
import { back, cards, kept } from "../people/doing.js";
import { clockText } from "./help.js";
import { isOpen, proposalCard } from "./proposal.js";
import { genders, kinds, languages, orNone } from "./words.js";

const words = {
  zh: {
    title: "我能帮", back: "互助", hint: "只有您自己看得到。有合适的才问您，一次一件，可以不去。", asked: "请您去帮的",
    none: "现在没有人请您帮忙。", board: "看邻居公开的求助", before: "答应过、等答复的", active: "我愿意帮忙，可以问我",
    whether: "现在", kinds: "愿意做什么", windows: "每周什么时候有空", weekday: "星期几", from: "从几点", until: "到几点",
    remove: "去掉这一段", add: "再加一段时间", monthly: "一个月最多几次", rest: "每次之后歇几天", pause: "暂停到哪一天（可不填）",
    pauseHint: "到那天为止不问您。", languages: "会说", more: "别的（可不填）", gender: "我是", rule: "只帮",
    untold: "不说", any: "都可以", off: "哪些天不行", addOff: "加上这一天", dayOff: "日期",
    removeOff: (day) => `去掉 ${day}`, save: "保存", saved: "已保存。", noWindow: "还没有写时间：写了才会问您。",
    ownOnly: "愿意帮什么，由本人自己说。请在上面改回“我自己”，或请本人登录后填写。",
  },
  en: {
    title: "I can help", back: "Help",
    hint: "Nobody but you reads this. You are asked for what fits, one thing at a time, and may "
      + "say no.",
    asked: "You are asked to help", none: "Nobody asks for your help now.",
    board: "See what neighbours ask for", before: "Agreed to, or waiting for an answer",
    active: "I would like to help: ask me", whether: "Now", kinds: "What I would do",
    windows: "When I have time, each week", weekday: "On these days", from: "From", until: "Until",
    remove: "Remove this time", add: "Add a time", monthly: "At most so often a month",
    rest: "Days of rest after each", pause: "Pause until, if you like",
    pauseHint: "You are not asked up to that day.", languages: "I speak", more: "More, if you like",
    gender: "I am a", rule: "I help only a", untold: "I do not say", any: "Anybody",
    off: "Days on which I cannot", addOff: "Add this day", dayOff: "Day",
    removeOff: (day) => `Remove ${day}`, save: "Save", saved: "Saved.",
    noWindow: "No time yet: you are asked once you say when.",
    ownOnly: "What somebody helps with is said by that person alone. Choose “myself” above, or let "
      + "the person sign in.",
  },
};

const numbers = { monthly_max: 8, rest_days: 0 };

export const helping = {
  needsPerson: true, forAnother: true,
  title: (app) => app.say(words).title,
  async read(app) {
    if (app.acting) return {};
    const [offer, { proposals }] = await Promise.all([
      read(app.path("/me/helping")), read(app.path("/help-proposals?limit=50"))]);
    return { offer, proposals };
  },
  sections(app, { offer, proposals }) {
    const say = app.say(words);
    if (!offer) {
      return [back(say.back, "#/help"), { key: "own", of: app.acting,
        make: () => make("p", { class: "card title" }, say.ownOnly) }];
    }
    const open = proposals.filter((one) => isOpen(one) && one.origin !== "offer");
    const others = proposals.filter((one) => (isOpen(one) && one.origin === "offer")
      || (one.state === "accepted" && one.visit));
    return [
      back(say.back, "#/help"),
      cards("asked", say.asked, open, (one) => proposalCard(app, one), say.none),
      others.length > 0 && cards("before", say.before, others, (one) => proposalCard(app, one)),
      { key: "board", of: null,
        make: () => make("p", {}, link(say.board, "#/help-board", "act")) },
      { key: "offer", of: offer, make: () => offering(app, offer) },
    ];
  },
};

/** The offer as its form has it. */
function entered(offer) {
  return {
    active: offer.is_active || !offer.kinds.length ? ["yes"] : [], kinds: offer.kinds,
    languages: offer.languages, gender: offer.gender ?? "", rule: offer.gender_rule ?? "",
    paused_until: offer.paused_until >= today() ? offer.paused_until : "",
    monthly_max: String(offer.monthly_max ?? numbers.monthly_max),
    rest_days: String(offer.rest_days ?? numbers.rest_days),
    times: timesOf(offer.windows),
    off: offer.days_off.filter((day) => day >= today()), dayOff: "",
  };
}

/** Windows of the same hours are one row with several days. */
function timesOf(windows) {
  const rows = new Map();
  for (const { weekday, begins_minute: begins, ends_minute: ends } of windows) {
    const hours = `${begins}-${ends}`;
    const row = rows.get(hours) ?? { days: [], from: clockText(begins), until: clockText(ends) };
    row.days.push(String(weekday));
    rows.set(hours, row);
  }
  return [...rows.values()];
}

/** A time of a clock as a minute of the day; as an end, midnight is the day's last. */
export function minuteOf(time, isEnd) {
  const [hours, minutes] = (time || "0:0").split(":").map(Number);
  return hours * 60 + minutes || (isEnd ? 1440 : 0);
}

function offering(app, offer) {
  const say = app.say(words);
  const values = kept(app, "offer", entered(offer));
  const form = new Form(app.language, values);
  return make("section", { class: "card" }, make("p", {}, say.hint), form.done([
    form.group("/is_active", say.whether, null, form.check("active", "yes", say.active)),
    form.group("/kinds", say.kinds, null, make("div", { class: "days" },
      options(kinds, app.language).map(([code, name]) => form.check("kinds", code, name)))),
    timeRows(app, form, values),
    form.field("/paused_until", say.pause, form.input("paused_until", "date", { min: today() }),
      say.pauseHint),
    make("div", { class: "numbers" },
      form.field("/monthly_max", say.monthly, form.input("monthly_max", "number",
        { min: 1, max: 60 })),
      form.field("/rest_days", say.rest, form.input("rest_days", "number", { min: 0, max: 30 }))),
    fold(say.more, "more", false,
      daysOff(app, form, values),
      form.group("/languages", say.languages, null, make("div", { class: "days" },
        options(languages, app.language).map(([code, name]) =>
          form.check("languages", code, name)))),
      form.field("/gender", say.gender, form.select("gender",
        orNone(say.untold, options(genders, app.language)))),
      form.field("/gender_rule", say.rule, form.select("rule",
        orNone(say.any, options(genders, app.language))))),
  ], say.save, async () => {
    await write("PUT", app.path("/me/helping"), wanted(values));
    await app.refresh();
    delete app.state.offer;
    app.show();
    app.tell(say.saved);
  }));
}

function timeRows(app, form, values) {
  const say = app.say(words);
  return form.group("/windows", say.windows, values.times.length ? null : say.noWindow,
    values.times.map((time, index) => {
      // Each row has its own values, in the same form.
      const own = Object.assign(Object.create(form), { values: time });
      return make("div", { class: "card" },
        form.group(`/windows/${index}`, say.weekday, null, make("div", { class: "days" },
          Array.from({ length: 7 }, (_, day) =>
            own.check("days", String(day + 1), weekdayName(day, app.language))))),
        make("div", { class: "numbers" },
          form.field(`/windows/${index}/from`, say.from, own.input("from", "time")),
          form.field(`/windows/${index}/until`, say.until, own.input("until", "time"))),
        button(say.remove, () => {
          values.times.splice(index, 1);
          app.show();
          document.querySelector('[data-focus="add"]')?.focus();
        }, { key: `remove-${index}` }));
    }),
    button(say.add, () => {
      values.times.push({ days: values.times.length ? [] : ["1", "2", "3", "4", "5"],
        from: "09:00", until: "11:00" });
      app.show();
    }, { key: "add" }));
}

function daysOff(app, form, values) {
  const say = app.say(words);
  const day = form.input("dayOff", "date", { min: today() });
  return form.group("/days_off", say.off, null,
    make("ul", { class: "plain" }, values.off.map((one) => make("li", {},
      make("p", {}, dayText(one, app.language)),
      button(say.removeOff(dayText(one, app.language)), () => {
        values.off = values.off.filter((each) => each !== one);
        app.show();
      }, { key: `off-${one}` })))),
    form.field("/days_off", say.dayOff, day),
    button(say.addOff, () => {
      if (!day.value) return day.focus();
      values.off = [...new Set([...values.off, day.value])].sort();
      values.dayOff = "";
      return app.show();
    }, { key: "add-off" }));
}

function wanted(values) {
  return {
    is_active: values.active.includes("yes"), kinds: values.kinds, languages: values.languages,
    windows: values.times.flatMap(({ days, from, until }) => days.map((day) => ({
      weekday: Number(day), begins_minute: minuteOf(from), ends_minute: minuteOf(until, true) }))),
    days_off: values.off,
    monthly_max: Number(values.monthly_max), rest_days: Number(values.rest_days),
    ...(values.gender && { gender: values.gender }),
    ...(values.rule && { gender_rule: values.rule }),
    ...(values.paused_until && { paused_until: values.paused_until }),
  };
}
