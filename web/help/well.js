// The daily check: saying each day that one is well, and who is told otherwise.

import { read, readIfAny, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { make } from "../activities/parts.js";
import { back, doing, foldedForm } from "../people/doing.js";
import { nameOf, personOptions, readKnown } from "../people/names.js";
import { checking, clockText } from "./help.js";

const words = {
  zh: {
    title: "每日平安", back: "互助", hint: "您选一个钟点。到点还没报，先提醒您；半小时后通知您选的人；一小时后请社工联系您。外出、住院时不问。",
    off: "还没有开始。", paused: "您登记了外出或住院：回来以前不问。", by: (time) => `每天 ${time} 前报一声`,
    tells: (names) => `没报时通知：${names}`, nobody: "没报时只请社工联系", begin: "开始每日平安", change: "改时间和通知的人",
    time: "每天几点前",
    told: "没报时通知谁（最多三位）", noTold: "家人和已确认的亲友会列在这里。", save: "保存", saved: "已保存。", end: "停止每日平安",
    endSure: "停止每日平安？立即生效，不留记录。", ended: "已停止。", forTitle: "替人报平安",
    forHint: (name) => `请先联系${name}，确认平安再点。`, forWell: (name) => `${name}平安`,
    forDone: "已记下，会告诉担心的人。",
  },
  en: {
    title: "Daily check", back: "Help",
    hint: "You choose an hour. If you have not said it by then you are reminded; half an hour later "
      + "those you choose are told; after an hour a social worker reaches you. Not while away or in "
      + "hospital.",
    off: "It has not begun.", paused: "You are noted as away: nothing is asked until you are back.",
    by: (time) => `Each day by ${time}`, tells: (names) => `Otherwise told: ${names}`,
    nobody: "Otherwise a social worker alone", begin: "Begin the daily check",
    change: "Change the hour, or who is told", time: "Each day by",
    told: "Who is told otherwise (three at most)",
    noTold: "Your household and confirmed ties are listed here.", save: "Save", saved: "Saved.",
    end: "End the daily check", endSure: "End it? At once, and nothing is kept of it.",
    ended: "Ended.", forTitle: "Say it for somebody",
    forHint: (name) => `Reach ${name} first; tap once you know that all is well.`,
    forWell: () => "All is well", forDone: "Noted: those who worried are told.",
  },
};

const [firstMinute, lastMinute, stepMinutes] = [360, 1320, 30];

export const well = {
  needsPerson: true, forAnother: true,
  title: (app) => (app.id ? app.say(words).forTitle : app.say(words).title),
  async read(app) {
    if (app.acting && !app.id) return { known: { names: { [app.acting.person]: app.acting.name } } };
    const [check, known, care] = await Promise.all([
      app.id ? null : readIfAny(app.path("/me/daily-check"), null), readKnown(app),
      app.id ? null : read(app.path("/me/care-list"))]);
    return { check, known, care };
  },
  sections(app, { check, known, care }) {
    const say = app.say(words);
    if (app.id || app.acting) {
      return [back(say.back, "#/help"),
        { key: "for", of: app.id, make: () => another(app, app.id || app.subject, known.names) },
        // When and whom to tell is said by herself; the server's words tell it where it is tried.
        !app.id && { key: "set", of: null, make: () => setting(app, null, []) }];
    }
    const answers = (care?.entries ?? []).map((one) => ({ person: one.steward,
      display_name: one.steward_name }));
    const people = personOptions(app, known.household.filter((one) => !one.is_child),
      known.ties.filter((one) => one.state === "confirmed"), answers);
    const names = { ...known.names, ...Object.fromEntries(people) };
    return [
      back(say.back, "#/help"),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.hint) },
      check && !check.is_paused && { key: "check", of: check, make: () => checking(app, check) },
      { key: "state", of: [check, names], make: () => standing(app, check, names) },
      { key: "set", of: [check, people], make: () => setting(app, check, people) },
      check && { key: "end", of: null, make: () => ending(app) },
    ];
  },
};

function standing(app, check, names) {
  const say = app.say(words);
  if (!check) return make("p", { class: "card title" }, say.off);
  const told = check.told.map((one) => nameOf(app, names, one));
  return make("section", { class: "card" },
    make("p", { class: "title" }, say.by(clockText(check.minute))),
    make("p", {}, told.length ? say.tells(told.join(app.language === "zh" ? "、" : ", "))
      : say.nobody),
    check.is_paused && make("p", {}, say.paused));
}

function setting(app, check, people) {
  const say = app.say(words);
  const minutes = new Set([check?.minute ?? firstMinute]);
  for (let at = firstMinute; at <= lastMinute; at += stepMinutes) minutes.add(at);
  return make("section", { class: "card" }, foldedForm(app, "set", check ? say.change : say.begin, {
    send: say.save, values: { minute: String(check?.minute ?? 600), told: check?.told ?? [] },
    isOpen: !check,
    fields: (form) => [
      form.field("/minute", say.time, form.select("minute", [...minutes].sort((a, b) => a - b)
        .map((minute) => [String(minute), clockText(minute)]))),
      form.group("/told", say.told, people.length ? null : say.noTold,
        people.map(([person, name]) => form.check("told", person, name)))],
    act: async ({ minute, told }) => {
      await write("PUT", app.pathFor("/me/daily-check"), { minute: Number(minute), told });
      return say.saved;
    },
  }));
}

function ending(app) {
  const say = app.say(words);
  return make("section", { class: "card" }, confirmation(app, "end", { open: say.end,
    question: say.endSure, confirm: say.end, kind: "danger" }, async () => {
    await write("DELETE", app.path("/me/daily-check"));
    await app.refresh();
    app.tell(say.ended);
  }));
}

function another(app, person, names) {
  const say = app.say(words);
  const name = nameOf(app, names, person);
  return make("section", { class: "card" }, make("p", { class: "title" }, say.forHint(name)),
    doing(app, say.forWell(name), async () => {
      await write("POST", app.path(`/people/${encodeURIComponent(person)}/daily-check/well`));
      return say.forDone;
    }, { key: "for", kind: "main" }));
}
