// The money of an errand: said before, paid by a receipt, confirmed by both.

import { write } from "../activities/client.js";
import { facts, make } from "../activities/parts.js";
import { doing, foldedForm } from "../people/doing.js";
import { isUnconfirmed } from "./help.js";

const words = {
  zh: {
    title: "代买的钱", hint: "先说好最多多少钱，只用现金。不要给银行卡、密码、存折。", said: "说好的", paid: "实付", receipt: "小票",
    yuan: (fen) => `${(fen / 100).toFixed(2)} 元`, say: "说好金额", sayAsk: "最多多少元",
    sayDone: "已记下，对方看得到。",
    show: "填实付和小票", paidAsk: "实付多少元", receiptAsk: "小票上写了什么", showDone: "已记下，请双方确认。",
    confirm: "金额对，确认办好了",
    confirmHelper: "确认办好了", differ: "金额不对", differAsk: "您付了多少元", differHint: "居委会会请双方核对；请留好小票。",
    differSend: "请居委会核对", confirmed: "已确认，谢谢您。", waits: "等帮手填实付和小票。",
  },
  en: {
    title: "The money of the errand",
    hint: "Say before how much it may cost, and use cash. No bank card, no code, no bank book.",
    said: "Agreed", paid: "Paid", receipt: "Receipt",
    yuan: (fen) => `${(fen / 100).toFixed(2)} yuan`,
    say: "Say how much", sayAsk: "At most, in yuan", sayDone: "Noted: the other side sees it.",
    show: "What was paid, and the receipt", paidAsk: "Paid, in yuan",
    receiptAsk: "What the receipt says", showDone: "Noted: both confirm it.",
    confirm: "The sum is right: confirm it", confirmHelper: "Confirm that it was done",
    differ: "The sum is wrong", differAsk: "What you paid, in yuan",
    differHint: "The residents’ committee compares both; please keep the receipt.",
    differSend: "Let the committee look at it", confirmed: "Confirmed. Thank you.",
    waits: "The helper enters what was paid.",
  },
};

const fenOf = (yuan) => Math.round(Number(yuan) * 100);

export function cash(app, one, receipt) {
  const say = app.say(words);
  const isLive = one.state === "planned" || one.state === "under_way";
  const isSaid = one.cash_fen !== undefined;
  const isPaid = one.paid_fen !== undefined;
  if (!isSaid && !isLive) return null;
  const money = (fen) => fen !== undefined && say.yuan(fen);
  return make("section", { class: "card" }, make("h2", {}, say.title),
    isLive && make("p", { class: "quiet" }, say.hint),
    facts([say.said, money(one.cash_fen)], [say.paid, money(one.paid_fen)],
      [say.receipt, receipt]),
    isLive && !isPaid && saying(app, one),
    one.side === "helper" && isSaid && one.state !== "planned" && !one.helper_confirmed_at
      && !one.person_confirmed_at && paying(app, one),
    isUnconfirmed(one) && isSaid && (isPaid ? confirming(app, one) : make("p", {}, say.waits)));
}

const sum = (form, name) => form.input(name, "number",
  { min: 0, step: "0.01", inputmode: "decimal" });

function saying(app, one) {
  const say = app.say(words);
  return foldedForm(app, "cash", say.say, {
    send: say.say,
    fields: (form) => [form.field("/fen", say.sayAsk, sum(form, "yuan"))],
    act: async ({ yuan }) => {
      await write("PUT", app.pathFor(`/visits/${one.id}/cash`), { fen: fenOf(yuan ?? "") });
      return say.sayDone;
    },
  });
}

function paying(app, one) {
  const say = app.say(words);
  return foldedForm(app, "receipt", say.show, {
    send: say.show,
    fields: (form) => [form.field("/paid_fen", say.paidAsk, sum(form, "yuan")),
      form.field("/receipt", say.receiptAsk, form.area("receipt", { maxlength: 500, rows: 3 }))],
    act: async ({ yuan, receipt }) => {
      await write("PUT", app.pathFor(`/visits/${one.id}/receipt`),
        { paid_fen: fenOf(yuan ?? ""), receipt: receipt?.trim() ?? "" });
      return say.showDone;
    },
  });
}

/** Who is helped says what it cost it, so that two sums can be compared. */
function confirming(app, one) {
  const say = app.say(words);
  const confirm = async (fen) => {
    await write("POST", app.pathFor(`/visits/${one.id}/confirmation`), { paid_fen: fen });
    return say.confirmed;
  };
  return [
    doing(app, one.side === "helper" ? say.confirmHelper : say.confirm,
      () => confirm(one.paid_fen), { key: "confirm", kind: "main" }),
    one.side !== "helper" && foldedForm(app, "differ", say.differ, {
      hint: say.differHint, send: say.differSend,
      fields: (form) => [form.field("/paid_fen", say.differAsk, sum(form, "yuan"))],
      act: ({ yuan }) => confirm(fenOf(yuan ?? "")),
    })];
}
