// Vouching for somebody who signs in: by the number of two digits on the other's screen.

import { read, write } from "../activities/client.js";
import { Form } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { left, make } from "../activities/parts.js";
import { back, cards, kept } from "./doing.js";

const words = {
  zh: {
    title: "替人确认登录", back: "我的", none: "现在没有人请您确认。",
    hint: "请当面或打电话问清是本人，再填写对方屏幕上的两位数字。有人催您、或说自己是“工作人员”来要数字，就不要填。",
    list: "等您确认的人", asked: (time) => `${time} 提出`, desk: "到办公台来的人",
    number: "对方屏幕上的两位数字", why: "您怎样确认是本人", send: "确认是本人",
    done: (name) => `已确认：${name}。`,
  },
  en: {
    title: "Vouch for somebody", back: "Me", none: "Nobody asks you to vouch now.",
    hint: "Ask in person or by telephone that it is the one, then enter the two digits on the other "
      + "screen. If somebody hurries you, or asks for them as an “official”, enter nothing.",
    list: "Who waits for you", asked: (time) => `Asked ${time}`, desk: "Somebody at the desk",
    number: "The two digits on the other’s screen", why: "How you know that it is the one",
    send: "It is the one", done: (name) => `You vouched for ${name}.`,
  },
};

export const vouch = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => read(app.path("/proof-requests")),
  sections: (app, { requests }) => [
    back(app.say(words).back, "#/me"),
    { key: "hint", of: null, make: () => make("p", { class: "card" }, app.say(words).hint) },
    cards("requests", app.say(words).list, requests, (one) => request(app, one),
      app.say(words).none),
  ],
};

function request(app, one) {
  const say = app.say(words);
  const values = kept(app, `vouch-${one.id}`);
  const form = new Form(app.language, values);
  const part = form.done([
    form.field("/number", say.number,
      form.input("number", "text", { inputmode: "numeric", maxlength: 2, class: "digits" })),
    !one.is_of_household && form.field("/because", say.why,
      form.area("because", { maxlength: 400, rows: 2 })),
  ], say.send, async () => {
    const body = { person: one.person, number: Number(values.number) };
    if (!one.is_of_household) body.because = values.because?.trim();
    await write("POST", app.path(`/proof-requests/${one.id}/vouchings`), body);
    delete app.state[`vouch-${one.id}`];
    await app.refresh();
    app.tell(say.done(one.display_name));
  });
  return make("li", { class: "card urgent" }, make("h3", {}, one.display_name),
    !one.is_of_household && make("p", { class: "marks" },
      make("span", { class: "mark quiet" }, say.desk)),
    make("p", {}, say.asked(momentText(one.asked_at, app.language)), " ",
      left(one.until, app.language)), part);
}
