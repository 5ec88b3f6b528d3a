// A place that is kept for the reader: said on every page, for it does not wait long.

import { readIfAny } from "./client.js";
import { bilingual, left, link, make } from "./parts.js";

const words = {
  zh: { offered: "有名额留给您了：", look: "去确认" },
  en: { offered: "A place is kept for you: ", look: "Answer now" },
};

const known = new Map();

const offered = (app) => app.reservations.filter((one) => one.state === "offered");

/** A line for each offer, but on the page that is about it. */
export function offersBanner(app) {
  const say = app.say(words);
  return offered(app).filter((one) => one.occurrence !== app.id && known.has(one.occurrence))
    .map((one) => ({ key: one.id, of: one.until, make: () => {
      const meeting = known.get(one.occurrence);
      return make("div", { class: "banner" }, make("p", {}, say.offered,
        bilingual("b", meeting, "title", app.language), " · ", left(one.until, app.language)),
      link(say.look, `#/occurrence/${one.occurrence}`, "act main"));
    } }));
}

/** Reads what the offers are for; whether there is something new to say. */
offersBanner.read = async (app) => {
  const missing = offered(app).filter((one) => !known.has(one.occurrence));
  await Promise.all(missing.map(async ({ occurrence: id }) => {
    const one = await readIfAny(app.path(`/occurrences/${id}`), null).catch(() => null);
    if (one) known.set(id, one);
  }));
  return missing.length > 0;
};
