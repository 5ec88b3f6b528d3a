// Who comes to a meeting: the list, the roll, check-in by code, and who did not come.

import { asking } from "../talk/asking.js";
import { now, read, readPages, write } from "./client.js";
import { confirmation, Form } from "./form.js";
import { localTime, spanText } from "./moments.js";
import { button, inLanguage, link, make, problemPlace, tellProblem } from "./parts.js";
import { named, seatOfOne } from "./words.js";

const words = {
  zh: {
    title: "参加的人", code: "输入签到码", codeHint: "请对方出示 8 位数字。", check: "签到",
    done: (name) => `${name} 已签到。`, doneOut: (name) => `${name} 已签退。`, none: "还没有人报名。",
    coming: (count, all) => `已到 ${count} / ${all} 人`, here: (time) => `已到 ${time}`,
    gone: (time) => `已走 ${time}`, in: "到了", out: "走了", waiting: "候补", offered: "等对方确认",
    noShow: "没来", sure: (name) => `记下 ${name} 没有来？本人会收到通知，可以申诉。`, yes: "记为没来",
    noted: "已记下。", back: "回到这一场", list: "名单", notYet: "开始前一小时起可以签到。",
    inFor: (name) => `${name} 到了`, outFor: (name) => `${name} 走了`,
    more: (count) => `另有 ${count} 位不在您的名单上；他们到场时，请看对方出示的签到码。`,
  },
  en: {
    title: "Who comes", code: "Enter a check-in code", codeHint: "The 8 digits that they show you.",
    check: "Check in", done: (name) => `${name} is checked in.`,
    doneOut: (name) => `${name} is checked out.`, none: "Nobody has joined yet.",
    coming: (count, all) => `${count} of ${all} are here`, here: (time) => `Here ${time}`,
    gone: (time) => `Left ${time}`, in: "Is here", out: "Has left", waiting: "Waits",
    offered: "Has to accept", noShow: "Did not come",
    sure: (name) => `Note that ${name} did not come? The person is told, and can disagree.`,
    yes: "Did not come", noted: "Noted.", back: "Back to this meeting", list: "The list",
    notYet: "Check-in is possible from an hour before it begins.",
    inFor: (name) => `${name} is here`, outFor: (name) => `${name} has left`,
    more: (count) => `${count} more come who are not in your list. `
      + "At the door, ask for the code that they show.",
  },
};

// From an hour before the begin; the roll can be called until a day after the end.
const beforeMilliseconds = 3_600_000;
const afterMilliseconds = 86_400_000;

export const roll = {
  needsPerson: true,
  title: (app, data) => (data ? `${app.say(words).title} · ${
    inLanguage(data.one, "title", app.language)}` : app.say(words).title),
  async read(app) {
    const participants = app.path(`/occurrences/${app.id}/participants`);
    const [one, guests, { summary }] = await Promise.all([read(app.path(`/occurrences/${app.id}`)),
      readPages(`${participants}?limit=200`, "participants"), read(`${participants}?limit=1`)]);
    // The sum counts everybody; the list is without some, the same for each organiser.
    const all = summary.reduce((sum, kind) => sum + kind.confirmed + kind.offered + kind.waiting, 0);
    return { one, guests: guests.items, more: Math.max(0, all - guests.items.length) };
  },
  sections(app, { one, guests, more }) {
    const say = app.say(words);
    const isTime = now() >= Date.parse(one.begins) - beforeMilliseconds
      && now() < Date.parse(one.ends) + afterMilliseconds;
    return [
      { key: "back", of: one.begins, make: () => make("p", {},
        spanText(one.begins, one.ends, app.language), " ",
        link(say.back, `#/manage/${one.id}`)) },
      isTime ? { key: "code", of: one.id, make: () => codeForm(app, one) }
        : { key: "not-yet", of: null, make: () => Date.parse(one.begins) > now()
          ? make("p", { class: "card" }, say.notYet) : null },
      { key: "list", of: [guests, isTime], make: () => list(app, one, guests, isTime) },
      more > 0 && { key: "more", of: more, make: () => make("p", { class: "card" }, say.more(more)) },
    ];
  },
};

function codeForm(app, one) {
  const say = app.say(words);
  // A guest's code that was scanned leads here and is filled in.
  const values = (app.state.code ??= { code: app.rest.replace(/\D/g, "").slice(0, 8) });
  const form = new Form(app.language, values);
  const input = form.input("code", "text", { inputmode: "numeric", maxlength: 9, class: "digits" });
  const field = form.field("/code", say.code, input, say.codeHint);
  const part = form.done([field], say.check, async () => {
    const code = input.value.replace(/\D/g, "");
    const noted = await write("POST", app.path(`/occurrences/${one.id}/attendance`), { code });
    values.code = "";
    input.value = "";
    // It works once: it need not stand in the address any more.
    if (app.rest) history.replaceState(null, "", `#/roll/${one.id}`);
    app.rest = "";
    await app.refresh();
    app.tell(noted.checked_out_at ? say.doneOut(noted.display_name) : say.done(noted.display_name));
    input.focus();
  });
  return make("section", { class: "card" }, part);
}

function list(app, one, guests, isTime) {
  const say = app.say(words);
  if (!guests.length) return make("p", { class: "card" }, say.none);
  const confirmed = guests.filter((guest) => guest.state === "confirmed");
  const here = confirmed.filter((guest) => guest.checked_in_at);
  return make("section", { class: "card", "aria-labelledby": "list" },
    make("h2", { id: "list" }, say.list),
    make("p", { class: "title" }, say.coming(here.length, confirmed.length)),
    make("ul", { class: "roll" }, guests.map((guest) => row(app, one, guest, isTime))));
}

function row(app, one, guest, isTime) {
  const say = app.say(words);
  const time = (instant) => localTime(instant).slice(11);
  const trouble = problemPlace(`${guest.reservation}-${guest.person}`);
  const isConfirmed = guest.state === "confirmed";
  const told = guest.checked_out_at ? say.gone(time(guest.checked_out_at))
    : guest.checked_in_at ? say.here(time(guest.checked_in_at))
      : isConfirmed ? "" : say[guest.state] ?? say.offered;
  const mark = async (step) => {
    tellProblem(trouble, null);
    try {
      await write("POST", app.path(`/occurrences/${one.id}/attendance`),
        { reservation: guest.reservation, person: guest.person, step });
      await app.refresh();
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      tellProblem(trouble, problem, app.language);
    }
  };
  const step = guest.checked_in_at ? "out" : "in";
  const act = button(say[step], () => mark(step),
    { key: `mark-${guest.person}`, kind: step === "in" ? "main" : "" });
  act.setAttribute("aria-label", say[`${step}For`](guest.display_name));
  const isOver = now() >= Date.parse(one.ends);
  return make("li", {}, make("p", {}, make("b", {}, guest.display_name), " ",
    make("span", { class: "quiet" }, named(seatOfOne, guest.kind, app.language)),
    told && make("span", { class: guest.checked_in_at ? "mark fresh" : "mark quiet" }, told)),
  trouble,
  isConfirmed && isTime && !guest.checked_out_at && act,
  guest.kind !== "child" && guest.person !== app.person && asking(app, one.activity, guest.person),
  isConfirmed && isOver && !guest.checked_in_at && confirmation(app, `no-show-${guest.person}`, {
    open: say.noShow, question: say.sure(guest.display_name), confirm: say.yes,
  }, async () => {
    await write("POST", app.path(`/occurrences/${one.id}/no-shows`),
      { reservation: guest.reservation, person: guest.person });
    await app.refresh();
    app.tell(say.noted);
  }));
}
