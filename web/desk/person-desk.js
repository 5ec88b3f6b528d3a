// What the desk does for a visitor: a device's code on paper, and a phone that is not its own.

import { write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { doing, foldedForm } from "../people/doing.js";

const words = {
  zh: {
    code: "开一张纸质设备码", hint: "给本人，用来证明一台设备。以前开的作废。", days: "几天内有效", send: "开码",
    shown: "请抄在纸上交给本人（只显示这一次）：", until: (time) => `${time} 前有效，只能用一次。`, revoke: "作废这张码",
    revoked: "已作废。", report: "手机号已不属于他/她", sure: "报告此人的手机号已换主人？下次用它登录须再验证，没有验证过的登录会退出。",
    because: "怎样知道的", yes: "报告", reported: "已报告。",
  },
  en: {
    code: "A device’s code on paper",
    hint: "For the person itself, to prove a device. The one before is void.",
    days: "Good for how many days", send: "Make the code",
    shown: "Write it down for the person (shown this once):",
    until: (time) => `Good once, until ${time}.`, revoke: "Revoke this code", revoked: "Revoked.",
    report: "The phone is not its own any more",
    sure: "Report that this person’s number has changed hands? It then takes a second proof, and "
      + "sessions without one end.", because: "How you know", yes: "Report it",
    reported: "Reported.",
  },
};

export function deviceCode(app) {
  const say = app.say(words);
  const shown = app.state.deviceCode;
  return make("div", {}, foldedForm(app, "device-code", say.code, {
    hint: say.hint, send: say.send, values: { days: "7" },
    fields: (form) => [form.field("/days", say.days,
      form.input("days", "number", { min: 1, max: 30 }))],
    act: async ({ days }) => {
      app.state.deviceCode = await write("POST", app.path(`/people/${app.id}/device-codes`),
        { days: Number(days) });
      app.show();
    },
  }), shown && make("div", { class: "code", role: "status" }, make("p", {}, say.shown),
    make("output", { class: "long" }, shown.code),
    make("p", {}, say.until(momentText(shown.until, app.language))),
    doing(app, say.revoke, async () => {
      await write("DELETE", app.path(`/device-codes/${shown.id}`));
      delete app.state.deviceCode;
      app.show();
      return say.revoked;
    }, { key: "revoke-code", kind: "danger" })));
}

export function phoneReport(app) {
  const say = app.say(words);
  return confirmation(app, "phone-report", { open: say.report, question: say.sure,
    reason: say.because, confirm: say.yes, kind: "danger" }, async (because) => {
    await write("POST", app.path(`/people/${app.id}/phone-reports`), { because: because ?? "" });
    await app.refresh();
    app.tell(say.reported);
  });
}
