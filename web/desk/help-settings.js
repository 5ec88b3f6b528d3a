// What an estate sets about help: caps of errands and time credits, quiet hours, classes of care.

import { read, readIfAny, write } from "../activities/client.js";
import { lengthText } from "../activities/moments.js";
import { facts, inLanguage, make } from "../activities/parts.js";
import { clockText } from "../help/help.js";
import { minuteOf } from "../help/helping.js";
import { back, foldedForm } from "../people/doing.js";

const words = {
  zh: {
    title: "互助的设定", back: "办公台", office: "居委会设定；社工看得到。", limits: "代买和时间币的上限", cash: "一次代买最多多少钱",
    cashAsk: "一次代买最多多少元", pair: "两人之间每月计入时间币的上限", pairAsk: "两人之间每月最多计入多少分钟",
    yuan: (fen) => `${(fen / 100).toFixed(2)} 元`, saved: "已设定，以后的按新的。", quiet: "安静时段",
    quietHint: "这段时间里不派探访关爱和结对的事，到早上再派。急事不受影响。", from: "从几点", until: "到几点", span: (from, until) =>
      `${from} 到 ${until}`, classes: "探访关爱的类别", classesHint: "隔几天没有联系就到期。", days: (count) => `每 ${count} 天`,
    daysAsk: "隔几天", save: "保存", changeOf: (what) => `修改：${what}`,
  },
  en: {
    title: "Settings of help", back: "Desk", office: "Set by the committee; social workers see them.",
    limits: "Caps of errands and time credits", cash: "Most money of an errand",
    cashAsk: "Most money of an errand, in yuan", pair: "Most time credits of two in a month",
    pairAsk: "Most minutes of two in a month that count as time credits",
    yuan: (fen) => `${(fen / 100).toFixed(2)} yuan`,
    saved: "Set for what comes from now on.", quiet: "Quiet hours",
    quietHint: "No task of the care list or of pairings is raised meanwhile: it comes in the "
      + "morning. What is urgent does not wait.",
    from: "From", until: "Until", span: (from, until) => `${from} to ${until}`,
    classes: "Classes of the care list", classesHint: "After so many days without a contact it is due.",
    days: (count) => `Every ${count} days`, daysAsk: "Days between", save: "Save",
    changeOf: (what) => `Change: ${what}`,
  },
};

const committee = "residents_committee";

export const helpSettings = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [limits, quiet, { classes }] = await Promise.all([
      read(app.path("/help/limits")), read(app.path("/quiet-hours")),
      readIfAny(app.path("/care-classes"), { classes: [] })]);
    return { limits, quiet, classes };
  },
  sections(app, { limits, quiet, classes }) {
    const say = app.say(words);
    const may = app.holds(committee);
    const section = (key, of, parts) => ({ key, of,
      make: () => make("section", { class: "card" }, parts()) });
    return [
      back(say.back, "#/desk"),
      { key: "office", of: null, make: () => make("p", { class: "card" }, say.office) },
      section("limits", limits, () => [make("h2", {}, say.limits),
        facts([say.cash, say.yuan(limits.cash_fen)],
          [say.pair, lengthText(limits.pair_minutes, app.language)]), may && limiting(app, limits)]),
      section("quiet", quiet, () => [make("h2", {}, say.quiet), make("p", {}, say.quietHint),
        make("p", { class: "title" },
          say.span(clockText(quiet.begins), clockText(quiet.ends))), may && quieting(app, quiet)]),
      classes.length > 0 && section("classes", classes, () => [make("h2", {}, say.classes),
        make("p", {}, say.classesHint),
        facts(...classes.map((one) => [inLanguage(one, "title", app.language), say.days(one.days)])),
        may && classes.map((one) => classing(app, one))]),
    ];
  },
};

function limiting(app, limits) {
  const say = app.say(words);
  return foldedForm(app, "limits", say.changeOf(say.limits), {
    send: say.save,
    values: { yuan: String(limits.cash_fen / 100), minutes: String(limits.pair_minutes) },
    fields: (form) => [
      form.field("/cash_fen", say.cashAsk, form.input("yuan", "number",
        { min: 0, max: 10_000, step: "0.01", inputmode: "decimal" })),
      form.field("/pair_minutes", say.pairAsk, form.input("minutes", "number",
        { min: 0, max: 6000 }))],
    act: async ({ yuan, minutes }) => {
      await write("PUT", app.path("/help/limits"),
        { cash_fen: Math.round(Number(yuan) * 100), pair_minutes: Number(minutes) });
      return say.saved;
    },
  });
}

function quieting(app, quiet) {
  const say = app.say(words);
  return foldedForm(app, "quiet", say.changeOf(say.quiet), {
    send: say.save, values: { from: clockText(quiet.begins), until: clockText(quiet.ends) },
    fields: (form) => [form.field("/begins", say.from, form.input("from", "time")),
      form.field("/ends", say.until, form.input("until", "time"))],
    act: async ({ from, until }) => {
      await write("PUT", app.path("/quiet-hours"),
        { begins: minuteOf(from), ends: minuteOf(until) });
      return say.saved;
    },
  });
}

function classing(app, one) {
  const say = app.say(words);
  return foldedForm(app, `class-${one.class}`, say.changeOf(inLanguage(one, "title", app.language)), {
    send: say.save, values: { days: String(one.days) },
    fields: (form) => [form.field("/days", say.daysAsk, form.input("days", "number",
      { min: 1, max: 90 }))],
    act: async ({ days }) => {
      await write("PUT", app.path(`/care-classes/${one.class}`), { days: Number(days) });
      return say.saved;
    },
  });
}
