// One pairing: answering it, its times and visits, rest and stand-in, the review, and the end.

import { now, readIfAny, readVersion, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { addDays, dayText, momentText, spanText, today } from "../activities/moments.js";
import { facts, inLanguage, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, doing, foldedForm } from "../people/doing.js";
import { nameOf, personOptions, readKnown, rememberName } from "../people/names.js";
import {
  forms, isAsked, isLive, pairMarks, pairText, timesFields, timesShown, timesText, timesWanted,
} from "./pairing-words.js";
import { kinds } from "./words.js";

const words = {
  zh: {
    title: "一对结对", back: "结对", backDesk: "结对（办公台）", kind: "做什么", form: "哪一种", place: "大概在哪里",
    until: "请在这之前答复", trial: "试行到", review: "下次问要不要继续", ended: "结束", standIn: "替补",
    chosen: (name) => `您选了${name}`, other: (name) => `对方选了${name}`, agreed: (name) => `${name}（双方都选了）`,
    unfixed: "还没排上的日子", noName: "双方都同意以后，才看到名字；地址只在每次上门时看得到。", talk: "与对方说话",
    yes: "好，我愿意", yesFor: (name) => `好，${name}愿意`, no: "不用了", noSure: "不用了？没关系，对方只看到没有结成。",
    begun: "谢谢您。双方都同意就开始。", noted: "已答复，谢谢您。", takeBack: "收回提议",
    takeBackSure: "收回这个提议？对方只看到没有结成。", takenBack: "已收回。",
    reviewAsk: "已经结对一段时间了，要不要继续？", go: "好，继续", goDone: "已记下。双方都愿意就继续。", stop: "不继续了",
    stopSure: "不继续了？立即结束，不用说原因，也不记在谁名下。", visits: "接下来的上门",
    noVisits: "还没有排上；一般几分钟就排好。", cannot: "这次我去不了", notNeeded: "这次不用来",
    cannotSure: (time) => `${time} 去不了？有替补的会去问替补，不记在谁名下。`,
    notNeededSure: (time) => `${time} 不用来？会告诉对方。`, skipped: "这一次已取消，会告诉对方。", covered: (name) => `这次由${name}来`,
    times: "改时间", timesHint: "从明天起按新的时间排；会告诉对方。", save: "保存", timesDone: "已改，会告诉对方。",
    rest: "暂停一段时间", restHint: "暂停期间的上门取消，到期自己恢复。", restUntil: "暂停到哪一天", restDone: "已暂停，会告诉对方。",
    resume: "现在恢复", resumed: "已恢复，会告诉对方。", name: "选替补", nameHint: "去不了的时候请谁。双方选了同一位才算数。", who: "请谁",
    nobody: "不要替补", number: "或者填居民编号", nameDone: "已选，会告诉对方有变动。", end: "结束结对",
    endSure: "立即结束？不用说原因，也不记在谁名下。对方只看到结束了；约好的上门和交谈也结束。", endDone: "已结束。谢谢您。",
    helper: "谁去", person: "看望谁",
  },
  en: {
    title: "A pairing", back: "Paired families", backDesk: "Pairings at the desk", kind: "Doing what",
    form: "Kind of pair", place: "Roughly where", until: "Please answer by", trial: "Trial until",
    review: "Asked again whether it goes on", ended: "Ended", standIn: "Stand-in",
    chosen: (name) => `You chose ${name}`, other: (name) => `The other side chose ${name}`,
    agreed: (name) => `${name}: both chose the same`, unfixed: "Days without an hour yet",
    noName: "The name shows once both have agreed, the address with each visit alone.",
    talk: "Write to the other side", yes: "Yes, I would like it",
    yesFor: () => "Yes, for whom I act", no: "No, thank you",
    noSure: "No? That is fine: the other sees that it came to nothing.",
    begun: "Thank you. It begins once both have agreed.", noted: "Noted. Thank you.",
    takeBack: "Take the proposal back",
    takeBackSure: "Take it back? The other sees that it came to nothing.", takenBack: "Taken back.",
    reviewAsk: "You have been a pair for a while. Shall it go on?", go: "Yes, go on",
    goDone: "Noted. It goes on when both would like it.", stop: "No more",
    stopSure: "No more? It ends at once, without a reason, and counts against nobody.",
    visits: "Visits to come", noVisits: "None is planned yet: it takes a few minutes.",
    cannot: "I cannot come this time", notNeeded: "Not needed this time",
    cannotSure: (time) => `You cannot come ${time}? A stand-in is asked, if there is one; it `
      + "counts against nobody.",
    notNeededSure: (time) => `Nobody needs to come ${time}? The other side is told.`,
    skipped: "This one is off; the other side is told.", covered: (name) => `${name} comes this time`,
    times: "Other times", timesHint: "From tomorrow on; the other side is told.", save: "Save",
    timesDone: "Changed: the other side is told.", rest: "Rest for a while",
    restHint: "The visits of that time fall out; it goes on by itself.", restUntil: "Until which day",
    restDone: "It rests: the other side is told.", resume: "Go on now",
    resumed: "It goes on: the other side is told.", name: "Choose a stand-in",
    nameHint: "Who comes when the helper cannot. It counts when both chose the same.",
    who: "Whom", nobody: "Nobody", number: "Or give the number of a resident",
    nameDone: "Chosen: the other side is told of a change.", end: "End this pairing",
    endSure: "End it at once? No reason is asked, and it counts against nobody. The other sees "
      + "that it ended; visits to come and your conversation end, too.",
    endDone: "Ended. Thank you.", helper: "Who calls", person: "On whom",
  },
};

export const pairing = {
  needsPerson: true, forAnother: true,
  title: (app, data) => (data ? pairText(app, data.one) : app.say(words).title),
  async read(app) {
    const one = await readVersion(app.pathFor(`/pairings/${app.id}`));
    const isRunning = one.side !== "office" && isLive(one) && one.state !== "proposed";
    const [{ visits }, known] = await Promise.all([
      isRunning ? readIfAny(app.pathFor("/me/visits?limit=50"), { visits: [] }) : { visits: [] },
      readKnown(app)]);
    if (one.side === "office") {
      rememberName(one.helper, one.helper_name);
      rememberName(one.person, one.person_name);
    }
    return { one, known, visits: visits.filter((each) => isOf(each, one))
      .sort((each, other) => (each.begins < other.begins ? -1 : 1)) };
  },
  sections(app, { one, visits, known }) {
    const say = app.say(words);
    const isSide = one.side !== "office";
    const isRunning = isLive(one) && one.state !== "proposed";
    const section = (key, of, makeSection) => ({ key, of, make: makeSection });
    return [
      isSide ? back(say.back, "#/pairings") : back(say.backDesk, "#/desk-pairings"),
      section("head", [one, known.names], () => head(app, one, known.names)),
      isAsked(one) && section("answer", one, () => (one.state === "review"
        ? reviewing(app, one) : answering(app, one))),
      isSide && isRunning && cards("visits", say.visits, visits,
        (each) => planned(app, one, each), say.noVisits),
      isSide && isRunning && section("change", [one, known.ties], () => changing(app, one, known)),
      isLive(one) && (!isAsked(one) || one.state === "review") && section("end", one,
        () => ending(app, one)),
    ];
  },
};

/** Whether a visit to come is one of this pair's. */
const isOf = (each, one) => each.state === "planned" && each.person === one.person
  && each.kind === one.kind && (each.helper === one.helper || each.helper === agreedStandIn(one));

const agreedStandIn = (one) => (one.own_stand_in && one.own_stand_in === one.other_stand_in
  ? one.own_stand_in : null);

function standInText(app, one, names) {
  const say = app.say(words);
  if (agreedStandIn(one)) return say.agreed(one.other_stand_in_name);
  if (one.side === "office") return one.own_stand_in && nameOf(app, names, one.own_stand_in);
  return [one.own_stand_in && say.chosen(nameOf(app, names, one.own_stand_in)),
    one.other_stand_in && say.other(one.other_stand_in_name)].filter(Boolean)
    .join(app.language === "zh" ? "；" : "; ");
}

function head(app, one, names) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  const who = (person, name) => one.side === "office" && person
    && link(name, `#/person/${person}`);
  return make("section", { class: "card" }, pairMarks(app, one),
    make("p", { class: "when" }, timesText(app, one)),
    facts([say.helper, who(one.helper, one.helper_name)], [say.person, who(one.person, one.person_name)],
      [say.form, named(forms, one.form, app.language)],
      [say.kind, named(kinds, one.kind, app.language)],
      [say.place, isLive(one) && inLanguage(one, "place", app.language)],
      [say.until, one.state === "proposed" && time(one.until)],
      [say.trial, one.state === "trial" && time(one.trial_until)],
      [say.review, one.state === "active" && time(one.review_at)],
      [say.standIn, standInText(app, one, names)],
      [say.unfixed, one.unfixed?.map((day) => dayText(day, app.language)).join(" · ")],
      [say.ended, time(one.ended_at)]),
    isAsked(one) && one.state === "proposed" && make("p", { class: "quiet" }, say.noName),
    one.conversation && make("div", { class: "buttons" },
      link(say.talk, `#/talk/${one.conversation}`, "act")));
}

// MARK: Saying yes or no

/** A question, and what it does; the page then tells how it ended. */
function asking(app, key, open, question, act, done) {
  return confirmation(app, key, { open, question, confirm: open, kind: "danger" }, async () => {
    await act();
    await app.refresh();
    app.tell(done);
  });
}

function answering(app, one) {
  const say = app.say(words);
  const answer = (yes) => write("POST", app.pathFor(`/pairings/${one.id}/answer`),
    { answer: yes ? "yes" : "no" });
  return make("section", { class: "card" },
    doing(app, app.acting ? say.yesFor(app.acting.name) : say.yes, async () => {
      await answer(true);
      return say.begun;
    }, { key: "yes", kind: "main" }),
    asking(app, "no", say.no, say.noSure, () => answer(false), say.noted));
}

function reviewing(app, one) {
  const say = app.say(words);
  const renew = (yes) => write("PUT", app.pathFor(`/pairings/${one.id}/renewal`),
    { answer: yes ? "yes" : "no" });
  return make("section", { class: "card" }, make("h2", {}, say.reviewAsk),
    doing(app, say.go, async () => {
      await renew(true);
      return say.goDone;
    }, { key: "go", kind: "main" }),
    asking(app, "stop", say.stop, say.stopSure, () => renew(false), say.noted));
}

function ending(app, one) {
  const say = app.say(words);
  const end = () => write("POST", app.pathFor(`/pairings/${one.id}/end`));
  return make("section", { class: "card" }, one.state === "proposed"
    ? asking(app, "end", say.takeBack, say.takeBackSure, end, say.takenBack)
    : asking(app, "end", say.end, say.endSure, end, say.endDone));
}

// MARK: Its visits

function planned(app, one, each) {
  const say = app.say(words);
  const time = spanText(each.begins, each.ends, app.language);
  const isCover = each.helper !== one.helper;
  const mayLeave = Date.parse(each.begins) > now() && !(isCover && one.side === "helper");
  const open = one.side === "helper" ? say.cannot : say.notNeeded;
  return make("li", { class: "card" },
    make("h3", {}, link(time, `#/visit/${each.id}`, "act")),
    isCover && make("p", {}, say.covered(each.helper_name)),
    mayLeave && asking(app, `skip-${each.id}`, open,
      one.side === "helper" ? say.cannotSure(time) : say.notNeededSure(time),
      () => write("POST", app.pathFor(`/pairings/${one.id}/skips`), { visit: each.id }),
      say.skipped));
}

// MARK: Changing it

const restDays = 90;

function changing(app, one, known) {
  const say = app.say(words);
  const put = (what, body, version) =>
    write("PUT", app.pathFor(`/pairings/${one.id}/${what}`), body, version);
  return make("section", { class: "card" },
    one.paused_until && doing(app, say.resume, async () => {
      await put("pause", {});
      return say.resumed;
    }, { key: "resume" }),
    // What the other side has changed meanwhile is where the form begins.
    foldedForm(app, ["times", ...Object.values(timesShown(one))].join("-"), say.times, {
      hint: say.timesHint, send: say.save, values: timesShown(one),
      fields: (form) => timesFields(app, form),
      act: async (values) => {
        await put("cadence", timesWanted(values), one.version);
        return say.timesDone;
      },
    }),
    foldedForm(app, "rest", say.rest, {
      hint: say.restHint, send: say.save, values: { until: addDays(today(), 14) },
      fields: (form) => [form.field("/until", say.restUntil, form.input("until", "date",
        { min: today(), max: addDays(today(), restDays) }))],
      act: async ({ until }) => {
        await put("pause", { until });
        return say.restDone;
      },
    }),
    standingIn(app, one, known, put));
}

function standingIn(app, one, known, put) {
  const say = app.say(words);
  const people = personOptions(app, known.ties.filter((tie) => tie.state === "confirmed"),
    one.other_stand_in ? [{ person: one.other_stand_in, display_name: one.other_stand_in_name }] : [],
    one.own_stand_in ? [{ person: one.own_stand_in,
      display_name: nameOf(app, known.names, one.own_stand_in) }] : [])
    .filter(([person]) => person !== one.helper && person !== one.person);
  return foldedForm(app, `stand-in-${one.own_stand_in}-${one.other_stand_in}`, say.name, {
    hint: say.nameHint, send: say.save,
    values: { person: one.own_stand_in ?? one.other_stand_in ?? "", number: "" },
    fields: (form) => [
      form.field("/person", say.who, form.select("person", [["", say.nobody], ...people])),
      form.field("/number", say.number, form.input("number", "text", { maxlength: 36 }))],
    act: async ({ person, number }) => {
      const chosen = number.trim() || person;
      await put("stand-in", chosen ? { person: chosen } : {});
      return say.nameDone;
    },
  });
}
