// One shift of a help group: whose turn and why, coming or not, handing it on, being there, the note.

import { now, read, readIfAny, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { inLanguage, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, doing, foldedForm } from "../people/doing.js";
import { isProposed, shiftMarks, shiftParts } from "./group-words.js";
import { kinds } from "./words.js";

const words = {
  zh: {
    title: "一班", why: "为什么问您", yes: "好，我来", no: "这次不来", yesTo: (time) => `好，我来：${time}`,
    noTo: (time) => `这次不来：${time}`, agreed: "约好了，谢谢您。", declined: "已记下，会问别人。", take: "我来这一班",
    over: "替想换班的人来", takenOver: "是您的了，谢谢您。", swap: "我想换班", swapHint: "告诉组员们；有人接之前还是您的。", swapped: "已告诉组员们。",
    keep: "不换了，还是我来", kept: "好，还是您来。", release: "来不了，交还小组", releaseSure: "来不了？会另外问别人，不记在您名下。",
    released: "已交还，会问别人。", in: "我到了，签到", checkedIn: "已签到。", early: (time) => `${time} 起可以签到。`,
    out: "做完了，签退", checkedOut: "已签退，谢谢您。", visit: "看这次上门", off: "取消这一班", offSure: "取消这一班？会告诉来的人。",
    offDone: "已取消。", handover: "上一班留的话", notes: "这一班留的话", note: "给下一班留话",
    noteHint: "下一班的人和组长看得到，三十天后删去。不写银行卡、密码。", noteAsk: "留什么话", save: "保存", noted: "已保存。",
  },
  en: {
    title: "A shift", why: "Why you are asked", yes: "Yes, I come", no: "Not this time",
    yesTo: (time) => `Yes, I come: ${time}`, noTo: (time) => `Not this time: ${time}`,
    agreed: "It is agreed. Thank you.", declined: "Noted: others are asked.",
    take: "I take this shift", over: "Come instead of who hands it on", takenOver: "It is yours. Thank you.",
    swap: "I would hand it on", swapHint: "The members are told; it is yours until one takes it.",
    swapped: "The members are told.", keep: "I keep it after all", kept: "It stays yours.",
    release: "I cannot come: give it back",
    releaseSure: "You cannot come? Others are asked; it counts against nobody.",
    released: "Given back: others are asked.", in: "I am here: check in", checkedIn: "Checked in.",
    early: (time) => `You can check in from ${time}.`, out: "It is done: check out",
    checkedOut: "Checked out. Thank you.", visit: "See the visit", off: "Call this shift off",
    offSure: "Call it off? Who comes is told.", offDone: "Called off.",
    handover: "Left by the shift before", notes: "Left by this shift",
    note: "Leave a note for the next shift",
    noteHint: "Read by who comes next and the stewards; gone after thirty days. No bank cards, no "
      + "codes.",
    noteAsk: "Your note", save: "Save", noted: "Saved.",
  },
};

const earlyMilliseconds = 30 * 60_000;

const hasBegun = (one) => now() >= Date.parse(one.begins);
const mayCheckIn = (one) => now() >= Date.parse(one.begins) - earlyMilliseconds;

export const shift = {
  needsPerson: true,
  title: (app, data) => (data ? named(kinds, data.shift.kind, app.language) : app.say(words).title),
  async read(app) {
    const shown = await read(app.path(`/help-shifts/${app.id}`));
    const group = await readIfAny(app.path(`/help-groups/${shown.shift.group}`), null);
    return { ...shown, group };
  },
  sections(app, { shift: one, handover, notes, group }) {
    const say = app.say(words);
    return [
      back(group ? inLanguage(group, "name", app.language) : say.title, `#/help-rota/${one.group}`),
      { key: "head", of: [one, handover, notes], make: () => make("section", { class: "card" },
        shiftMarks(app, one), shiftParts(app, one), shiftReasons(app, one),
        left(say.handover, handover), left(say.notes, notes)) },
      { key: "acts", of: [one, hasBegun(one), mayCheckIn(one)], make: () => acting(app, one) },
      !one.is_visit && ["under_way", "done"].includes(one.state) && { key: "note", of: one.id,
        make: () => noting(app, one) },
      group?.side === "steward" && !one.is_cancelled && !hasBegun(one) && { key: "off", of: one.id,
        make: () => make("section", { class: "card" }, asking(app, `off-${one.id}`, say.off,
          say.offSure, () => write("DELETE", app.path(`/help-shifts/${one.id}`)), say.offDone)) },
    ];
  },
};

const left = (heading, notes) => notes.length > 0 && [make("h2", {}, heading),
  make("ul", { class: "plain" }, notes.map((each) =>
    make("li", {}, `${each.display_name}: ${each.note}`)))];

/** Why it is the reader's turn, as the round said. */
export const shiftReasons = (app, one) => isProposed(one) && one.reasons?.length > 0 && [
  make("p", { class: "title" }, app.say(words).why),
  make("ul", { class: "plain" }, one.reasons.map((each) => make("li", {}, each[app.language])))];

function asking(app, key, open, question, act, done) {
  return confirmation(app, key, { open, question, confirm: open, kind: "danger" }, async () => {
    await act();
    await app.refresh();
    app.tell(done);
  });
}

/** Yes or no to what one is asked; giving back what one agreed to. A delegate does not say yes. */
export function seatActs(app, one) {
  const say = app.say(words);
  const time = momentText(one.begins, app.language);
  const seat = (what) => app.pathFor(`/help-seats/${one.seat}/${what}`);
  if (isProposed(one)) {
    return [
      !app.acting && doing(app, say.yes, async () => {
        await write("POST", seat("acceptance"));
        return say.agreed;
      }, { key: `yes-${one.id}`, kind: "main", label: say.yesTo(time) }),
      doing(app, say.no, async () => {
        await write("POST", seat("refusal"));
        return say.declined;
      }, { key: `no-${one.id}`, label: say.noTo(time) })];
  }
  if (one.state !== "confirmed" || one.is_cancelled || hasBegun(one)) return [];
  return [asking(app, `release-${one.id}`, say.release, say.releaseSure,
    () => write("POST", seat("release")), say.released)];
}

function acting(app, one) {
  const say = app.say(words);
  const act = (method, path, done, body) => async () => {
    await write(method, app.path(path), body);
    return done;
  };
  const seat = (what) => `/help-seats/${one.seat}/${what}`;
  const isOpen = !one.is_cancelled && !hasBegun(one);
  const isMine = ["confirmed", "under_way", "done", "missed"].includes(one.state);
  const parts = [];
  if (one.visit) parts.push(link(say.visit, `#/visit/${one.visit}`, "act main"));
  if (isOpen && !isMine && !isProposed(one)) {
    if (one.taken < one.seats) {
      parts.push(doing(app, say.take, act("POST", `/help-shifts/${one.id}/seats`, say.agreed),
        { key: "take", kind: "main" }));
    }
    parts.push(one.offers.slice(0, 1).map((other) => doing(app, say.over,
      act("POST", `/help-seats/${other}/takeover`, say.takenOver), { key: "over", kind: "main" })));
  }
  if (one.state === "confirmed" && !one.is_visit && !one.is_cancelled) {
    parts.push(mayCheckIn(one)
      ? doing(app, say.in, act("POST", seat("check-in"), say.checkedIn), { key: "in", kind: "main" })
      : make("p", {}, say.early(momentText(new Date(Date.parse(one.begins) - earlyMilliseconds)
        .toISOString(), app.language))));
  }
  if (one.state === "under_way" && !one.is_visit) {
    parts.push(doing(app, say.out, act("POST", seat("check-out"), say.checkedOut),
      { key: "out", kind: "main" }));
  }
  if (one.state === "confirmed" && isOpen) {
    parts.push(make("p", { class: "quiet" }, say.swapHint), one.is_offered
      ? doing(app, say.keep, act("PUT", seat("swap"), say.kept, { is_offered: false }), { key: "swap" })
      : doing(app, say.swap, act("PUT", seat("swap"), say.swapped, { is_offered: true }),
        { key: "swap" }));
  }
  parts.push(seatActs(app, one));
  return parts.flat().length ? make("section", { class: "card" }, parts) : null;
}

function noting(app, one) {
  const say = app.say(words);
  return make("section", { class: "card" }, foldedForm(app, "note", say.note, {
    hint: say.noteHint, send: say.save, values: { note: "" },
    fields: (form) => [form.field("/note", say.noteAsk, form.area("note",
      { maxlength: 500, rows: 3 }))],
    act: async ({ note }) => {
      await write("PUT", app.path(`/help-seats/${one.seat}/note`), { note: note.trim() });
      return say.noted;
    },
  }));
}
