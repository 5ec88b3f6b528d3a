// Who is said not to have come: the reader's own, answered by it; and appeals, for the committee.

import { readIfAny, readPages, write } from "./client.js";
import { confirmation } from "./form.js";
import { meetingsOf } from "./mine.js";
import { momentText } from "./moments.js";
import { bilingual, make } from "./parts.js";

const words = {
  zh: {
    title: "未到记录", none: "没有未到记录。", claimed: "组织者说您没有来。",
    agree: "是的，没有来", dispute: "不对，我来了", disputed: "您不同意，等居委会裁定。",
    agreed: "您已确认没有来。", upheld: "居委会裁定：确实未到。", dismissed: "居委会裁定：不算未到。",
    reason: "请说明（居委会和组织者看得到）", send: "提交异议", appeals: "请居委会裁定",
    uphold: "确实未到", dismiss: "不算未到", why: "理由", says: (text) => `本人说：${text}`,
    sure: "请确认您的裁定。", hint: (day) => `${day} 后不再计算。`,
  },
  en: {
    title: "No-shows", none: "No no-shows.", claimed: "An organiser says that you did not come.",
    agree: "That is so", dispute: "No, I was there",
    disputed: "You disagree; the committee decides.", agreed: "You agreed.",
    upheld: "The committee decided: it counts.",
    dismissed: "The committee decided: it does not count.",
    reason: "Say why (the committee and the organisers read it)", send: "Disagree",
    appeals: "For the committee to decide", uphold: "It counts", dismiss: "It does not count",
    why: "Reason", says: (text) => `The person says: ${text}`, sure: "Please confirm.",
    hint: (day) => `Counts for nothing after ${day}.`,
  },
};

export const noShows = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const own = await readPages(app.path("/no-shows?limit=50"), "no_shows", 1);
    const appeals = await readIfAny(app.path("/no-shows?view=appeals&limit=50"), { no_shows: [] });
    const all = [...own.items, ...appeals.no_shows];
    const named = await meetingsOf(app, all.map((one) => ({ ...one, state: "ended" })));
    return { own: own.items, appeals: appeals.no_shows, named };
  },
  sections(app, { own, appeals, named }) {
    const say = app.say(words);
    return [
      { key: "own", of: [own, named], make: () => (own.length
        ? make("ol", { class: "cards" }, own.map((one) => ownCard(app, one, named[one.occurrence])))
        : make("p", { class: "card" }, say.none)) },
      appeals.length && { key: "appeals", of: [appeals, named], make: () => make("section", {},
        make("h2", {}, say.appeals), make("ol", { class: "cards" },
          appeals.map((one) => appealCard(app, one, named[one.occurrence])))) },
    ];
  },
};

const head = (app, one, meeting, level) => [
  meeting && bilingual(level, meeting, "title", app.language),
  make("p", { class: "when" }, momentText(one.begins ?? one.claimed_at, app.language)),
];

function ownCard(app, one, meeting) {
  const say = app.say(words);
  const answer = (given) => async (note) => {
    await write("POST", app.path(`/no-shows/${one.id}/answer`),
      { answer: given, ...(note ? { note } : {}) });
    await app.refresh();
  };
  const told = one.decision ? say[one.decision] ?? one.decision
    : one.answer ? say[one.answer] ?? one.answer : say.claimed;
  return make("li", { class: "card" }, head(app, one, meeting, "h2"),
    make("p", { class: "title" }, told),
    one.ages_out_at && make("p", { class: "quiet" },
      say.hint(momentText(one.ages_out_at, app.language))),
    !one.answer && confirmation(app, `agree-${one.id}`,
      { open: say.agree, question: say.claimed, confirm: say.agree }, answer("agreed")),
    !one.answer && confirmation(app, `dispute-${one.id}`,
      { open: say.dispute, question: say.claimed, reason: say.reason, confirm: say.send },
      answer("disputed")));
}

function appealCard(app, one, meeting) {
  const say = app.say(words);
  const decide = (decision) => async (note) => {
    await write("POST", app.path(`/no-shows/${one.id}/decision`),
      { decision, ...(note ? { note } : {}) });
    await app.refresh();
  };
  const choice = (decision, text) => confirmation(app, `${decision}-${one.id}`,
    { open: text, question: say.sure, reason: say.why, confirm: text }, decide(decision));
  return make("li", { class: "card" }, head(app, one, meeting, "h3"),
    make("p", {}, one.display_name ?? ""),
    (one.answer_note ?? one.note) && make("p", {}, say.says(one.answer_note ?? one.note)),
    choice("upheld", say.uphold), choice("dismissed", say.dismiss));
}
