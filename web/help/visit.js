// One visit: where, coming and leaving, confirming, and calling it off.

import { now, read, readIfAny, write } from "../activities/client.js";
import { momentText, spanText } from "../activities/moments.js";
import { facts, inLanguage, link, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, doing, foldedForm } from "../people/doing.js";
import { isUnconfirmed } from "./help.js";
import { disagreeing, rating, safety } from "./visit-after.js";
import { cash } from "./visit-cash.js";
import { sideText, visitMarks } from "./visits.js";
import { becauses, causes, kinds, takesCash } from "./words.js";

const words = {
  zh: {
    title: "上门", back: "上门", address: "地址", came: "到了", left: "离开", because: "原因",
    handover: "上一位帮手留的话",
    note: "您留的话", mineConfirmed: "您确认了", otherConfirmed: "对方确认了", talk: "与对方说话", checkIn: "我到了，签到",
    checkedIn: "已签到。", early: (time) => `${time} 起可以签到。`, undo: "签错了，撤销签到", undone: "已撤销。",
    checkOut: "办完了，签退", checkedOut: "已签退，请确认。", confirm: "确认办好了", confirmed: "已确认，谢谢您。",
    cancel: "取消这次上门", cancelHint: "不用解释，也不记在谁名下。会告诉对方。", why: "原因", cancelled: "已取消。",
    leave: "给下一位帮手留话", leaveHint: "只有您和下一位帮手、办公台看得到。不写银行卡、密码。", leaveAsk: "留什么话", save: "保存",
    kept: "已保存。", waits: "等帮手到了签到。", never: "请不要把银行卡、密码、存折、养老本交给别人。",
  },
  en: {
    title: "A visit", back: "Visits", address: "Address", came: "Came", left: "Left",
    because: "Reason", handover: "From the helper before", note: "Your note",
    mineConfirmed: "You confirmed", otherConfirmed: "The other side confirmed",
    talk: "Write to the other side", checkIn: "I am here: check in", checkedIn: "Checked in.",
    early: (time) => `You can check in from ${time}.`, undo: "A mistake: take the check-in back",
    undone: "Taken back.", checkOut: "It is done: check out",
    checkedOut: "Checked out. Please confirm.",
    confirm: "Confirm that it was done", confirmed: "Confirmed. Thank you.",
    cancel: "Cancel this visit",
    cancelHint: "It needs no explanation, and counts against nobody. The other side is told.",
    why: "Reason", cancelled: "Cancelled.", leave: "Leave a note for the next helper",
    leaveHint: "Read by you, the next helper and the desk. No bank cards, no codes.",
    leaveAsk: "Your note", save: "Save", kept: "Saved.",
    waits: "The helper checks in on arriving.",
    never: "Never give anybody a bank card, a code, a bank book or a pension book.",
  },
};

const earlyMilliseconds = 30 * 60_000;
const undoMilliseconds = 10 * 60_000;
const noteMilliseconds = 7 * 86_400_000;

const mayCheckIn = (one) => now() >= Date.parse(one.begins) - earlyMilliseconds;
const mayUndo = (one) => now() <= Date.parse(one.checked_in_at) + undoMilliseconds;

export const visit = {
  needsPerson: true, forAnother: true,
  title: (app, data) => (data ? named(kinds, data.visit.kind, app.language) : app.say(words).title),
  async read(app) {
    const of = (rest) => app.pathFor(`/visits/${app.id}${rest}`);
    const shown = await read(of(""));
    const [{ ratings }, { disputes }, conversation] = await Promise.all([
      shown.visit.state === "done" ? read(of("/ratings")) : { ratings: [] },
      mayDisagree(shown.visit) ? read(of("/disputes")) : { disputes: [] },
      conversationOf(app, shown.visit)]);
    return { ...shown, ratings, disputes, conversation };
  },
  sections(app, data) {
    const one = data.visit;
    // A household's delivery is to nobody in particular.
    const isSide = one.side !== "office" && Boolean(one.person);
    return [
      back(app.say(words).back, "#/visits"),
      { key: "head", of: [one, data.handover, data.note, data.conversation],
        make: () => head(app, data) },
      { key: "acts", of: [one, mayCheckIn(one), one.checked_in_at && mayUndo(one)],
        make: () => acts(app, one) },
      takesCash(one.kind) && { key: "cash", of: [one, data.receipt],
        make: () => cash(app, one, data.receipt) },
      one.side === "helper" && mayNote(one) && { key: "note", of: [one.id, data.note],
        make: () => noting(app, one, data.note) },
      isSide && one.state === "done" && { key: "rating", of: [one.id, data.ratings],
        make: () => rating(app, one, data.ratings) },
      isSide && mayDisagree(one) && { key: "disagree", of: [one.id, data.disputes],
        make: () => disagreeing(app, one, data.disputes) },
      isSide && hasBegun(one) && { key: "safety", of: one.id, make: () => safety(app, one) },
      one.state === "planned" && { key: "cancel", of: one.id, make: () => cancelling(app, one) },
    ];
  },
};

const mayDisagree = (one) => ["under_way", "done", "missed"].includes(one.state);

const hasBegun = (one) => Boolean(one.checked_in_at) || now() >= Date.parse(one.begins);

const mayNote = (one) => one.state === "under_way" || (one.state === "done"
  && now() < Date.parse(one.checked_out_at) + noteMilliseconds);

/** A visit of a request has the conversation of that; its two sides find it each on their list. */
async function conversationOf(app, one) {
  if (one.state !== "planned" && one.state !== "under_way") return null;
  const list = one.side === "helper" ? "proposals" : "requests";
  // Whoever goes there goes for itself.
  if (app.acting && list === "proposals") return null;
  const found = (await readIfAny(app.pathFor(`/help-${list}?limit=50`), { [list]: [] }))[list];
  return found.find((each) => each.visit === one.id)?.conversation ?? null;
}

function head(app, { visit: one, note, handover, conversation }) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  const [mine, other] = one.side === "helper"
    ? [one.helper_confirmed_at, one.person_confirmed_at]
    : [one.person_confirmed_at, one.helper_confirmed_at];
  return make("section", { class: "card" }, visitMarks(app, one),
    make("p", { class: "title" }, sideText(app, one)),
    make("p", { class: "when" }, spanText(one.begins, one.ends, app.language)),
    facts([say.address, inLanguage(one, "address", app.language)],
      [say.handover, handover], [say.came, time(one.checked_in_at)],
      [say.left, time(one.checked_out_at)], [say.mineConfirmed, time(mine)],
      [say.otherConfirmed, time(other)], [say.note, note],
      [say.because, one.because && named(becauses, one.because, app.language)]),
    one.side === "person" && one.state === "planned" && make("p", { class: "quiet" }, say.waits),
    one.state === "planned" && make("p", { class: "quiet" }, say.never),
    conversation && make("div", { class: "buttons" },
      link(say.talk, `#/talk/${conversation}`, "act")));
}

function acts(app, one) {
  const say = app.say(words);
  const act = (method, what, done, body) => async () => {
    await write(method, app.pathFor(`/visits/${one.id}/${what}`), body);
    return done;
  };
  const parts = [];
  if (one.side === "helper" && one.state === "planned") {
    parts.push(mayCheckIn(one)
      ? doing(app, say.checkIn, act("POST", "check-in", say.checkedIn), { key: "in", kind: "main" })
      : make("p", {}, say.early(momentText(new Date(Date.parse(one.begins) - earlyMilliseconds)
        .toISOString(), app.language))));
  }
  if (one.side !== "person" && one.state === "under_way") {
    parts.push(doing(app, say.checkOut, act("POST", "check-out", say.checkedOut),
      { key: "out", kind: "main" }));
  }
  if (one.side === "helper" && one.state === "under_way" && mayUndo(one)) {
    parts.push(doing(app, say.undo, act("DELETE", "check-in", say.undone), { key: "undo" }));
  }
  // An errand is confirmed beside its sums.
  if (isUnconfirmed(one) && one.cash_fen === undefined) {
    parts.push(doing(app, say.confirm, act("POST", "confirmation", say.confirmed, {}),
      { key: "confirm", kind: "main" }));
  }
  return parts.length ? make("section", { class: "card" }, ...parts) : null;
}

function noting(app, one, note) {
  const say = app.say(words);
  return make("section", { class: "card" }, foldedForm(app, "note", say.leave, {
    hint: say.leaveHint, send: say.save, values: { note: note ?? "" },
    fields: (form) => [form.field("/note", say.leaveAsk,
      form.area("note", { maxlength: 500, rows: 3 }))],
    act: async (values) => {
      await write("PUT", app.pathFor(`/visits/${one.id}/note`), { note: values.note?.trim() ?? "" });
      return say.kept;
    },
  }));
}

function cancelling(app, one) {
  const say = app.say(words);
  return make("section", { class: "card" }, foldedForm(app, "cancel", say.cancel, {
    hint: say.cancelHint, send: say.cancel, values: { because: "not_needed" },
    fields: (form) => [form.field("/because", say.why,
      form.select("because", options(causes, app.language)))],
    act: async ({ because }) => {
      await write("POST", app.pathFor(`/visits/${one.id}/cancellation`), { because });
      return say.cancelled;
    },
  }));
}
