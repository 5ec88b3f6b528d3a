// Where the code on a poster leads: to the activity's next meeting.

import { read } from "./client.js";
import { bilingual, make } from "./parts.js";

const words = {
  zh: { title: "活动", over: "这个活动没有接下来的场次了。" },
  en: { title: "Activity", over: "There are no more meetings of this activity." },
};

export const see = {
  title: (app) => app.say(words).title,
  async read(app) {
    const { activity, occurrences } = await read(app.path(`/activities/${app.id}`));
    const next = occurrences.find((one) => one.state === "scheduled") ?? occurrences[0];
    if (next) location.replace(`#/occurrence/${next.id}`);
    return { activity };
  },
  sections: (app, { activity }) => [{ key: "over", of: activity, make: () =>
    make("div", { class: "card" }, bilingual("h2", activity, "title", app.language),
      make("p", {}, app.say(words).over)) }],
};
