// Help: what waits for the reader, and where each thing is done.

import { now, read, readIfAny, write } from "../activities/client.js";
import { addDays, dayText, localDay, spanText, today } from "../activities/moments.js";
import { left, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { cards, doing } from "../people/doing.js";
import { menu } from "../people/me.js";
import { isProposed } from "./group-words.js";
import { isAsked, pairText } from "./pairing-words.js";
import { isOpenCover, readStandIns } from "./pairings.js";
import { kinds } from "./words.js";

const words = {
  zh: {
    title: "互助", well: "我很好", wellAsk: "每日平安：今天报一声平安。", wellBy: (time) => `请在 ${time} 前点一下。`,
    said: "✓ 今天已经报过平安。", saidNow: "已报平安，祝您今天愉快。", waits: "等您办的",
    proposed: (what) => `有邻居需要帮忙：${what}`, offered: (what) => `有邻居愿意来帮您：${what}`,
    helping: (name, what) => `您去帮${name}：${what}`, helped: (name, what) => `${name}来帮您：${what}`,
    helpedFor: (name, what, other) => `${name}来帮${other}：${what}`,
    confirm: (what) => `请确认这次互助：${what}`, pair: (who) => `结对：${who}`,
    cover: (what) => `请您替一次：${what}`, shift: (what) => `请您来一班：${what}`,
    ownShift: (what) => `您的班次：${what}`, home: (what) => `小组想每周来帮忙：${what}`, invited: "邀请您加入互助小组",
    turn: (name) => `轮到您问候${name}`, somebody: "邻居",
    underWay: "正在进行", answer: "请答复", today: "今天", confirms: "请确认", due: (day) => `${day} 前`,
    menu: "办什么",
    entries: [
      ["help-ask", "我要帮忙", "说一声需要什么，就开始找人。"],
      ["helping", "我能帮", "愿意做什么、什么时候有空；邻居公开的求助。"],
      ["help-requests", "我的求助", "看进展、修改、撤回。"],
      ["visits", "上门", "我的互助，约好的和过去的：签到、确认、评价。"],
      ["well", "每日平安", "每天报一声平安；没报时通知您选的人。"],
      ["pairings", "结对", "老伙伴、结对家庭：长期互相照应。"],
      ["help-groups", "互助小组", "大家轮流来帮；加入、班次、换班。"],
      ["care", "探访关爱", "我的关爱：谁会来问候我；轮到我问候谁。"],
      ["credits", "时间币", "帮过多少时间，送给别人。"],
      ["evidence", "帮过的证据", "关于我的互助记录；为邻居担保。"],
      ["my-goods", "我的物资", "为我们家留的；取领取口令。"],
    ],
    goods: ["goods", "发物资", "当值的志愿者：凭口令交付。"],
  },
  en: {
    title: "Help", well: "I am well", wellAsk: "Daily check: say that you are well today.",
    wellBy: (time) => `Please tap by ${time}.`, said: "✓ You have said today that you are well.",
    saidNow: "Noted. Have a good day.", waits: "This waits for you",
    proposed: (what) => `A neighbour needs help: ${what}`,
    offered: (what) => `A neighbour offers to help you: ${what}`,
    helping: (name, what) => `You help ${name}: ${what}`,
    helped: (name, what) => `${name} helps you: ${what}`,
    helpedFor: (name, what, other) => `${name} helps ${other}: ${what}`,
    confirm: (what) => `Please confirm this help: ${what}`,
    pair: (who) => `Paired families: ${who}`, cover: (what) => `You are asked to stand in: ${what}`,
    shift: (what) => `You are asked for a shift: ${what}`, ownShift: (what) => `Your shift: ${what}`,
    home: (what) => `A group would come each week: ${what}`,
    invited: "You are invited to a help group",
    turn: (name) => `It is your turn to call on ${name}`, somebody: "a neighbour",
    underWay: "Under way", answer: "Please answer", today: "Today", confirms: "Please confirm",
    due: (day) => `By ${day}`, menu: "What would you like to do",
    entries: [
      ["help-ask", "I need help", "Say what you need, and somebody is looked for."],
      ["helping", "I can help", "What you offer and when; what neighbours ask for."],
      ["help-requests", "What I asked for", "How it stands; change it, take it back."],
      ["visits", "Visits", "Agreed and past ones: check in, confirm, rate."],
      ["well", "Daily check", "Say each day that you are well; else those you choose are told."],
      ["pairings", "Paired families", "Old companions and families who look after each other."],
      ["help-groups", "Help groups", "Neighbours who take turns: join, shifts, swaps."],
      ["care", "Care list", "On whom you call next; who calls on you."],
      ["credits", "Time credits", "How much time you gave; give it to others."],
      ["evidence", "Evidence of my help", "What there is about you; vouch for a neighbour."],
      ["my-goods", "Goods for us", "What is set aside; get the word that fetches it."],
    ],
    goods: ["goods", "Handing out goods", "Volunteers on duty: hand over by a word."],
  },
};

// What a delegate may do for somebody.
const forAnother = ["help-ask", "help-requests", "visits", "well", "pairings", "help-groups"];

export const help = {
  needsPerson: true, forAnother: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const own = (path, otherwise) => (app.acting ? otherwise : readIfAny(app.path(path), otherwise));
    const [check, { turns }, { proposals }, { visits }, { requests }, { pairings }, covers,
      { shifts }, { rotas }, { askings }] =
      await Promise.all([
        own("/me/daily-check", null), own("/me/care-turns", { turns: [] }),
        own("/help-proposals?limit=50", { proposals: [] }),
        read(app.pathFor("/me/visits?limit=50")),
        read(app.pathFor("/help-requests?state=looking&limit=50")),
        read(app.pathFor("/me/pairings?limit=50")), readStandIns(app),
        read(app.pathFor("/me/help-shifts?limit=50")), read(app.pathFor("/me/help-rotas")),
        own("/me/help-group-askings?limit=50", { askings: [] })]);
    return { check, waiting: waitingThings(app,
      { proposals, visits, requests, turns, pairings, covers, shifts, rotas, askings }) };
  },
  sections(app, { check, waiting }) {
    const say = app.say(words);
    return [
      check && !check.is_paused && { key: "check", of: check, make: () => checking(app, check) },
      waiting.length > 0 && cards("waits", say.waits, waiting, (one) => waitingCard(app, one)),
      { key: "menu", of: null, make: () => menu(say.menu, app.acting
        ? say.entries.filter(([name]) => forAnother.includes(name))
        : mayServe(app) ? [...say.entries, say.goods] : say.entries) },
    ];
  },
};

/** The server decides where; this only spares others the entry. */
const mayServe = (app) => app.me.estates.some((estate) => estate.id === app.estate.id
  && estate.roles.some(({ role }) => role === "volunteer" || role === "residents_committee"));

const isOpen = (one) => one.state === "open" && Date.parse(one.until) > now();

/** Whether this visit has still to be confirmed by the reader's side. */
export const isUnconfirmed = (one) => one.state === "done"
  && !(one.side === "helper" ? one.helper_confirmed_at : one.person_confirmed_at);

/** With whom a visit is, as its reader sees it. */
export const otherName = (app, one) =>
  (one.side === "helper" ? one.person_name : one.helper_name) ?? app.say(words).somebody;

/** What waits for the reader, the most pressing first. */
function waitingThings(app, lists) {
  const say = app.say(words);
  const { proposals, visits, requests, turns, pairings, covers } = lists;
  const what = (one) => named(kinds, one.kind, app.language);
  const ofVisit = (one) => (one.side === "helper" ? say.helping
    : app.acting ? say.helpedFor : say.helped)(otherName(app, one), what(one), app.acting?.name);
  const span = (one) => spanText(one.begins, one.ends, app.language);
  return [
    ...proposals.filter((one) => one.origin !== "offer" && isOpen(one)).map((one) => ({
      to: `proposal/${one.id}`, title: say.proposed(what(one)), mark: say.answer,
      when: span(one), until: one.until })),
    ...visits.filter((one) => one.state === "under_way" || (one.state === "planned"
      && localDay(one.begins) <= today())).map((one) => ({
      to: `visit/${one.id}`, title: ofVisit(one), when: span(one),
      mark: one.state === "planned" ? say.today : say.underWay })),
    ...requests.filter((one) => one.offers?.length).map((one) => ({
      to: `help-request/${one.id}`, title: say.offered(what(one)), mark: say.answer,
      when: span(one) })),
    ...covers.filter(isOpenCover).map((one) => ({ to: "pairings", title: say.cover(what(one)),
      mark: say.answer, when: span(one), until: one.until })),
    ...pairings.filter(isAsked).map((one) => ({ to: `pairing/${one.id}`,
      title: say.pair(pairText(app, one)), mark: say.answer, when: "" })),
    ...groupThings(app, lists),
    ...visits.filter(isUnconfirmed).map((one) => ({
      to: `visit/${one.id}`, title: say.confirm(what(one)), mark: say.confirms,
      when: span(one) })),
    ...turns.filter((one) => one.due <= addDays(today(), 1)).map((one) => ({ to: "care",
      title: say.turn(one.display_name), mark: say.due(dayText(one.due, app.language)), when: "" })),
  ];
}

/** What waits in help groups: shifts asked for and of today, who would come home, invitations. */
function groupThings(app, { shifts, rotas, askings }) {
  const say = app.say(words);
  const what = (one) => named(kinds, one.kind, app.language);
  const span = (one) => spanText(one.begins, one.ends, app.language);
  const shiftPage = (one) => (app.acting ? "help-shifts" : `help-shift/${one.id}`);
  return [
    ...shifts.filter((one) => !one.visit && !one.is_cancelled && (one.state === "under_way"
      || (one.state === "confirmed" && localDay(one.begins) <= today()
        && Date.parse(one.ends) > now()))).map((one) => ({ to: shiftPage(one),
      title: say.ownShift(what(one)), when: span(one),
      mark: one.state === "under_way" ? say.underWay : say.today })),
    ...shifts.filter(isProposed).map((one) => ({ to: shiftPage(one), title: say.shift(what(one)),
      mark: say.answer, when: span(one), until: one.until })),
    ...rotas.filter((one) => !one.is_agreed).map((one) => ({ to: "help-shifts",
      title: say.home(what(one)), mark: say.answer, when: "" })),
    ...askings.filter((one) => one.kind === "invitation" && one.state === "open"
      && Date.parse(one.until) > now()).map(() => ({ to: "help-groups", title: say.invited,
      mark: say.answer, when: "" })),
  ];
}

function waitingCard(app, { to, title, mark, when, until }) {
  return make("li", { class: "card urgent" },
    make("h3", {}, make("a", { href: `#/${to}`, class: "title" }, title)),
    make("p", { class: "marks" }, make("span", { class: "mark urgent" }, mark,
      until && " · ", until && left(until, app.language))),
    when && make("p", { class: "when" }, when));
}

/** A minute of the day as a clock shows it. */
export const clockText = (minute) => [Math.floor(minute / 60) % 24, minute % 60]
  .map((part) => String(part).padStart(2, "0")).join(":");

/** The one big button of the day, until it was pressed. */
export function checking(app, check) {
  const say = app.say(words);
  if (check.is_said) return make("p", { class: "card title" }, say.said);
  return make("section", { class: "card well" }, make("p", { class: "title" }, say.wellAsk),
    doing(app, say.well, async () => {
      await write("POST", app.path("/me/daily-check/well"));
      return say.saidNow;
    }, { key: "well", kind: "main" }),
    make("p", {}, say.wellBy(clockText(check.minute))));
}
