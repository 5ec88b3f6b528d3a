// For whom the pages of help are read and written: the reader, or one whose delegate it is.

import { now, onBehalf, read, readIfAny } from "./client.js";
import { button, make, problemPlace, tellProblem } from "./parts.js";

const words = {
  zh: {
    whose: "为谁办", me: "我自己", acting: (name) => `您正在为${name}办理`,
    elsewhere: (name) => `这一页是您自己的。互助的页面上，您正在为${name}办理。`, own: "改回我自己",
  },
  en: {
    whose: "For whom", me: "Myself", acting: (name) => `You act for ${name}`,
    elsewhere: (name) => `This page is your own. On the pages of help you act for ${name}.`,
    own: "Act for myself again",
  },
};

const actingName = "linli-acting";

function stored() {
  try { return sessionStorage.getItem(actingName); } catch { return null; }
}

function keep(person) {
  try { sessionStorage.setItem(actingName, person ?? ""); } catch { /* the page has it */ }
}

/** For whom the reader may act now, by name, and for whom it did before the page was loaded. */
export async function readMandates(app) {
  if (!app.person) return { mandates: [], acting: null };
  const { delegations } = await readIfAny(app.path("/delegations"), { delegations: [] });
  const current = delegations.filter((one) => one.doer === app.person
    && Date.parse(one.begins) <= now());
  if (!current.length) return { mandates: [], acting: null };
  const names = new Map(current.map((one) => [one.beneficiary, one.beneficiary_name]));
  const mandates = [...names].map(([person, name]) => ({ person, name }));
  return { mandates, acting: mandates.find((one) => one.person === stored()) ?? null };
}

/** Says on every page for whom one acts; where that can be another, it is chosen here. */
export function whoseBanner(app, current) {
  if (!app.mandates.length || !(app.acting || current?.forAnother)) return [];
  return [{ key: "whose", of: [app.acting, app.mandates, Boolean(current?.forAnother)],
    make: () => (current?.forAnother ? choosing(app) : elsewhere(app)) }];
}

function elsewhere(app) {
  const say = app.say(words);
  return make("div", { class: "banner" }, make("p", {}, say.elsewhere(app.acting.name)),
    button(say.own, () => choose(app, null), { key: "own" }));
}

function choosing(app) {
  const say = app.say(words);
  const trouble = problemPlace("whose");
  const select = make("select", { id: "whose", "data-focus": "whose" },
    make("option", { value: "" }, say.me),
    app.mandates.map(({ person, name }) => make("option", { value: person }, name)));
  select.value = app.acting?.person ?? "";
  select.addEventListener("change", async () => {
    const mandate = app.mandates.find((one) => one.person === select.value) ?? null;
    tellProblem(trouble, null);
    try {
      // What the mandate does not cover is told here, before anything is done for her.
      if (mandate) await read(onBehalf(app.path("/help-requests?limit=1"), mandate.person));
      choose(app, mandate);
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      select.value = app.acting?.person ?? "";
      tellProblem(trouble, problem, app.language);
    }
  });
  return make("div", { class: app.acting ? "banner" : "card" },
    app.acting && make("p", { class: "title" }, say.acting(app.acting.name)),
    make("label", { for: "whose" }, say.whose), select, trouble);
}

/** From here on what is done is one's own again. */
export function ownAgain(app) {
  keep(null);
  app.acting = null;
}

function choose(app, mandate) {
  keep(mandate?.person);
  app.acting = mandate;
  // What is one's own is not the other's: a page about one thing leads back to all of them.
  app.go(app.id && !location.hash.startsWith("#/help-ask/") ? "#/help" : location.hash);
}
