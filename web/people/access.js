// Requests of software operators to read data: seen by who asked, and decided by the committee.

import { write } from "../activities/client.js";
import { Form, confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { cards, kept } from "./doing.js";
import { nameOf } from "./names.js";

const words = {
  zh: {
    title: "软件运维的查阅申请", whole: "全小区", who: "谁的", kind: "什么", why: "为什么", hours: "多久",
    forHours: (count) => `${count} 小时`, asked: "提出", ends: "到",
    states: { waiting: "等居委会决定", open: "已批准，正在生效", refused: "已拒绝", lapsed: "过期未决定",
      ended: "已结束" },
    approve: "批准", refuse: "拒绝", end: "提前结束", endSure: "立即结束这次查阅？不能恢复，须重新申请。",
    refuseSure: "拒绝这个申请？对方会收到通知。", announcement: "先向全小区公告，再填公告的编号",
    approved: "已批准，当事人会收到通知。", refused: "已拒绝。", ended: "已结束。",
  },
  en: {
    title: "Requests of the software’s operators", whole: "The whole estate", who: "Whose",
    kind: "What", why: "Why", hours: "How long", asked: "Asked", ends: "Until",
    forHours: (count) => (count === 1 ? "1 hour" : `${count} hours`),
    states: { waiting: "Waits for the committee", open: "Approved, and open", refused: "Refused",
      lapsed: "Lapsed", ended: "Ended" },
    approve: "Approve", refuse: "Refuse", end: "End it now",
    endSure: "End this at once? It is not undone: it takes a new request.",
    refuseSure: "Refuse this request? Who asked is told.",
    announcement: "Announce it to the estate first: the announcement’s id",
    approved: "Approved: the person is told.", refused: "Refused.", ended: "Ended.",
  },
};

/** Those that the API shows to this reader, if any; `mayDecide` at the desk. */
export function accessRequests(app, requests, names, mayDecide = false) {
  if (!requests.length) return [];
  return [cards("access", app.say(words).title, requests,
    (one) => request(app, one, names, mayDecide))];
}

function request(app, one, names, mayDecide) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  return make("li", { class: one.state === "waiting" ? "card urgent" : "card" },
    make("h3", {}, one.asked_name),
    make("p", { class: "marks" }, make("span", { class: "mark quiet" }, say.states[one.state])),
    facts([say.who, one.person ? nameOf(app, names, one.person) : say.whole],
      [say.kind, one.kind], [say.why, one.because], [say.hours, say.forHours(one.hours)],
      [say.asked, time(one.asked_at)], [say.ends, time(one.ends)]),
    mayDecide && one.state === "waiting" && approval(app, one),
    mayDecide && one.state === "waiting" && confirmation(app, `refuse-${one.id}`,
      { open: say.refuse, question: say.refuseSure, confirm: say.refuse, kind: "danger" },
      () => decide(app, one, { decision: "refused" }, say.refused)),
    one.state === "open" && (mayDecide || one.asked_by === app.person)
      && confirmation(app, `close-${one.id}`,
        { open: say.end, question: say.endSure, confirm: say.end, kind: "danger" }, async () => {
          await write("DELETE", app.path(`/access-requests/${one.id}`));
          await app.refresh();
          app.tell(say.ended);
        }));
}

async function decide(app, one, body, done) {
  await write("POST", app.path(`/access-requests/${one.id}/decision`), body);
  await app.refresh();
  app.tell(done);
}

function approval(app, one) {
  const say = app.say(words);
  const values = kept(app, `approve-${one.id}`);
  const form = new Form(app.language, values);
  return form.done([!one.person && form.field("/announcement", say.announcement,
    form.input("announcement", "text", { maxlength: 36 }))], say.approve, () =>
    decide(app, one, { decision: "approved",
      ...(values.announcement?.trim() ? { announcement: values.announcement.trim() } : {}) },
    say.approved));
}
