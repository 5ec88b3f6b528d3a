// The care list at the desk: on whom somebody calls, the most overdue first, and who is entered.

import { readPages, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { dayText, momentText, today } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { contacting } from "../help/care.js";
import { careClasses, contactOutcomes } from "../help/words.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { readKnown, rememberName } from "../people/names.js";
import { changingEntry } from "./care-entry.js";

const words = {
  zh: {
    title: "探访关爱名单", back: "办公台", hint: "每次查阅都留痕，本人看得到。要列入一位居民，请打开她的页面。", none: "名单上没有人。",
    overdue: "! 已过期",
    paused: "外出或住院", due: (day) => `${day} 前`, home: "住处", often: "多久一次", steward: "谁负责",
    turn: "轮到谁", last: "上次联系",
    outcome: "上次怎么样", misses: "连续没联系上", basis: "依据", consent: "本人同意", office: "居委会的理由", end: "移出名单",
    endSure: (name) => `把${name}移出名单？会通知本人。`, ended: "已移出。", enter: "列入探访关爱名单",
    enterHint: "要有本人的同意（同意书），或写明理由。会通知本人。轮流的人：社工、楼组长，或当面核验过的志愿者。", who: "轮流的人的居民编号，用空格隔开（不填是自己）",
    first: "第一次在哪天以前", because: "没有本人同意时的理由（加密保存）", send: "列入", entered: "已列入，已通知本人。",
  },
  en: {
    title: "The care list", back: "Desk",
    hint: "Each reading is logged, and seen by the person. To enter somebody, open her page.",
    none: "Nobody is on the list.", overdue: "! Overdue", paused: "Away or in hospital",
    due: (day) => `By ${day}`, home: "Home", often: "How often", steward: "Answers for it",
    turn: "Whose turn", last: "Last contact", outcome: "How it was", misses: "Not reached so often",
    basis: "Ground", consent: "She agreed", office: "The office’s reason", end: "Take off the list",
    endSure: (name) => `Take ${name} off the list? She is told.`, ended: "Taken off.",
    enter: "Enter on the care list",
    enterHint: "With her consent, or for a reason in writing. She is told. Those who take turns: "
      + "social workers, stair leaders, or volunteers verified in person.",
    who: "Numbers of who takes turns, with spaces between (nobody: yourself)",
    first: "First contact by", because: "The reason, without her consent (sealed)",
    send: "Enter her",
    entered: "Entered: she is told.",
  },
};

export const careList = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [list, { names }] = await Promise.all([
      readPages(app.path("/care-list?limit=20"), "entries", app.state.pages ?? 1), readKnown(app)]);
    return { ...list, names };
  },
  sections: (app, { items, hasMore, names }) => [
    back(app.say(words).back, "#/desk"),
    { key: "hint", of: null, make: () => make("p", { class: "card" }, app.say(words).hint) },
    cards("entries", app.say(words).title, items, (one) => entry(app, one, names), app.say(words).none),
    more(app, hasMore),
  ],
};

function entry(app, one, names) {
  const say = app.say(words);
  rememberName(one.person, one.display_name, one.residence_zh);
  return make("li", { class: one.is_overdue ? "card urgent" : "card" },
    make("h3", {}, make("a", { href: `#/person/${one.person}`, lang: "zh-Hans" }, one.display_name)),
    make("p", { class: "marks" },
      one.is_overdue && make("span", { class: "mark urgent" }, say.overdue),
      one.is_paused ? make("span", { class: "mark quiet" }, say.paused)
        : make("span", { class: "mark" }, say.due(dayText(one.due, app.language)))),
    facts([say.home, one.residence_zh], [say.often, named(careClasses, one.class, app.language)],
      [say.steward, one.steward_name], [say.turn, one.turn_name],
      [say.last, one.last_contact_at && momentText(one.last_contact_at, app.language)],
      [say.outcome, one.last_outcome && named(contactOutcomes, one.last_outcome, app.language)],
      [say.misses, one.misses > 0 && String(one.misses)], [say.basis, say[one.basis]]),
    contacting(app, one), changingEntry(app, one, names),
    confirmation(app, `end-${one.id}`, { open: say.end, question: say.endSure(one.display_name),
      confirm: say.end, kind: "danger" }, async () => {
      await write("DELETE", app.path(`/care-list/${one.id}`));
      await app.refresh();
      app.tell(say.ended);
    }));
}

/** Entering somebody, on her page. */
export function entering(app) {
  const say = app.say(words);
  return foldedForm(app, "care", say.enter, {
    hint: say.enterHint, send: say.send, values: { class: "weekly" },
    fields: (form) => [
      form.field("/class", say.often, form.select("class", options(careClasses, app.language))),
      form.field("/named", say.who, form.input("named", "text", { maxlength: 800 })),
      form.field("/due", say.first, form.input("due", "date", { min: today() })),
      form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 }))],
    act: async (values) => {
      const turns = values.named?.trim().split(/\s+/).filter(Boolean) ?? [];
      await write("POST", app.path("/care-list"), { person: app.id, class: values.class,
        named: turns.length ? turns : [app.person], ...(values.due && { due: values.due }),
        ...(values.because?.trim() && { because: values.because.trim() }) });
      return say.entered;
    },
  });
}
