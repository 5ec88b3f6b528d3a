// What one can agree to: the text of now, what was agreed to, until when, and taking it back.

import { now, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { addDays, instantOf, momentText, today } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { foldedForm } from "../people/doing.js";
import { nameOf, personOptions } from "../people/names.js";
import { purposes } from "./words.js";

const words = {
  zh: {
    one: "一位监护人同意即可", every: "须每位监护人同意", self: "由您自己同意", given: (time) => `我已同意，到 ${time}`,
    notGiven: "我没有同意", covered: "✓ 现在有效", uncovered: "还没有生效：还有监护人没同意，或有异议未决",
    agree: "阅读并同意", version: (count) => `第 ${count} 版`, until: "同意到哪天（不填为一年，最多两年）",
    who: "同意谁来接", send: "我同意", done: "已同意。", back: "撤回同意",
    backSure: "撤回这项同意？立即处处生效；可以再同意。", taken: "已撤回。", for: (name) => `接的人：${name}`,
    nobody: "请先与对方建立亲友关系，再来这里选。",
  },
  en: {
    one: "One guardian suffices", every: "Every guardian must agree", self: "You agree for yourself",
    given: (time) => `I agreed, until ${time}`, notGiven: "I have not agreed",
    covered: "✓ In force", uncovered: "Not in force: another guardian has not agreed, or an objection "
      + "is open", agree: "Read it and agree", version: (count) => `Version ${count}`,
    until: "Until which day (a year if empty, two at most)", who: "Who may fetch it",
    send: "I agree", done: "Agreed.", back: "Take it back",
    backSure: "Take this consent back? It ends at once, everywhere; you can agree again.",
    taken: "Taken back.", for: (name) => `Fetched by ${name}`,
    nobody: "Make a tie to that person first, then choose it here.",
  },
};

const isAlive = (one) => !one.withdrawn_at && Date.parse(one.until) > now();

/** A section of all purposes of a subject; without one the reader agrees for itself. */
export function consentCards(app, heading, texts, consents, { subject, known }) {
  return { key: "consents", of: [texts, consents, known], make: () =>
    make("section", { "aria-labelledby": "consents" }, make("h2", { id: "consents" }, heading),
      make("ol", { class: "cards" }, texts.map((text) => purpose(app, text,
        consents.filter((one) => one.purpose === text.purpose && isAlive(one)),
        subject, known)))) };
}

function purpose(app, text, given, subject, known) {
  const say = app.say(words);
  const mayAgree = !given.length || text.names_person;
  return make("li", { class: "card" },
    make("h3", {}, named(purposes, text.purpose, app.language)),
    make("p", { class: "marks" }, make("span", { class: "mark quiet" },
      subject ? say[text.needs] : say.self)),
    given.length === 0 && make("p", {}, say.notGiven),
    given.map((one) => make("div", {},
      make("p", {}, one.about && [say.for(nameOf(app, known.names, one.about)), " · "],
        say.given(momentText(one.until, app.language))),
      make("p", { class: "marks" }, make("span",
        { class: one.is_covered ? "mark fresh" : "mark" },
        one.is_covered ? say.covered : say.uncovered)),
      confirmation(app, `consent-${one.id}`, { open: say.back, question: say.backSure,
        confirm: say.back }, async () => {
        await write("POST", app.path(`/consents/${one.id}/withdrawal`));
        await app.refresh();
        app.tell(say.taken);
      }))),
    mayAgree && agreeing(app, text, subject, known));
}

function agreeing(app, text, subject, known) {
  const say = app.say(words);
  const people = text.names_person ? personOptions(app, known.household.filter((one) =>
    !one.is_child), known.ties.filter((one) => one.state === "confirmed")) : [];
  if (text.names_person && !people.length) return make("p", { class: "quiet" }, say.nobody);
  return foldedForm(app, `agree-${text.purpose}`, say.agree, {
    send: say.send, values: { about: people[0]?.[0] },
    fields: (form) => [
      make("blockquote", {}, make("p", {}, text[app.language]),
        make("p", { class: "quiet" }, say.version(text.version))),
      text.names_person && form.field("/about", say.who, form.select("about", people)),
      form.field("/until", say.until, form.input("until", "date", { min: today() })),
    ],
    act: async ({ about, until }) => {
      const body = { purpose: text.purpose, version: text.version };
      if (subject) body.subject = subject;
      if (text.names_person) body.about = about;
      // To the end of that day.
      if (until) body.until = instantOf(`${addDays(until, 1)}T00:00`);
      await write("POST", app.path("/consents"), body);
      return say.done;
    },
  });
}
