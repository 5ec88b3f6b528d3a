// Beginning a conversation about an activity.

import { write } from "../activities/client.js";
import { foldedForm } from "../people/doing.js";

const words = {
  zh: {
    ask: "问组织者", askHint: "只有您和组织者看得到。请不要写电话号码。", to: "联系这个人", toHint: "只有您们和组织者看得到。",
    write: "想说的话", send: "发送", sent: "已发送。",
  },
  en: {
    ask: "Ask the organisers", askHint: "Seen by you and them alone. Leave telephone numbers out.",
    to: "Write to this person", toHint: "Seen by the organisers and this person alone.",
    write: "Your words", send: "Send", sent: "Sent.",
  },
};

/** A question to the organisers, or an organiser's words to one who comes. */
export function asking(app, activity, person) {
  const say = app.say(words);
  const key = `ask-${person ?? activity}`;
  return foldedForm(app, key, person ? say.to : say.ask, {
    hint: person ? say.toHint : say.askHint, send: say.send,
    fields: (form) => [form.field("/body", say.write,
      form.area("body", { maxlength: 1000, rows: 3 }))],
    act: async ({ body }) => {
      const said = await write("POST", app.path("/conversations"), { kind: "activity",
        about: activity, body: body?.trim() ?? "", ...(person ? { person } : {}) });
      app.go(`#/talk/${said.conversation}`);
    },
  });
}
