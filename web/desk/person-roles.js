// The terms of a role: who holds it from when until when; giving, extending and ending one.

import { write } from "../activities/client.js";
import { addDays, instantOf, momentText, today } from "../activities/moments.js";
import { facts, inLanguage, make } from "../activities/parts.js";
import { placeName } from "../activities/state.js";
import { named } from "../activities/words.js";
import { foldedForm } from "../people/doing.js";
import { whereText } from "../people/names.js";
import { becauses } from "../people/words.js";

const words = {
  zh: {
    title: "职务和身份", none: "没有。", where: "范围", from: "起", until: "止", open: "未定", why: "依据",
    states: { current: "现任", coming: "将来", ended: "已结束" }, give: "给出职务或身份", role: "是什么", place: "在哪里",
    whole: "整个小区", number: "房屋编号（在住户档案里）", because: "事由", ref: "文号、合同号或会议记录",
    begins: "从哪天起（不填为现在）", ends: "到哪天", send: "给出", given: "已给出，本人会收到通知。",
    extend: "延长", extended: "已延长，本人会收到通知。", end: "结束任期", endWhy: "为什么",
    endAt: "到哪天（不填为现在）", endHint: "结束后不能恢复，要再担任须重新给出。", ended: "已结束，本人会收到通知。",
  },
  en: {
    title: "Offices and roles", none: "None.", where: "Where", from: "From", until: "Until",
    open: "Open", why: "By", states: { current: "Now", coming: "To come", ended: "Ended" },
    give: "Give an office or role", role: "Which", place: "Where", whole: "The whole estate",
    number: "Number of the residence (it stands in the record)", because: "By what",
    ref: "Minutes, contract or deed", begins: "From which day (now if empty)",
    ends: "Until which day", send: "Give it", given: "Given: the person is told.",
    extend: "Extend", extended: "Extended: the person is told.", end: "End the term",
    endWhy: "Why", endAt: "On which day (now if empty)",
    endHint: "It is not undone: it takes a new term.", ended: "Ended: the person is told.",
  },
};

const endings = ["recalled", "replaced", "contract_ended", "moved_away", "mistake"];

const kindOf = (kinds, role) => kinds.find((one) => one.role === role);

const roleName = (app, kinds, role) => {
  const kind = kindOf(kinds, role);
  return kind ? inLanguage(kind, "name", app.language) : role;
};

/** The end of a day in the estate. */
const endOf = (day) => instantOf(`${addDays(day, 1)}T00:00`);

export function termsOf(app, terms, kinds) {
  const say = app.say(words);
  return [make("h2", {}, say.title), !terms.length && make("p", {}, say.none),
    make("ul", { class: "plain" }, terms.map((one) =>
      make("li", {}, termFacts(app, one, kinds))))];
}

/** A term, with what its giver may do about it. */
export function termFacts(app, one, kinds) {
  const say = app.say(words);
  const mayChange = one.state !== "ended" && !one.is_above
    && kindOf(kinds, one.role)?.is_mine_to_give;
  return [make("p", { class: "marks" },
    make("b", {}, roleName(app, kinds, one.role)),
    make("span", { class: one.state === "current" ? "mark fresh" : "mark quiet" },
      say.states[one.state])),
  facts([say.where, !one.is_above && whereText(app, one.place)],
    [say.from, momentText(one.begins, app.language)],
    [say.until, one.ends ? momentText(one.ends, app.language) : say.open],
    [say.why, [one.because && named(becauses, one.because, app.language), one.because_ref]
      .filter(Boolean).join(" · ")]),
  mayChange && extending(app, one, kinds), mayChange && ending(app, one)];
}

/** The reasons for which the reader gives a role, and whether they need a reference. */
function reasonsOf(app, kinds, role) {
  const given = (kindOf(kinds, role)?.given ?? []).filter(({ by }) => app.holds(by));
  return given.flatMap((one) => one.reasons.map((code) =>
    [code, named(becauses, code, app.language)]));
}

function extending(app, one, kinds) {
  const say = app.say(words);
  const reasons = reasonsOf(app, kinds, one.role);
  return foldedForm(app, `extend-${one.id}`, say.extend, {
    send: say.extend, values: { because: reasons[0]?.[0] },
    fields: (form) => [
      form.field("/ends", say.ends, form.input("ends", "date", { min: today() })),
      form.field("/because", say.because, form.select("because", reasons)),
      form.field("/because_ref", say.ref, form.input("because_ref", "text", { maxlength: 200 })),
    ],
    act: async ({ ends, because, because_ref: ref }) => {
      await write("POST", app.path(`/roles/${one.id}/extension`), { because,
        ...(ends ? { ends: endOf(ends) } : {}), ...(ref?.trim() ? { because_ref: ref.trim() } : {}) });
      return say.extended;
    },
  });
}

function ending(app, one) {
  const say = app.say(words);
  return foldedForm(app, `end-${one.id}`, say.end, {
    hint: say.endHint, send: say.end, values: { because: endings[0] },
    fields: (form) => [
      form.field("/because", say.endWhy, form.select("because", endings.map((code) =>
        [code, named(becauses, code, app.language)]))),
      form.field("/ends", say.endAt, form.input("ends", "date", { min: today() })),
    ],
    act: async ({ because, ends }) => {
      await write("POST", app.path(`/roles/${one.id}/end`),
        { because, ...(ends ? { ends: endOf(ends) } : {}) });
      return say.ended;
    },
  });
}

export function giving(app, kinds) {
  const say = app.say(words);
  const mine = kinds.filter((one) => one.is_mine_to_give);
  return foldedForm(app, "give", say.give, {
    send: say.send, values: { role: mine[0]?.role },
    fields: (form, values) => {
      const kind = kindOf(kinds, values.role);
      const reasons = reasonsOf(app, kinds, values.role);
      if (!reasons.some(([code]) => code === values.because)) values.because = reasons[0]?.[0];
      return [
        form.field("/role", say.role, form.select("role", mine.map((one) =>
          [one.role, inLanguage(one, "name", app.language)]), () => {
          delete values.place;
          app.show();
        })),
        placeField(app, form, values, kind),
        form.field("/because", say.because, form.select("because", reasons)),
        form.field("/because_ref", say.ref, form.input("because_ref", "text", { maxlength: 200 })),
        form.field("/begins", say.begins, form.input("begins", "date")),
        form.field("/ends", say.ends, form.input("ends", "date", { min: today() })),
      ];
    },
    act: async (values) => {
      const body = { person: app.id, role: values.role, because: values.because };
      if (values.place?.trim()) body.place = values.place.trim();
      if (values.because_ref?.trim()) body.because_ref = values.because_ref.trim();
      if (values.begins) body.begins = instantOf(`${values.begins}T00:00`);
      if (values.ends) body.ends = endOf(values.ends);
      await write("POST", app.path("/roles"), body);
      return say.given;
    },
  });
}

/** Where a role may be held: a place of the list, or a residence, which only its number names. */
function placeField(app, form, values, kind) {
  const say = app.say(words);
  const places = app.places.filter((one) => kind?.place_kinds.includes(one.kind));
  const isListed = places.length > 0 || !kind?.place_kinds.length;
  if (!isListed) {
    return form.field("/place", say.number, form.input("place", "text", { maxlength: 36 }));
  }
  const options = [...(kind?.needs_place ? [] : [["", say.whole]]),
    ...places.map((one) => [one.id, placeName(app, one)])];
  values.place ??= options[0]?.[0];
  return form.field("/place", say.place, form.select("place", options));
}
