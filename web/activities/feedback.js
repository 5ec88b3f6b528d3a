// What those who came say afterwards; its organisers read it.

import { write } from "./client.js";
import { Form } from "./form.js";
import { make } from "./parts.js";

export const words = {
  zh: {
    heading: "这次活动怎么样？", hint: "只有组织者看得到。", more: "还想说什么？（可以不填）", send: "提交",
    thanks: "谢谢您的反馈。", verdicts: { good: "很好", mixed: "一般", poor: "不好" },
    choose: "请选一个。",
  },
  en: {
    heading: "How was it?", hint: "Only its organisers read this.",
    more: "Anything else? (optional)",
    send: "Send", thanks: "Thank you for telling us.",
    verdicts: { good: "Good", mixed: "So-so", poor: "Not good" }, choose: "Please choose one.",
  },
};

export function feedbackForm(app, one) {
  const say = app.say(words);
  const values = (app.state.feedback ??= {});
  if (values.isGiven) return make("section", { class: "card" }, make("p", {}, say.thanks));
  const form = new Form(app.language, values);
  const choices = Object.entries(say.verdicts).map(([code, text]) => {
    const box = make("input", { type: "radio", name: "verdict", value: code });
    box.checked = values.verdict === code;
    box.addEventListener("change", () => { values.verdict = code; });
    return make("label", { class: "choice" }, box, make("span", {}, text));
  });
  const group = form.group("/verdict", say.heading, say.hint, choices);
  const area = form.area("body", { maxlength: 1000, rows: 3 });
  const part = form.done([group, form.field("/body", say.more, area)], say.send, async () => {
    if (!values.verdict) {
      app.tell(say.choose);
      return group.querySelector("input").focus();
    }
    const body = area.value.trim();
    await write("POST", app.path(`/occurrences/${one.id}/feedback`),
      { verdict: values.verdict, ...(body ? { body } : {}) });
    values.isGiven = true;
    app.show();
  });
  return make("section", { class: "card" }, part);
}
