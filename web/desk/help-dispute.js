// One disagreement about a visit of help: what was said, and deciding on it or on the appeal.

import { read, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, link, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { decisions, matters } from "../help/words.js";
import { back, foldedForm } from "../people/doing.js";

const words = {
  zh: {
    title: "互助的分歧", back: "待办", about: "关于什么", said: "提出的一方写的", raised: "提出", visit: "看那次上门",
    decision: "第一次处理", decidedAt: "处理时间", appealed: "申诉", appealDecision: "申诉结果", decide: "处理",
    decideAppeal: "处理申诉",
    hint: "请先听双方。申诉由另一位处理。", as: "怎么定", done: "已处理，双方会收到通知。",
  },
  en: {
    title: "A disagreement about help", back: "Tasks", about: "About", said: "Who raised it wrote",
    raised: "Raised", visit: "See the visit", decision: "First decision", decidedAt: "Decided",
    appealed: "Appealed", appealDecision: "On appeal", decide: "Decide",
    decideAppeal: "Decide on the appeal", hint: "Hear both first. An appeal is for another person.",
    as: "Decision", done: "Decided: both are told.",
  },
};

export const helpDispute = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => read(app.path(`/help/disputes/${app.id}`)),
  sections(app, one) {
    const isOpen = !one.decision || (one.appealed_at && !one.appeal_decision);
    return [
      back(app.say(words).back, "#/tasks"),
      { key: "head", of: one, make: () => head(app, one) },
      isOpen && one.side === "office" && { key: "decide", of: one, make: () => deciding(app, one) },
    ];
  },
};

function head(app, one) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  const decided = (code) => code && named(decisions, code, app.language);
  return make("section", { class: "card" },
    facts([say.about, named(matters, one.about, app.language)], [say.said, one.words],
      [say.raised, time(one.raised_at)], [say.decision, decided(one.decision)],
      [say.decidedAt, time(one.decided_at)], [say.appealed, time(one.appealed_at)],
      [say.appealDecision, decided(one.appeal_decision)]),
    link(say.visit, `#/visit/${one.visit}`, "act"));
}

function deciding(app, one) {
  const say = app.say(words);
  const title = one.decision ? say.decideAppeal : say.decide;
  return make("section", { class: "card" }, foldedForm(app, "decide", title, {
    isOpen: true, hint: say.hint, send: title, values: { decision: "upheld" },
    fields: (form) => [form.field("/decision", say.as,
      form.select("decision", options(decisions, app.language)))],
    act: async ({ decision }) => {
      await write("PUT", app.path(`/help/disputes/${one.id}/decision`), { decision });
      return say.done;
    },
  }));
}
