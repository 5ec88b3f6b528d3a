// Signing in by a code that is sent to a phone.

import { write } from "./client.js";
import { Form } from "./form.js";
import { canPasskeys, doubt, passkeyEntry, passkeyOffer } from "./passkey.js";
import { button, make, problemPlace, tellProblem } from "./parts.js";
import { signedIn } from "./session.js";

const words = {
  zh: {
    title: "登录", phone: "手机号", hint: "请填写在居委会登记的手机号。", send: "发送验证码",
    sent: "若手机号已登记，验证码会发到手机。", code: "短信里的六位验证码", enter: "登录",
    again: "换个手机号，或重发验证码", who: "您是哪一位？",
  },
  en: {
    title: "Sign in", phone: "Phone number", hint: "The one that your committee knows.",
    send: "Send me a code", sent: "If the phone is known, a code was sent to it.",
    code: "The six digits of the message", enter: "Sign in", again: "Another phone, or a new code",
    who: "Who are you?",
  },
};

export const signIn = {
  title: (app) => app.say(words).title,
  read: async () => ({}),
  sections: (app) => [
    { key: "sign-in", of: null, make: () => step(app, (app.state.signIn ??= {})) },
  ],
};

function step(app, state) {
  if (state.offers) return passkeyOffer(app, () => goOn(app));
  if (state.who) return choice(app, state);
  if (state.request) return codeForm(app, state);
  return make("div", {}, phoneForm(app, state), passkeyEntry(app, () => goOn(app)));
}

async function enter(app, answer) {
  signedIn();
  if (!answer.offers_passkey || !canPasskeys()) return goOn(app);
  app.state.signIn.offers = true;
  app.show();
}

async function goOn(app) {
  // On to where one wanted to go.
  if (location.hash.startsWith("#/sign-in")) history.replaceState(null, "", app.back || "#/");
  await app.start();
}

function phoneForm(app, state) {
  const say = app.say(words);
  const form = new Form(app.language, state);
  const input = form.input("phone", "tel",
    { autocomplete: "tel", inputmode: "tel", maxlength: 40 });
  return form.done([form.field("/phone", say.phone, input, say.hint)], say.send, async () => {
    const made = await write("POST", "/api/v1/sign-in/codes", { phone: input.value.trim() });
    state.request = made.request;
    app.show();
    app.tell(say.sent);
    document.querySelector("#page input").focus();
  });
}

function codeForm(app, state) {
  const say = app.say(words);
  const form = new Form(app.language, state);
  const input = form.input("code", "text",
    { autocomplete: "one-time-code", inputmode: "numeric", maxlength: 12 });
  const part = form.done([form.field("/code", say.code, input)], say.enter, async () => {
    const answer = await write("POST", "/api/v1/sign-in/sessions",
      { request: state.request, code: input.value.trim() });
    if (!answer.who) return enter(app, answer);
    Object.assign(state, answer);
    app.show();
  });
  part.append(button(say.again, () => {
    delete state.request;
    delete state.code;
    app.show();
  }));
  return part;
}

/** Who of those that share the phone. */
function choice(app, state) {
  const trouble = problemPlace("who");
  const other = state.needs_proof && doubt(app, state, (answer) => enter(app, answer));
  if (!state.who.length) return other;
  return make("div", {}, make("div", { class: "card" }, make("h2", {}, app.say(words).who), trouble,
    make("div", { class: "buttons tall" }, state.who.map(({ account, name }) => button(name,
      async () => {
        try {
          await enter(app,
            await write("POST", "/api/v1/sign-in/choices", { ticket: state.ticket, account }));
        } catch (problem) {
          if (problem.status === undefined) throw problem;
          tellProblem(trouble, problem, app.language);
        }
      })))), other);
}
