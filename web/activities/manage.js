// One meeting as its organisers have it: change it or all that follow, its places, call it off.

import { now, read, readIfAny, write } from "./client.js";
import { confirmation, Form } from "./form.js";
import { place } from "./draft-content.js";
import { placeFields } from "./draft-fields.js";
import { localTime, momentText, spanText } from "./moments.js";
import { element } from "../common.js";
import { facts, inLanguage, link, make, problemWords } from "./parts.js";
import { words as feedbackWords } from "./feedback.js";
import { occurrencePlace, seatsLine } from "./state.js";
import { named, seatKinds } from "./words.js";

const words = {
  zh: {
    title: "管理这一场", when: "时间", where: "地点", seats: "名额", roll: "参加的人和签到",
    look: "大家看到的样子", all: "整个活动", change: "改时间、地点或说明", scope: "改哪些",
    one: "只改这一场", following: "这一场和以后各场", starts: "开始", ends: "结束", name: "名称", body: "说明",
    save: "保存修改", saved: "已保存，报名的人会收到通知。", clashes: (count) =>
      `有 ${count} 位参加的人那时另有安排，名额仍保留，请和他们联系。`,
    cancels: "规则改动后会取消一些有人报名的场次：我确认取消，并通知他们", because: "原因（会告诉大家）",
    numbers: "改名额", overall: "各类合计最多几人（可以不填）", saveSeats: "保存名额", seatsSaved: "名额已改。",
    leaving: "名额不够：请选谁回到候补（有空位时优先）", cancel: "取消这一场", cancelled: "已取消",
    cancelSure: "取消这一场？报名的人都会收到通知，不能恢复。", yesCancel: "确定取消",
    why: (text) => `已取消：${text}`, feedback: "大家的反馈", group: (names) => names.join("、"),
  },
  en: {
    title: "This meeting", when: "When", where: "Where", seats: "Places",
    roll: "Who comes, and check-in", look: "As others see it", all: "The whole activity",
    change: "Change time, place or words", scope: "For", one: "This one alone",
    following: "This one and all that follow", starts: "Begins", ends: "Ends",
    name: "Chinese title", body: "Chinese text", save: "Save",
    saved: "Saved. Who joined is told.", clashes: (count) =>
      `${count} of those who come have something else then; they keep their places. Ask them.`,
    cancels: "Meetings that people joined would vanish: cancel them, and tell those people",
    because: "The reason (everybody is told)", numbers: "Change the number of places",
    overall: "At most in all (optional)", saveSeats: "Save the places",
    seatsSaved: "The places were changed.",
    leaving: "There are fewer places than are taken: choose who goes back to the wait-list, first "
      + "in turn",
    cancel: "Cancel this one", cancelled: "Cancelled",
    cancelSure: "Cancel this one? All who joined are told. This is not undone.",
    yesCancel: "Yes, cancel", why: (text) => `Cancelled: ${text}`, feedback: "What people said",
    group: (names) => names.join(", "),
  },
};

export const manage = {
  needsPerson: true,
  title: (app, data) => (data ? inLanguage(data.one, "title", app.language)
    : app.say(words).title),
  async read(app) {
    const one = await read(app.path(`/occurrences/${app.id}`));
    const isOver = Date.parse(one.ends) <= now();
    const [guests, said] = await Promise.all([
      readIfAny(app.path(`/occurrences/${app.id}/participants?limit=200`), { participants: [] }),
      isOver ? readIfAny(app.path(`/occurrences/${app.id}/feedback?limit=100`), { feedback: [] })
        : { feedback: [] }]);
    return { one, guests: guests.participants, feedback: said.feedback };
  },
  sections(app, { one, guests, feedback }) {
    const canChange = one.state === "scheduled" && Date.parse(one.begins) > now();
    return [
      { key: "head", of: one, make: () => head(app, one) },
      canChange && { key: "change", of: one.version, make: () => changing(app, one) },
      canChange && { key: "numbers", of: [one.version, one.seats, guests],
        make: () => numbers(app, one, guests) },
      canChange && { key: "cancel", of: one.id, make: () => cancelling(app, one) },
      feedback.length > 0 && { key: "feedback", of: feedback, make: () => said(app, feedback) },
    ];
  },
};

function head(app, one) {
  const say = app.say(words);
  const isCancelled = one.state === "cancelled";
  return make("section", { class: isCancelled ? "card off" : "card" },
    isCancelled && make("p", { class: "title" }, say.why(one.cancelled_because)),
    facts([say.when, spanText(one.begins, one.ends, app.language)],
      [say.where, occurrencePlace(app, one)],
      [say.seats, !isCancelled && seatsLine(app, one)]),
    make("div", { class: "buttons" },
      !isCancelled && link(say.roll, `#/roll/${one.id}`, "act main"),
      link(say.look, `#/occurrence/${one.id}`, "act"),
      link(say.all, `#/activity/${one.activity}`, "act")));
}

/** What this meeting is like now, as the form has it; `before` is what need not be sent. */
function valuesOf(one) {
  const before = { title_zh: one.title_zh, body_zh: one.body_zh, starts: localTime(one.begins),
    ends: localTime(one.ends), place: one.place ?? "elsewhere", place_text: one.place_text ?? "" };
  return { ...before, scope: "one", before, version: one.version };
}

function changing(app, one) {
  const say = app.say(words);
  const values = (app.state.change ??= valuesOf(one));
  const form = new Form(app.language, values);
  const part = form.done([
    form.field("/scope", say.scope,
      form.select("scope", [["one", say.one], ["following", say.following]])),
    form.field("/starts", say.starts, form.input("starts", "datetime-local")),
    form.field("/ends", say.ends, form.input("ends", "datetime-local")),
    placeFields(app, form),
    form.field("/title_zh", say.name, form.input("title_zh", "text", { maxlength: 120 })),
    form.field("/body_zh", say.body, form.area("body_zh", { maxlength: 4000 })),
    values.asksToCancel && make("div", { class: "card urgent" },
      form.check("cancels", "yes", say.cancels),
      form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 }))),
  ], say.save, () => saveChange(app, one, values));
  return make("details", { "data-fold": "change" }, make("summary", { "data-focus": "change" },
    say.change), make("div", {}, part));
}

/** Both forms begin anew from what is there now. */
function forgetForms(app) {
  delete app.state.change;
  delete app.state.numbers;
}

/** Sends what differs from what was there: the rest goes on following the activity. */
async function saveChange(app, one, values) {
  const say = app.say(words);
  const { before } = values;
  const differs = (...names) => names.some((name) => values[name] !== before[name]);
  const body = { scope: values.scope };
  if (differs("title_zh", "body_zh")) {
    Object.assign(body, { title_zh: values.title_zh.trim(), body_zh: values.body_zh.trim() });
    if (one.title_en) Object.assign(body, { title_en: one.title_en, body_en: one.body_en });
  }
  if (differs("starts", "ends")) Object.assign(body, { starts: values.starts, ends: values.ends });
  if (differs("place", "place_text")) Object.assign(body, place(values));
  if (values.cancels?.length) {
    Object.assign(body, { cancels: true, because: values.because?.trim() || undefined });
  }
  try {
    const made = await write("PUT", app.path(`/occurrences/${one.id}`), body, values.version);
    forgetForms(app);
    const clashes = made.clashes?.length;
    await app.refresh();
    app.tell([say.saved, clashes ? say.clashes(clashes) : ""].join(" ").trim());
  } catch (problem) {
    if (problem.code !== "guests-would-lose-places" || values.asksToCancel) throw problem;
    values.asksToCancel = true;
    app.show();
    app.tell(problemWords(problem, app.language).join(" "));
  }
}

function numbers(app, one, guests) {
  const say = app.say(words);
  const values = (app.state.numbers ??= { version: one.version, overall: String(one.overall ?? ""),
    ...Object.fromEntries(one.seats.map(({ kind, total }) => [kind, String(total)])) });
  const form = new Form(app.language, values);
  const lines = one.seats.map(({ kind }, index) => form.field(`/seats/${index}`,
    named(seatKinds, kind, app.language),
    form.input(kind, "number", { min: 0, max: 10_000, inputmode: "numeric" })));
  const part = form.done([
    form.group("/seats", say.seats, null, make("div", { class: "numbers" }, lines)),
    form.field("/overall", say.overall,
      form.input("overall", "number", { min: 1, max: 10_000, inputmode: "numeric" })),
    values.asksWho && form.group("/leaving", say.leaving, null, parties(say, guests)
      .map(({ id, names }) => form.check("leaving", id, names))),
    values.asksWho && form.field("/because", say.because, form.area("because", { maxlength: 400 })),
  ], say.saveSeats, () => saveNumbers(app, one, values));
  return make("details", { "data-fold": "numbers" }, make("summary", { "data-focus": "numbers" },
    say.numbers), make("div", {}, part));
}

/** Those who have places, each reservation once. */
function parties(say, guests) {
  const all = new Map();
  for (const one of guests) {
    if (one.state === "waiting") continue;
    all.set(one.reservation, [...(all.get(one.reservation) ?? []), one.display_name]);
  }
  return [...all].map(([id, names]) => ({ id, names: say.group(names) }));
}

async function saveNumbers(app, one, values) {
  const body = { seats: one.seats.map(({ kind }) => ({ kind, total: Number(values[kind]) })) };
  if (values.overall) body.overall = Number(values.overall);
  if (values.leaving?.length) Object.assign(body, { leaving: values.leaving });
  if (values.because?.trim()) body.because = values.because.trim();
  try {
    await write("PUT", app.path(`/occurrences/${one.id}/capacity`), body, values.version);
    forgetForms(app);
    await app.refresh();
    app.tell(app.say(words).seatsSaved);
  } catch (problem) {
    if (!["below-held", "seats-held"].includes(problem.code) || values.asksWho) throw problem;
    values.asksWho = true;
    app.show();
    app.tell(problem.title);
    document.querySelector("#page [data-fold=numbers] fieldset:last-of-type input")?.focus();
  }
}

function cancelling(app, one) {
  const say = app.say(words);
  return confirmation(app, "cancel", {
    open: say.cancel, question: say.cancelSure, reason: say.because, confirm: say.yesCancel,
    kind: "danger",
  }, async (because) => {
    await write("POST", app.path(`/occurrences/${one.id}/cancellation`), { because });
    await app.refresh();
    app.tell(say.cancelled);
  });
}

function said(app, feedback) {
  const { verdicts } = app.say(feedbackWords);
  return make("section", { class: "card" }, make("h2", {}, app.say(words).feedback),
    make("ol", { class: "thread" }, feedback.map((one) => make("li", {},
      make("p", { class: "about" }, make("b", {}, one.display_name),
        make("span", { class: "mark quiet" }, verdicts[one.verdict]),
        make("time", { datetime: one.at }, momentText(one.at, app.language))),
      one.body && element("p", one.body, "body")))));
}
