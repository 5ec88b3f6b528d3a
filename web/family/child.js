// One child: its days at home, what it joined and who fetches it, consents, and its guardians.

import { read, readIfAny, readPages, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, foldedForm } from "../people/doing.js";
import { readKnown } from "../people/names.js";
import { booking } from "./bookings.js";
import { consentCards } from "./consent-cards.js";
import { days } from "./days.js";
import { fromFourteen, guardianWays, purposes } from "./words.js";

const words = {
  zh: {
    title: "孩子", back: "家人", bookings: "报名和接送", noBookings: "没有报名。", consents: "同意书",
    guardianship: "我的监护关系", since: "起", until: "止", open: "未定", how: "怎么登记的", evidence: "依据",
    objected: (why) => `有人提出异议，社工正在处理：${why}`, lay: "卸下监护",
    laySure: "不再做这个孩子的监护人？孩子以您的名义报的名会让给另一位监护人。", layWhy: "原因", laid: "已卸下。",
    object: "对一项同意提出异议", objectHint: "须每位监护人同意的事项，异议处理前不算同意。社工会联系您。",
    purpose: "哪一项", why: "为什么", send: "提出异议", sent: "已提出，社工会处理。",
  },
  en: {
    title: "Child", back: "Family", bookings: "What it joined, and who fetches it",
    noBookings: "It has joined nothing.", consents: "Consents", guardianship: "My guardianship",
    since: "From", until: "Until", open: "Open", how: "Recorded", evidence: "On",
    objected: (why) => `Somebody objected; a social worker takes it up: ${why}`,
    lay: "Lay the guardianship down",
    laySure: "Be this child’s guardian no longer? What it joined by you is kept for another guardian.",
    layWhy: "Why", laid: "Laid down.", object: "Object to a purpose",
    objectHint: "What needs every guardian is closed until a social worker has decided.",
    purpose: "Which", why: "Why", send: "Object", sent: "A social worker takes it up.",
  },
};

export const child = {
  needsPerson: true,
  title: (app, data) => data?.one?.display_name ?? app.say(words).title,
  async read(app) {
    const [{ children }, bookings, { texts }, consents, { guardianships }, known] =
      await Promise.all([read(app.path("/children")),
        readPages(app.path(`/children/${app.id}/bookings?limit=50`), "bookings", 2),
        read(app.path("/consent-texts")), readPages(app.path("/consents?limit=100"), "consents", 2),
        readIfAny(app.path("/guardianships?limit=100"), { guardianships: [] }), readKnown(app)]);
    const one = children.find((each) => each.child === app.id);
    return { one, bookings: bookings.items,
      texts: texts.filter((text) => !(one?.is_under_14 && fromFourteen.includes(text.purpose))),
      consents: consents.items.filter((each) => each.subject === app.id),
      guardianship: guardianships.find((each) => each.id === one?.guardianship), known };
  },
  sections(app, { one, bookings, texts, consents, guardianship, known }) {
    const say = app.say(words);
    if (!one) return [back(say.back, "#/family")];
    const fetchers = consents.filter((each) => each.purpose === "pick_up" && !each.withdrawn_at)
      .map((each) => each.about);
    return [
      back(say.back, "#/family"), ...days(app, one),
      cards("bookings", say.bookings, bookings,
        (each) => booking(app, one, each, fetchers, known.names), say.noBookings),
      consentCards(app, say.consents, texts, consents, { subject: app.id, known }),
      { key: "object", of: texts, make: () => make("section", { class: "card" },
        objecting(app, texts)) },
      guardianship && { key: "guardianship", of: guardianship, make: () =>
        own(app, guardianship) },
    ];
  },
};

function objecting(app, texts) {
  const say = app.say(words);
  return foldedForm(app, "object", say.object, {
    hint: say.objectHint, send: say.send, values: { purpose: texts[0]?.purpose },
    fields: (form) => [
      form.field("/purpose", say.purpose, form.select("purpose", texts.map(({ purpose }) =>
        [purpose, named(purposes, purpose, app.language)]))),
      form.field("/because", say.why, form.area("because", { maxlength: 400, rows: 2 })),
    ],
    act: async ({ purpose, because }) => {
      await write("POST", app.path("/family-objections"),
        { child: app.id, purpose, because: because?.trim() ?? "" });
      return say.sent;
    },
  });
}

function own(app, one) {
  const say = app.say(words);
  return make("section", { class: "card" }, make("h2", {}, say.guardianship),
    one.objection && make("p", { class: "title" }, say.objected(one.objection.because)),
    facts([say.how, named(guardianWays, one.how, app.language)], [say.evidence, one.evidence],
      [say.since, momentText(one.begins, app.language)],
      [say.until, one.ends ? momentText(one.ends, app.language) : say.open]),
    confirmation(app, "lay", { open: say.lay, question: say.laySure, reason: say.layWhy,
      confirm: say.lay, kind: "danger" }, async (because) => {
      await write("POST", app.path(`/guardianships/${one.id}/ending`), { because: because ?? "" });
      app.go("#/family");
    }));
}
