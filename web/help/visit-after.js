// After a visit: a few facts of the other side, whether it was safe, and where the two disagree.

import { now, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { doing, foldedForm } from "../people/doing.js";
import { decisions, matters } from "./words.js";

const words = {
  zh: {
    rate: "评价对方", rateHint: "只有四项，没有文字。双方都评了，或 14 天以后，才互相看到。", time: "守时", careful: "细心",
    friendly: "友善", again: "下次还愿意吗", yes: "愿意", no: "不了", send: "提交评价", rated: "已提交，谢谢您。",
    mine: "您的评价",
    theirs: "对方的评价", grades: { 3: "好", 2: "一般", 1: "不好" }, safe: "这次安全吗？",
    safeHint: "只有社工看得到。对方永远看不到您的回答，也不会知道您答过。", isSafe: "安全", notSafe: "不安全，请社工联系我",
    notSafeHint: "社工会马上看到。您和对方以后不会再被约到一起。现在有危险请打 110。", safeNote: "想说的（可不填）", safeSend: "告诉社工",
    safeDone: "已记下。", dispute: "有不同看法", disputeHint: "社工会听双方。三十天之内可以提出。", about: "关于什么",
    say: "怎么回事", raise: "请社工来听", raised: "已提出，社工会联系双方。",
    by: { raiser: "您提出的", other: "对方提出的" }, decision: "处理结果", appealed: "申诉",
    appealDecision: "申诉结果", open: "社工在听双方", appeal: "不同意，申诉一次", appealDone: "已申诉，由另一位处理。",
    appealHint: "十五天之内，由另一位处理。",
  },
  en: {
    rate: "Rate the other side",
    rateHint: "Four facts, no words. You see each other’s when both are in, or after 14 days.",
    time: "Kept the time", careful: "Careful", friendly: "Friendly", again: "Would you again",
    yes: "Yes", no: "No", send: "Send", rated: "Sent. Thank you.", mine: "What you said",
    theirs: "What the other side said", grades: { 3: "Good", 2: "Fair", 1: "Not good" },
    safe: "Was it safe?",
    safeHint: "A social worker alone reads it. The other side never sees your answer, nor that you "
      + "answered.",
    isSafe: "It was safe", notSafe: "It was not safe: a social worker may call me",
    notSafeHint: "A social worker sees it at once. You two will not be brought together again. "
      + "In danger call 110.",
    safeNote: "In your words, if you like", safeSend: "Tell the social worker", safeDone: "Noted.",
    dispute: "We disagree", disputeHint: "A social worker hears both. Say so within thirty days.",
    about: "About what", say: "What happened", raise: "Ask a social worker to hear us",
    raised: "Noted: a social worker will talk to both.",
    by: { raiser: "You raised it", other: "The other side raised it" }, decision: "Outcome",
    appealed: "Appeal", appealDecision: "Outcome of the appeal",
    open: "A social worker hears both", appeal: "I do not agree: appeal once",
    appealDone: "Appealed: another person decides.",
    appealHint: "Within fifteen days, to another person.",
  },
};

const rateMilliseconds = 30 * 86_400_000;
const appealMilliseconds = 15 * 86_400_000;

// MARK: Rating

export function rating(app, one, ratings) {
  const say = app.say(words);
  const own = ratings.find((each) => each.is_own);
  const isLate = now() > Date.parse(one.checked_out_at) + rateMilliseconds;
  if (!ratings.length && isLate) return null;
  return make("section", { class: "card" },
    !own && !isLate && foldedForm(app, "rate", say.rate, {
      hint: say.rateHint, send: say.send,
      values: { kept_time: "3", careful: "3", friendly: "3", again: "yes" },
      fields: (form) => [
        grade(app, form, "kept_time", say.time), grade(app, form, "careful", say.careful),
        grade(app, form, "friendly", say.friendly),
        form.field("/again", say.again, form.select("again", [["yes", say.yes], ["no", say.no]]))],
      act: async (values) => {
        await write("POST", app.pathFor(`/visits/${one.id}/rating`), {
          kept_time: Number(values.kept_time), careful: Number(values.careful),
          friendly: Number(values.friendly), again: values.again === "yes" });
        return say.rated;
      },
    }),
    ratings.map((each) => [make("h2", {}, each.is_own ? say.mine : say.theirs), facts(
      [say.time, say.grades[each.kept_time]], [say.careful, say.grades[each.careful]],
      [say.friendly, say.grades[each.friendly]], [say.again, each.again ? say.yes : say.no])]));
}

const grade = (app, form, name, label) => form.field(`/${name}`, label, form.select(name,
  ["3", "2", "1"].map((value) => [value, app.say(words).grades[value]])));

// MARK: Safety

/** It stands apart, and looks the same whatever was said. */
export function safety(app, one) {
  const say = app.say(words);
  const path = app.pathFor(`/visits/${one.id}/safety`);
  return make("section", { class: "card", "aria-labelledby": "safe" },
    make("h2", { id: "safe" }, say.safe), make("p", {}, say.safeHint),
    doing(app, say.isSafe, async () => {
      await write("POST", path, { is_safe: true });
      return say.safeDone;
    }, { key: "safe" }),
    foldedForm(app, "unsafe", say.notSafe, {
      hint: say.notSafeHint, send: say.safeSend,
      fields: (form) => [form.field("/note", say.safeNote,
        form.area("note", { maxlength: 500, rows: 3 }))],
      act: async ({ note }) => {
        await write("POST", path, { is_safe: false, ...(note?.trim() && { note: note.trim() }) });
        return say.safeDone;
      },
    }));
}

// MARK: Disagreeing

export function disagreeing(app, one, disputes) {
  const say = app.say(words);
  return make("section", { class: "card" },
    disputes.map((each) => dispute(app, each)),
    !disputes.some((each) => each.side === "raiser") && foldedForm(app, "dispute", say.dispute, {
      hint: say.disputeHint, send: say.raise, values: { about: "other" },
      fields: (form) => [
        form.field("/about", say.about, form.select("about", options(matters, app.language))),
        form.field("/words", say.say, form.area("words", { maxlength: 1000, rows: 3 }))],
      act: async (values) => {
        await write("POST", app.pathFor(`/visits/${one.id}/disputes`),
          { about: values.about, words: values.words?.trim() ?? "" });
        return say.raised;
      },
    }));
}

function dispute(app, one) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  const mayAppeal = one.decision && !one.appealed_at
    && now() < Date.parse(one.decided_at) + appealMilliseconds;
  return make("div", {}, make("h2", {}, say.by[one.side] ?? say.dispute),
    facts([say.about, named(matters, one.about, app.language)], [say.say, one.words],
      [say.decision, one.decision ? named(decisions, one.decision, app.language) : say.open],
      [say.appealed, time(one.appealed_at)],
      [say.appealDecision, one.appeal_decision
        && named(decisions, one.appeal_decision, app.language)]),
    mayAppeal && [make("p", { class: "quiet" }, say.appealHint), doing(app, say.appeal, async () => {
      await write("POST", app.pathFor(`/help/disputes/${one.id}/appeal`));
      return say.appealDone;
    }, { key: `appeal-${one.id}` })]);
}
