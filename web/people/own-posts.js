// What was decided on the reader's own posts, why, and an appeal.

import { readPages, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, foldedForm, more } from "./doing.js";
import { postKinds, reasons, visibilities } from "./post-words.js";

const words = {
  zh: {
    title: "我的内容的处理结果", back: "我的", none: "没有被处理过的内容。", when: "时间", why: "原因",
    says: "说明", appeal: "申诉", appealHint: "只能申诉一次，由另一个人裁定。", text: "请说明", send: "提交申诉",
    sent: "已提交申诉。", appealed: (time) => `${time} 已申诉`,
  },
  en: {
    title: "What was decided on my posts", back: "Me", none: "Nothing was decided.", when: "When",
    why: "Because", says: "In words", appeal: "Appeal",
    appealHint: "Once; another person than decided decides on it.", text: "Say why",
    send: "Appeal", sent: "The appeal was sent.", appealed: (time) => `Appealed ${time}`,
  },
};

export const posts = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.path("/me/moderation?limit=20"), "posts", app.state.pages ?? 1),
  sections: (app, { items, hasMore }) => [
    back(app.say(words).back, "#/me"),
    cards("posts", app.say(words).title, items, (one) => post(app, one), app.say(words).none),
    more(app, hasMore),
  ],
};

function post(app, one) {
  const say = app.say(words);
  const text = (instant) => momentText(instant, app.language);
  return make("li", { class: "card" }, make("h3", {}, named(postKinds, one.thing_kind, app.language)),
    make("p", { class: "marks" }, make("span", { class: "mark quiet" },
      named(visibilities, one.visibility, app.language))),
    facts([say.when, text(one.changed_at)],
      [say.why, one.because && named(reasons, one.because, app.language)], [say.says, one.reason]),
    one.appealed_at && make("p", {}, say.appealed(text(one.appealed_at))),
    one.may_appeal && foldedForm(app, `appeal-${one.thing}`, say.appeal, {
      hint: say.appealHint, send: say.send,
      fields: (form) => [form.field("/words", say.text, form.area("words", { maxlength: 2000 }))],
      act: async (values) => {
        await write("POST", app.path(`/me/moderation/${one.thing}/appeal`),
          { words: values.words?.trim() ?? "" });
        return say.sent;
      },
    }));
}
