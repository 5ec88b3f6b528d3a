// Acts on the people pages: a button or a folded form, each beside the place of its trouble.

import { Form } from "../activities/form.js";
import { button, fold, link, make, problemPlace, tellProblem } from "../activities/parts.js";

const words = {
  zh: { more: "再看一些" },
  en: { more: "Show more" },
};

/** Does something, reads the page anew, and tells how it ended; a refusal is told at its place. */
async function attempt(app, trouble, act) {
  tellProblem(trouble, null);
  try {
    const done = await act();
    await app.refresh();
    if (done) app.tell(done);
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    tellProblem(trouble, problem, app.language);
  }
}

/**
 * A button that acts at once, for what can be undone as easily; `act` gives the words to tell.
 * `label` says which of several alike it is, to who does not see where it stands.
 */
export function doing(app, text, act, { key, kind, label } = {}) {
  const trouble = problemPlace(key);
  const made = button(text, () => attempt(app, trouble, act), { kind, key });
  if (label) made.setAttribute("aria-label", label);
  return make("div", { class: "doing" }, made, trouble);
}

/** What a form of this key has in it; it begins with `values`. */
export const kept = (app, key, values = {}) => (app.state[key] ??= { ...values });

/**
 * A form that is folded away until it is wanted, and begins anew once it was sent. `fields` makes
 * them of form and values; `act` sends the values and gives the words to tell.
 */
export function foldedForm(app, key, title, { values, hint, fields, send, act, isOpen = false }) {
  const entered = kept(app, key, values);
  const form = new Form(app.language, entered);
  const part = form.done(fields(form, entered), send, async () => {
    const done = await act(entered);
    const folded = part.closest("details");
    if (folded) {
      folded.open = false;
      folded.querySelector("summary").focus();
    }
    await app.refresh();
    // What it begins with may be what was just sent.
    delete app.state[key];
    app.show();
    if (done) app.tell(done);
  });
  // There may be many of these on a page.
  form.trouble.dataset.problem = key;
  part.querySelector("[type=submit]").dataset.focus = `send-${key}`;
  return fold(title, key, isOpen, hint && make("p", {}, hint), part);
}

/** Goes to another page, as what was here is no more, and tells there how it ended. */
export async function goAndTell(app, hash, done) {
  const opened = new Promise((resolve) => { addEventListener("hashchange", resolve, { once: true }); });
  app.go(hash);
  await opened;
  app.tell(done);
}

/** Back to the page that leads here. */
export const back = (text, to) => ({ key: "back", of: null,
  make: () => make("p", { class: "back" }, link(`‹ ${text}`, to)) });

/** Another page of a list, where there is one. */
export const more = (app, hasMore) => hasMore && { key: "more", of: null,
  make: () => button(app.say(words).more, async () => {
    app.state.pages = (app.state.pages ?? 1) + 1;
    await app.refresh();
  }, { key: "more" }) };

/** A section with its heading, and cards in it; `none` says that there is nothing. */
export function cards(key, heading, items, card, none) {
  return { key, of: items, make: () => make("section", { "aria-labelledby": `h-${key}` },
    make("h2", { id: `h-${key}` }, heading),
    items.length ? make("ol", { class: "cards" }, items.map(card))
      : none && make("p", { class: "card" }, none)) };
}
