// Where the reader is signed in, its passkeys, and its phone.

import { read, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { dayText, momentText } from "../activities/moments.js";
import { passkeyAdding } from "../activities/passkey.js";
import { facts, make } from "../activities/parts.js";
import { back, cards, foldedForm } from "./doing.js";

const words = {
  zh: {
    title: "登录、通行密钥和手机号", back: "我的", sessions: "登录着的设备", unnamed: "一台设备",
    here: "就是这台", since: "登录于", seen: "最近使用", until: "有效至", end: "让它退出",
    endSure: "让这台设备退出登录？再用要重新登录。", ended: "已退出。",
    all: "让其他设备全部退出", allSure: "让其他设备全部退出，并忘记所有设备？它们再用要重新登录和验证。",
    allYes: "全部退出", allDone: (count) => `已退出 ${count} 台。`,
    passkeys: "通行密钥", noPasskeys: "还没有通行密钥。", trusted: "✓ 可作证明", untrusted: "还不能作证明",
    used: "最近使用", made: "添加于", remove: "删去", removeSure: "删去这个通行密钥？不能恢复，可以再添加。",
    removed: "已删去。", phone: "手机号", change: "换手机号",
    changeHint: "新号码会收到验证码。须先验证这台设备。", number: "新手机号", send: "发送验证码",
    code: "短信里的六位验证码", enter: "换成这个号码", changed: "手机号已更换。",
    report: "这个手机号不再是我的", reportSure: "报告旧号码已不属于您？下次用它登录须再验证一次，没有验证过的登录会退出。",
    reportYes: "报告", reported: "已报告。", sent: "若号码无误，验证码会发到手机。",
  },
  en: {
    title: "Sessions, passkeys and phone", back: "Me", sessions: "Where you are signed in",
    unnamed: "A device", here: "This one", since: "Signed in", seen: "Last used",
    until: "Good until", end: "Sign it out", endSure: "Sign this device out?", ended: "Signed out.",
    all: "Sign all others out",
    allSure: "Sign all other devices out, and forget every device? They sign in and prove anew.",
    allYes: "Sign them out", allDone: (count) => `${count} signed out.`, passkeys: "Passkeys",
    noPasskeys: "No passkey yet.", trusted: "✓ Proves that it is you", untrusted: "Proves nothing yet",
    used: "Last used", made: "Added", remove: "Remove",
    removeSure: "Remove this passkey? It is not undone; another can be added.", removed: "Removed.",
    phone: "Phone", change: "Another phone number",
    changeHint: "A code goes to the new number. Prove this device first.", number: "New number",
    send: "Send me a code", code: "The six digits of the message", enter: "Use this number",
    changed: "The number was changed.", report: "This phone is not mine any more",
    reportSure: "Report that the number is not yours? It then signs in with a second proof only, "
      + "and sessions without a proof end.", reportYes: "Report it", reported: "Reported.",
    sent: "If the number is right, a code was sent to it.",
  },
};

export const devices = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read() {
    const [{ sessions }, { passkeys }] = await Promise.all([
      read("/api/v1/me/sessions"), read("/api/v1/me/passkeys")]);
    return { sessions, passkeys };
  },
  sections(app, { sessions, passkeys }) {
    const say = app.say(words);
    return [
      back(say.back, "#/me"),
      cards("sessions", say.sessions, sessions, (one) => session(app, one)),
      sessions.length > 1 && { key: "all", of: null, make: () => confirmation(app, "all", {
        open: say.all, question: say.allSure, confirm: say.allYes, kind: "danger" }, async () => {
        const { ended } = await write("DELETE", "/api/v1/me/sessions");
        await app.refresh();
        app.tell(say.allDone(ended));
      }) },
      cards("passkeys", say.passkeys, passkeys, (one) => passkey(app, one), say.noPasskeys),
      { key: "add", of: passkeys.length, make: () => make("div", {}, passkeyAdding(app,
        async (done) => { await app.refresh(); app.tell(done); })) },
      { key: "phone", of: null, make: () => phone(app) },
    ];
  },
};

function session(app, one) {
  const say = app.say(words);
  return make("li", { class: "card" }, make("h3", {}, one.device_label || say.unnamed),
    one.is_current && make("p", { class: "marks" },
      make("span", { class: "mark fresh" }, `✓ ${say.here}`)),
    facts([say.since, momentText(one.created_at, app.language)],
      [say.seen, dayText(one.last_seen_on, app.language)],
      [say.until, momentText(one.expires_at, app.language)]),
    !one.is_current && confirmation(app, `end-${one.id}`, { open: say.end, question: say.endSure,
      confirm: say.end, kind: "danger" }, async () => {
      await write("DELETE", `/api/v1/me/sessions/${one.id}`);
      await app.refresh();
      app.tell(say.ended);
    }));
}

function passkey(app, one) {
  const say = app.say(words);
  return make("li", { class: "card" }, make("h3", {}, one.label || say.passkeys),
    make("p", { class: "marks" }, make("span",
      { class: one.is_trusted ? "mark fresh" : "mark quiet" },
      one.is_trusted ? say.trusted : say.untrusted)),
    facts([say.made, momentText(one.created_at, app.language)],
      [say.used, one.last_used_on && dayText(one.last_used_on, app.language)]),
    confirmation(app, `passkey-${one.id}`, { open: say.remove, question: say.removeSure,
      confirm: say.remove, kind: "danger" }, async () => {
      await write("DELETE", `/api/v1/me/passkeys/${one.id}`);
      await app.refresh();
      app.tell(say.removed);
    }));
}

function phone(app) {
  const say = app.say(words);
  return make("section", { class: "card" }, make("h2", {}, say.phone),
    app.state.phone?.request ? codeStep(app, say) : numberStep(app, say),
    confirmation(app, "report", { open: say.report, question: say.reportSure,
      confirm: say.reportYes, kind: "danger" }, async () => {
      await write("POST", "/api/v1/me/phone-reports");
      await app.refresh();
      app.tell(say.reported);
    }));
}

const numberStep = (app, say) => foldedForm(app, "change", say.change, {
  hint: say.changeHint, send: say.send,
  fields: (form) => [form.field("/phone", say.number, form.input("phone", "tel",
    { autocomplete: "tel", inputmode: "tel", maxlength: 40 }))],
  act: async (values) => {
    const number = values.phone?.trim() ?? "";
    const { request } = await write("POST", "/api/v1/me/phone-codes", { phone: number });
    app.state.phone = { request, number };
    return say.sent;
  },
});

const codeStep = (app, say) => foldedForm(app, "code", say.change, {
  isOpen: true, send: say.enter,
  fields: (form) => [form.field("/code", say.code, form.input("code", "text",
    { autocomplete: "one-time-code", inputmode: "numeric", maxlength: 12 }))],
  act: async (values) => {
    const { request, number } = app.state.phone;
    await write("PUT", "/api/v1/me/phone",
      { phone: number, request, code: values.code?.trim() ?? "" });
    delete app.state.phone;
    return say.changed;
  },
});
