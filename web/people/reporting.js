// Reporting a post; nobody learns who did.

import { write } from "../activities/client.js";
import { options } from "../activities/words.js";
import { foldedForm } from "./doing.js";
import { reportKinds } from "./post-words.js";

const words = {
  zh: {
    open: "举报", hint: "社工会看。没有人会知道是谁举报的。", kind: "怎么了", text: "想补充的话（可不填）", send: "举报",
    sent: "已举报，社工会看。",
  },
  en: {
    open: "Report it", hint: "A social worker looks at it. Nobody learns who reported.",
    kind: "What is wrong", text: "In your words, if you like", send: "Report",
    sent: "Reported: a social worker looks at it.",
  },
};

export const reporting = (app, kind, thing) => {
  const say = app.say(words);
  return foldedForm(app, `report-${thing}`, say.open, {
    hint: say.hint, send: say.send, values: { kind: "scam" },
    fields: (form) => [
      form.field("/kind", say.kind, form.select("kind", options(reportKinds, app.language))),
      form.field("/words", say.text, form.area("words", { maxlength: 2000, rows: 2 })),
    ],
    act: async (values) => {
      const body = { thing_kind: kind, thing, kind: values.kind };
      if (values.words?.trim()) body.words = values.words.trim();
      await write("POST", app.path("/reports"), body);
      return say.sent;
    },
  });
};
