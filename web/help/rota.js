// The rota of a help group: shifts to come, the shifts of each week, and laying them as a steward.

import { read, readIfAny, readPages, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { weekdayName } from "../activities/moments.js";
import { inLanguage, make } from "../activities/parts.js";
import { placeName } from "../activities/state.js";
import { named } from "../activities/words.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { personOptions, readKnown } from "../people/names.js";
import { isMember, shiftCard, weeklyText } from "./group-words.js";
import { minuteOf } from "./helping.js";
import { isAtHome, kinds } from "./words.js";

const words = {
  zh: {
    title: "班次", hint: "系统提前四周请人，谁愿意来得多就多排，愿意一样多的最多差一次；每次都写明为什么问您。", shifts: "接下来的班次",
    none: "还没有排上班次；加了每周的班次以后，几分钟就排好。", rotas: "每周的班次", noRotas: "还没有每周的班次。", waits: "等对方同意",
    people: (seats) => `要 ${seats} 位`, visit: "上门", end: "停掉", endSure: "停掉这个每周班次？以后的都取消，会告诉来的人。", ended: "已停掉。",
    endFor: (what) => `停掉：${what}`, add: "加一个每周班次", kind: "做什么", weekday: "星期几", begins: "几点开始", minutes: "多少分钟",
    seats: "要几位", where: "在哪里", home: "上门帮一位认识的人", who: "帮谁", send: "加上", added: "已加上。上门的要对方先同意。",
  },
  en: {
    title: "Shifts",
    hint: "Four weeks ahead members are asked: who offers more has more, and who offers the same "
      + "differs by one at most. Each asking says why.",
    shifts: "Shifts to come",
    none: "No shift is laid yet: a few minutes after a weekly one is added they are.",
    rotas: "Shifts of each week", noRotas: "There is no weekly shift yet.",
    waits: "The other agrees first", people: (seats) => `${seats} come`, visit: "At a home",
    end: "End it", endSure: "End this weekly shift? Later ones are off, and who comes is told.",
    ended: "Ended.", endFor: (what) => `End it: ${what}`, add: "Add a shift of each week",
    kind: "Doing what", weekday: "On which day", begins: "Begins at", minutes: "Minutes",
    seats: "How many come", where: "Where", home: "At the home of somebody whom I know",
    who: "Whose home", send: "Add it", added: "Added. At a home, the other agrees first.",
  },
};

const isOpenPlace = (one) => ["public", "building", "stair"].includes(one.kind);

export const rota = {
  needsPerson: true,
  title: (app, data) => (data
    ? `${app.say(words).title} · ${inLanguage(data.group, "name", app.language)}`
    : app.say(words).title),
  async read(app) {
    const path = app.path(`/help-groups/${app.id}`);
    const group = await read(path);
    const [shifts, { rotas }, known] = await Promise.all([
      isMember(group) ? readPages(`${path}/shifts?limit=30`, "shifts", app.state.pages ?? 1)
        : { items: [], hasMore: false },
      readIfAny(`${path}/rotas`, { rotas: [] }), readKnown(app)]);
    return { group, shifts, rotas, known };
  },
  sections(app, { group, shifts, rotas, known }) {
    const say = app.say(words);
    return [
      back(inLanguage(group, "name", app.language), `#/help-group/${group.id}`),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.hint) },
      isMember(group) && cards("shifts", say.shifts, shifts.items, (one) => shiftCard(app, one),
        say.none),
      more(app, shifts.hasMore),
      cards("rotas", say.rotas, rotas, (one) => weekly(app, group, one), say.noRotas),
      group.side === "steward" && !group.closed_at && { key: "add", of: [group.kinds, known.ties],
        make: () => make("section", { class: "card" }, adding(app, group, known)) },
    ];
  },
};

function weekly(app, group, one) {
  const say = app.say(words);
  const what = `${named(kinds, one.kind, app.language)} ${weeklyText(app, one)}`;
  return make("li", { class: "card" }, make("h3", {}, named(kinds, one.kind, app.language)),
    !one.is_agreed && make("p", { class: "marks" }, make("span", { class: "mark" }, say.waits)),
    make("p", { class: "when" }, weeklyText(app, one)),
    make("p", {}, [one.is_visit && say.visit, inLanguage(one, "place", app.language),
      say.people(one.seats)].filter(Boolean).join(" · ")),
    group.side === "steward" && confirmation(app, `end-${one.id}`, { open: say.endFor(what),
      question: say.endSure, confirm: say.end, kind: "danger" }, async () => {
      await write("DELETE", app.path(`/help-rotas/${one.id}`));
      await app.refresh();
      app.tell(say.ended);
    }));
}

const atHome = "home";

function adding(app, group, known) {
  const say = app.say(words);
  const places = app.places.filter(isOpenPlace)
    .sort((one, other) => (other.kind === "public") - (one.kind === "public"))
    .map((one) => [one.id, placeName(app, one)]);
  const people = personOptions(app, known.ties.filter((tie) => tie.state === "confirmed"));
  return foldedForm(app, "add", say.add, {
    send: say.send,
    values: { kind: group.kinds[0], weekday: "2", begins: "09:00", minutes: "60", seats: "2",
      place: places[0]?.[0] ?? atHome, person: people[0]?.[0] ?? "" },
    fields: (form, values) => {
      const kind = form.select("kind", group.kinds.map((code) =>
        [code, named(kinds, code, app.language)]), app.show);
      // What is in a home is nowhere else.
      if (isAtHome(values.kind)) values.place = atHome;
      const place = form.select("place", [
        ...(isAtHome(values.kind) ? [] : places), ...(people.length ? [[atHome, say.home]] : [])],
      app.show);
      [kind.dataset.focus, place.dataset.focus] = ["rota-kind", "rota-place"];
      return [form.field("/kind", say.kind, kind),
        form.field("/weekday", say.weekday, form.select("weekday", Array.from({ length: 7 },
          (_, day) => [String(day + 1), weekdayName(day, app.language)]))),
        form.field("/begins_minute", say.begins, form.input("begins", "time")),
        form.field("/minutes", say.minutes, form.input("minutes", "number", { min: 15, max: 480 })),
        form.field("/place", say.where, place),
        values.place === atHome
          ? form.field("/person", say.who, form.select("person", people))
          : form.field("/seats", say.seats, form.input("seats", "number", { min: 1, max: 20 }))];
    },
    act: async (values) => {
      const isHome = values.place === atHome;
      await write("POST", app.path(`/help-groups/${group.id}/rotas`), {
        kind: values.kind, weekday: Number(values.weekday), begins_minute: minuteOf(values.begins),
        minutes: Number(values.minutes), seats: isHome ? 1 : Number(values.seats),
        ...(isHome ? { person: values.person } : { place: values.place }) });
      return say.added;
    },
  });
}
