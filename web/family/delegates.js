// Who may act for the reader and for whom it may: since when, what was done, and the end.

import { now, read, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { button, facts, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, foldedForm } from "../people/doing.js";
import { nameOf, personOptions, readKnown } from "../people/names.js";
import { scopes } from "../people/words.js";

const words = {
  zh: {
    title: "代办", back: "家人", mine: "可以为我代办的人", none: "没有人可以为您代办。", others: "我可以为谁代办",
    noOthers: "您没有为别人代办。", since: "起", until: "止", what: "可以做", waits: "48 小时后生效",
    active: "✓ 正在生效", end: "立即终止", endSure: (name) => `立即终止 ${name} 的代办？要恢复须重新登记。`,
    lay: "我不再代办", laySure: (name) => `不再为 ${name} 代办？要恢复须重新登记。`, ended: "已终止。",
    did: "他/她为我办过什么", look: "查看", further: "再往后看", nothing: "到目前为止没有代办记录。",
    acts: { reservation: "报名或退出活动", announcement: "看公告", notice: "看通知" }, other: "其他事项",
    ask: "请求为长辈代办", askHint: "社工会打电话给长辈本人确认。须您已当面核验；从确认起 48 小时后生效，最长 364 天。",
    who: "哪位长辈", scope: "办什么", days: "多少天", send: "请求", sent: "已请求，等社工回电。",
    requests: "等回电的请求", asked: (time) => `${time} 请求`, me: "我",
  },
  en: {
    title: "Delegates", back: "Family", mine: "Who may act for me", none: "Nobody may act for you.",
    others: "For whom I may act", noOthers: "You act for nobody.", since: "From", until: "Until",
    what: "May", waits: "Begins 48 hours after its record", active: "✓ In force",
    end: "End it at once",
    endSure: (name) => `End at once that ${name} acts for you? It takes a new record.`,
    lay: "I act no longer", laySure: (name) => `Act for ${name} no longer? It takes a new record.`,
    ended: "Ended.", did: "What was done for me", look: "Look", further: "Look further",
    nothing: "Nothing was done for you so far.",
    acts: { reservation: "Joined or left an activity", announcement: "Read an announcement",
      notice: "Read a notice" }, other: "Something else", ask: "Ask to act for an elder",
    askHint: "A social worker calls the elder. You must be proved in person; it begins 48 hours "
      + "after the confirmation, for 364 days at most.", who: "For whom", scope: "What",
    days: "Days", send: "Ask", sent: "Asked: a social worker will call.",
    requests: "They wait for a call", asked: (time) => `Asked ${time}`, me: "Me",
  },
};

// The log is read from its beginning; so many pages at a time.
const logPages = 10;

export const delegates = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ delegations }, { requests }, known] = await Promise.all([
      read(app.path("/delegations")), read(app.path("/delegation-requests")), readKnown(app)]);
    return { delegations, requests: requests.filter((one) =>
      one.doer === app.person || one.beneficiary === app.person), known };
  },
  sections(app, { delegations, requests, known }) {
    const say = app.say(words);
    const mine = delegations.filter((one) => one.beneficiary === app.person);
    const others = delegations.filter((one) => one.doer === app.person);
    return [
      back(say.back, "#/family"),
      cards("mine", say.mine, mine, (one) => delegation(app, one, one.doer_name), say.none),
      { key: "did", of: null, make: () => done(app, known.names) },
      cards("others", say.others, others,
        (one) => delegation(app, one, one.beneficiary_name), say.noOthers),
      requests.length > 0 && cards("requests", say.requests, requests,
        (one) => asked(app, one, known.names)),
      { key: "ask", of: known, make: () => asking(app, known) },
    ];
  },
};

const scopeText = (app, scope) => scope.map((code) => named(scopes, code, app.language))
  .join(app.language === "zh" ? "；" : "; ");

function delegation(app, one, name) {
  const say = app.say(words);
  const isMine = one.beneficiary === app.person;
  const hasBegun = Date.parse(one.begins) <= now();
  return make("li", { class: "card" }, make("h3", {}, name),
    make("p", { class: "marks" }, make("span", { class: hasBegun ? "mark fresh" : "mark quiet" },
      hasBegun ? say.active : say.waits)),
    facts([say.what, scopeText(app, one.scope)], [say.since, momentText(one.begins, app.language)],
      [say.until, momentText(one.ends, app.language)]),
    confirmation(app, `end-${one.id}`, { open: isMine ? say.end : say.lay,
      question: isMine ? say.endSure(name) : say.laySure(name),
      confirm: isMine ? say.end : say.lay, kind: "danger" }, async () => {
      await write("DELETE", app.path(`/delegations/${one.id}`));
      await app.refresh();
      app.tell(say.ended);
    }));
}

/** Acts of others for the reader, as the log shows them; nothing is read until it is wanted. */
function done(app, names) {
  const say = app.say(words);
  const log = (app.state.log ??= { acts: [], cursor: "", hasMore: true, isRead: false });
  const readOn = async () => {
    for (let page = 0; page < logPages && log.hasMore; page += 1) {
      const from = log.cursor ? `&cursor=${encodeURIComponent(log.cursor)}` : "";
      const answer = await read(app.path(`/events?limit=100${from}`));
      log.acts.push(...answer.items.filter((one) =>
        one.beneficiary === app.person && one.actor !== app.person));
      [log.cursor, log.hasMore, log.isRead] = [answer.cursor, answer.has_more, true];
    }
    app.show();
  };
  return make("section", { class: "card" }, make("h2", {}, say.did),
    make("ul", { class: "plain" }, log.acts.map((one) => make("li", {}, make("p", {},
      `${momentText(one.at, app.language)} · ${nameOf(app, names, one.actor)} · `,
      say.acts[one.kind.split(".")[0]] ?? say.other)))),
    log.isRead && !log.acts.length && !log.hasMore && make("p", {}, say.nothing),
    log.hasMore && button(log.isRead ? say.further : say.look, readOn, { key: "log" }));
}

function asked(app, one, names) {
  const say = app.say(words);
  return make("li", { class: "card" }, make("h3", {}, nameOf(app, names,
    one.doer === app.person ? one.beneficiary : one.doer)),
  make("p", {}, scopeText(app, one.scope)),
  make("p", { class: "quiet" }, say.asked(momentText(one.asked_at, app.language))));
}

function asking(app, { household, ties }) {
  const say = app.say(words);
  const people = personOptions(app, household.filter((one) => !one.is_child),
    ties.filter((one) => one.state === "confirmed" && one.kind === "kin"));
  if (!people.length) return null;
  return make("section", { class: "card" }, foldedForm(app, "ask", say.ask, {
    hint: say.askHint, send: say.send,
    values: { beneficiary: people[0][0], scope: ["announcements"], days: "364" },
    fields: (form) => [
      form.field("/beneficiary", say.who, form.select("beneficiary", people)),
      form.group("/scope", say.scope, null, Object.keys(scopes).map((code) =>
        form.check("scope", code, named(scopes, code, app.language)))),
      form.field("/days", say.days, form.input("days", "number", { min: 1, max: 364 })),
    ],
    act: async ({ beneficiary, scope, days }) => {
      await write("POST", app.path("/delegation-requests"),
        { beneficiary, scope, days: Number(days) });
      return say.sent;
    },
  }));
}
