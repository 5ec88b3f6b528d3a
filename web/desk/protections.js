// Protections: set by a social worker on evidence, extended, ended; never shown to the other.

import { Problem, readPages, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { addDays, instantOf, momentText, today } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { choosing, chosen } from "./choose.js";
import { evidences } from "./words.js";

const words = {
  zh: {
    title: "保护", back: "办公台", hint: "要设立保护，请打开受保护人的页面。设立后系统不给任何一方发消息：请当面或打安全的电话告知受保护人。",
    none: "没有现行的保护。", list: "现行的保护", from: "防范谁", evidence: "依据",
    reference: "文号", since: "起", until: "止",
    extend: "延长", newEnd: "延长到哪天", extended: "已延长。", end: "解除",
    endSure: (name) => `解除对 ${name} 的保护？对方将重新看得到。请当面告知受保护人；要恢复须凭新的依据。`, ended: "已解除，请当面告知。",
    set: "设立保护", setHint: "立即生效：对方看不到受保护人、住处、报名和行踪，一切已有的通路同时关闭。代办、关系一并解除。",
    also: "一起受保护的人（如孩子）的编号，用空格隔开", send: "设立", sure: "我看过依据，受保护人知情", tick: "请先勾选确认。",
    done: "已设立。请当面告知受保护人。", endDay: "到哪天（最长五年）",
  },
  en: {
    title: "Protections", back: "Desk",
    hint: "To set one, open the protected person’s page. Nobody is sent anything: tell the protected "
      + "one in person, or by a safe telephone.",
    none: "No protection holds.", list: "Protections that hold", from: "From",
    evidence: "On", reference: "Reference", since: "Since", until: "Until", extend: "Extend",
    newEnd: "Until which day", extended: "Extended.", end: "End it",
    endSure: (name) => `End the protection of ${name}? The other will see again. Tell her in person; `
      + "it takes new evidence to have it back.", ended: "Ended: tell her in person.",
    set: "Set a protection",
    setHint: "At once the other sees nothing of the person, her home, bookings and doings; every way "
      + "in is shut, and mandates and ties between the two end.",
    also: "Numbers of others with her, as her children, with spaces between", send: "Set it",
    sure: "I have seen the evidence, and she knows", tick: "Tick that you have.",
    done: "Set. Tell her in person.", endDay: "Until which day (five years at most)",
  },
};

export const protections = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.path("/protections?limit=20"), "protections", app.state.pages ?? 1),
  sections: (app, { items, hasMore }) => [
    back(app.say(words).back, "#/desk"),
    { key: "hint", of: null, make: () => make("p", { class: "card" }, app.say(words).hint) },
    cards("protections", app.say(words).list, items, (one) => protection(app, one),
      app.say(words).none),
    more(app, hasMore),
  ],
};

const endOf = (day) => instantOf(`${addDays(day, 1)}T00:00`);

function protection(app, one) {
  const say = app.say(words);
  return make("li", { class: "card" }, make("h3", {}, one.display_name),
    facts([say.from, one.from_name], [say.evidence, named(evidences, one.evidence.kind, app.language)],
      [say.reference, one.evidence.reference], [say.since, momentText(one.begins, app.language)],
      [say.until, momentText(one.until, app.language)]),
    foldedForm(app, `extend-${one.id}`, say.extend, {
      send: say.extend,
      fields: (form) => [form.field("/until", say.newEnd,
        form.input("until", "date", { min: today() }))],
      act: async ({ until }) => {
        await write("POST", app.path(`/protections/${one.id}/extension`),
          until ? { until: endOf(until) } : {});
        return say.extended;
      },
    }),
    confirmation(app, `end-${one.id}`, { open: say.end, question: say.endSure(one.display_name),
      confirm: say.end, kind: "danger" }, async () => {
      await write("DELETE", app.path(`/protections/${one.id}`));
      await app.refresh();
      app.tell(say.ended);
    }));
}

/** Setting one, on the protected person's page. */
export function protecting(app) {
  const say = app.say(words);
  return foldedForm(app, "protect", say.set, {
    hint: say.setHint, send: say.send, values: { kind: "protective_order" },
    fields: (form, values) => [
      ...choosing(app, form, values, "from", say.from, app.id),
      form.field("/also", say.also, form.input("also", "text", { maxlength: 400 })),
      form.field("/evidence/kind", say.evidence,
        form.select("kind", options(evidences, app.language))),
      form.field("/evidence/reference", say.reference,
        form.input("reference", "text", { maxlength: 200 })),
      form.field("/until", say.endDay, form.input("until", "date", { min: today() })),
      form.check("sure", "yes", say.sure),
    ],
    act: async (values) => {
      if (!values.sure?.length) throw new Problem(422, { title: say.tick });
      const also = values.also?.trim().split(/\s+/).filter(Boolean) ?? [];
      await write("POST", app.path("/protections"), { person: app.id, from: chosen(values, "from"),
        evidence: { kind: values.kind, reference: values.reference?.trim() ?? "" },
        ...(also.length ? { also } : {}), ...(values.until ? { until: endOf(values.until) } : {}) });
      return say.done;
    },
  });
}
