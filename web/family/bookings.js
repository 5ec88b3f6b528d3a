// What a child has joined: taking it back, and the code by which somebody fetches it.

import { now, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText, spanText } from "../activities/moments.js";
import { bilingual, left, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { foldedForm } from "../people/doing.js";
import { nameOf } from "../people/names.js";
import { childStates } from "./words.js";

const words = {
  zh: {
    mine: "我报的名", other: "不是我报的名", arrived: (time) => `${time} 已签到`, gone: (time) => `${time} 已接走`,
    back: "撤回报名", backSure: "撤回这个报名？孩子立即从名单上消失；名额为另一位监护人保留 24 小时。", taken: "已撤回。",
    code: "出示接送码", codeHint: "给组织者看，他/她核对后把孩子交给接的人。只显示这一次，只能用一次。",
    who: "谁来接", show: "请给组织者看：", for: (name) => `接的人：${name}`,
    lives: (time) => `${time} 前有效，只能用一次。`,
  },
  en: {
    mine: "Joined by me", other: "Not joined by me", arrived: (time) => `Came ${time}`,
    gone: (time) => `Fetched ${time}`, back: "Take it back",
    backSure: "Take this back? The child is in no list any more, at once; the place is kept 24 hours "
      + "for another guardian.", taken: "Taken back.", code: "Show the pick-up code",
    codeHint: "An organiser reads it and hands the child over. Shown this once, and good once.",
    who: "Who fetches it", show: "Show it to an organiser:", for: (name) => `Fetched by ${name}`,
    lives: (time) => `Good once, until ${time}.`,
  },
};

// From an hour before the begin until two hours after the end.
const beforeMilliseconds = 3_600_000;
const afterMilliseconds = 7_200_000;

const isFetchTime = (one) => now() >= Date.parse(one.begins) - beforeMilliseconds
  && now() < Date.parse(one.ends) + afterMilliseconds;

/** One booking of a child; `fetchers` were named to fetch it. */
export function booking(app, child, one, fetchers, names) {
  const say = app.say(words);
  const time = (instant) => momentText(instant, app.language);
  const isUrgent = ["offered", "held"].includes(one.state);
  return make("li", { class: isUrgent ? "card urgent" : "card" },
    make("h3", {}, make("a", { href: `#/occurrence/${one.occurrence}`, class: "act" },
      bilingual("span", one, "title", app.language))),
    make("p", { class: "marks" },
      make("span", { class: one.state === "confirmed" ? "mark fresh" : "mark" },
        named(childStates, one.state, app.language)),
      make("span", { class: "mark quiet" }, one.is_mine ? say.mine : say.other)),
    make("p", { class: "when" }, spanText(one.begins, one.ends, app.language)),
    one.checked_in_at && make("p", {}, say.arrived(time(one.checked_in_at))),
    one.checked_out_at && make("p", {}, say.gone(time(one.checked_out_at))),
    one.state === "confirmed" && !one.checked_out_at && isFetchTime(one)
      && fetching(app, child, one, fetchers, names),
    !one.checked_in_at && confirmation(app, `back-${one.reservation}`, { open: say.back,
      question: say.backSure, confirm: say.back, kind: "danger" }, async () => {
      await write("POST",
        app.path(`/children/${child.child}/bookings/${one.reservation}/withdrawal`));
      await app.refresh();
      app.tell(say.taken);
    }));
}

function fetching(app, child, one, fetchers, names) {
  const say = app.say(words);
  const key = `fetch-${one.reservation}`;
  const shown = (app.state.fetching ??= {})[one.reservation];
  const people = [app.person, ...new Set(fetchers)].map((id) => [id, nameOf(app, names, id)]);
  return make("div", {}, foldedForm(app, key, say.code, {
    hint: say.codeHint, send: say.code, values: { fetcher: app.person },
    fields: (form) => [form.field("/fetcher", say.who, form.select("fetcher", people))],
    act: async ({ fetcher }) => {
      const made = await write("POST",
        app.path(`/children/${child.child}/bookings/${one.reservation}/release-codes`),
        fetcher === app.person ? {} : { fetcher });
      app.state.fetching[one.reservation] = { ...made, fetcher };
      app.show();
    },
  }), shown && Date.parse(shown.expires_at) > now()
    && make("div", { class: "code", role: "status" }, make("p", {}, say.show),
      make("output", {}, shown.code.replace(/^(\d{4})/, "$1 ")),
      make("p", {}, say.for(nameOf(app, names, shown.fetcher))),
      make("p", {}, say.lives(momentText(shown.expires_at, app.language)), " ",
        left(shown.expires_at, app.language))));
}
