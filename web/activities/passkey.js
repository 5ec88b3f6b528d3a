// Passkeys: signing in by one, adding one, and the second proof of a session.

import { Problem, read, write } from "./client.js";
import { Form } from "./form.js";
import { button, make, problemPlace, tellProblem } from "./parts.js";
import { signedIn } from "./session.js";

const words = {
  zh: {
    enter: "用通行密钥登录", offer: "下次不用等短信", add: "添加通行密钥", later: "以后再说",
    why: "用指纹、面容或锁屏密码登录，更快，也更安全。", added: "已添加通行密钥。",
    stopped: "没有完成。请解锁设备再试一次，或用短信验证码登录。",
    title: "再次验证", proved: "这台设备已经验证过是您本人。",
    hint: "办理重要事情前，请再证明一次是您本人。可用下面任何一种方式。",
    byPasskey: "用通行密钥", code: "纸质设备码", codeHint: "办公台给您的十二个字符。", prove: "提交",
    ask: "请家人或办公台确认", number: (number) => `请对方在其屏幕上填写：${number}`,
    office: "履行职务须用通行密钥，或由另一位值班人员在办公台确认。", done: "已验证。",
    inDoubt: "这个手机号很久没有使用，或被报告已换了主人，请再证明一次是您本人。", confirmed: "对方已确认",
  },
  en: {
    enter: "Sign in with a passkey", offer: "No more waiting for messages", add: "Add a passkey",
    later: "Not now", why: "Sign in with a finger, your face or the screen's PIN: faster, and safer.",
    added: "The passkey was added.",
    stopped: "That was not finished. Unlock the device and try again, or sign in with a code.",
    title: "Prove that it is you", proved: "This device has proved that it is you.",
    hint: "Before something that matters, prove once more that it is you, in any of these ways.",
    byPasskey: "With a passkey", code: "A device's code on paper",
    codeHint: "Twelve characters, from the desk.", prove: "Send",
    ask: "Ask my household or the desk", number: (number) => `Let the other one enter: ${number}`,
    office: "An office takes a passkey, or another officer at the desk.", done: "It is proved.",
    inDoubt: "This phone was not used for long, or is said to have changed hands: prove that it is you.",
    confirmed: "It was confirmed",
  },
};

/** Whether this browser knows passkeys, in the form that the server speaks. */
export const canPasskeys = () =>
  typeof window.PublicKeyCredential?.parseCreationOptionsFromJSON === "function";

async function create() {
  const options = await read("/api/v1/me/passkey-options?for=add");
  const made = await navigator.credentials.create({
    publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options),
  });
  await write("POST", "/api/v1/me/passkeys", { credential: made.toJSON() });
}

async function assert(optionsPath, path) {
  const options = await read(optionsPath);
  const answer = await navigator.credentials.get({
    publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options),
  });
  return write("POST", path, { credential: answer.toJSON() });
}

/** A button for something with a passkey, and where its trouble is told. */
function passkeyButton(app, text, act, kind = "") {
  const trouble = problemPlace("passkey");
  return [button(text, async () => {
    try {
      await act();
    } catch (problem) {
      // The browser's own refusals have no status, and no words for people.
      const told = problem instanceof DOMException
        ? new Problem(422, { title: app.say(words).stopped }) : problem;
      if (told.status === undefined) throw problem;
      tellProblem(trouble, told, app.language);
    }
  }, { kind }), trouble];
}

/** What goes on where the phone is in doubt: a code on paper, or somebody who vouches. */
export function doubt(app, state, enter) {
  const say = app.say(words);
  const form = new Form(app.language, state);
  const input = form.input("paper", "text", { maxlength: 40, autocapitalize: "characters" });
  const path = "/api/v1/sign-in/proofs";
  const part = form.done([form.field("/code", say.code, input, say.codeHint)], say.prove, async () =>
    enter(await write("POST", path, { ticket: state.ticket, code: input.value.trim() })));
  part.prepend(make("p", {}, say.inDoubt));
  if (state.asked) {
    part.append(make("p", { class: "number" }, say.number(state.asked.number)),
      button(say.confirmed, async () => {
        try {
          await enter(await write("POST", path, { ticket: state.ticket, request: state.asked.request }));
        } catch (problem) {
          form.tell(problem);
        }
      }));
  } else {
    part.append(button(say.ask, async () => {
      state.asked = await write("POST", "/api/v1/sign-in/proof-requests", { ticket: state.ticket });
      app.show();
    }));
  }
  return part;
}

/** Signing in by a passkey, beside the phone; nothing where the browser knows none. */
export function passkeyEntry(app, enter) {
  if (!canPasskeys()) return null;
  return make("div", { class: "card" }, passkeyButton(app, app.say(words).enter, async () => {
    await assert("/api/v1/sign-in/passkey-options", "/api/v1/sign-in/passkeys");
    signedIn();
    await enter();
  }));
}

/** What follows a sign-in without a passkey: an offer, which may be left. */
export function passkeyOffer(app, enter) {
  const say = app.say(words);
  return make("div", { class: "card" }, make("h2", {}, say.offer), make("p", {}, say.why),
    passkeyButton(app, say.add, async () => {
      await create();
      await enter();
      app.tell(say.added);
    }, "act"), button(say.later, enter));
}

/** A button that adds one; `done` follows. */
export const passkeyAdding = (app, done) => canPasskeys()
  && passkeyButton(app, app.say(words).add, async () => {
    await create();
    await done(app.say(words).added);
  });

/** The second proof of this session. */
export const proof = {
  title: (app) => app.say(words).title,
  needsPerson: true,
  read: async () => ({ proof: await read("/api/v1/me/proof") }),
  sections: (app, { proof: state }) => [
    { key: "proof", of: state, make: () => make("div", { class: "card" },
      make("p", {}, state.is_proved ? app.say(words).proved : app.say(words).hint),
      make("p", {}, app.say(words).office), ways(app, state)) },
  ],
};

async function proved(app) {
  await app.refresh();
  app.tell(app.say(words).done);
}

function ways(app, state) {
  const say = app.say(words);
  const values = (app.state.proof ??= {});
  const form = new Form(app.language, values);
  const input = form.input("code", "text", { maxlength: 40, autocapitalize: "characters" });
  return [
    canPasskeys() && state.ways.includes("passkey") && passkeyButton(app, say.byPasskey, async () => {
      await assert("/api/v1/me/passkey-options?for=prove", "/api/v1/me/proof/passkeys");
      await proved(app);
    }, "act"),
    form.done([form.field("/code", say.code, input, say.codeHint)], say.prove, async () => {
      await write("POST", "/api/v1/me/proof/codes", { code: input.value.trim() });
      delete values.code;
      await proved(app);
    }),
    state.asked
      ? make("p", { class: "number" }, say.number(state.asked.number))
      : button(say.ask, async () => {
        await write("POST", "/api/v1/me/proof/requests");
        await app.refresh();
      }),
  ];
}
