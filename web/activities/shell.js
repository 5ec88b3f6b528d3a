// The frame of the pages of residents and offices: who is there, which page, and keeping it current.

import {
  firstLanguage, hear, offerViews, page, pause, speak, store,
} from "../common.js";
import { deskPages } from "../desk/pages.js";
import { familyPages } from "../family/pages.js";
import { goodsPages } from "../goods/pages.js";
import { helpPages } from "../help/pages.js";
import { peoplePages } from "../people/pages.js";
import { officeRoles } from "../people/words.js";
import { calendar } from "./calendar.js";
import { answerIn, onBehalf } from "./client.js";
import { comments } from "./comments.js";
import { copy, draft, edit } from "./draft.js";
import { feed } from "./feed.js";
import { manage } from "./manage.js";
import { mine } from "./mine.js";
import { navigation } from "./navigation.js";
import { noShows } from "./no-shows.js";
import { notices } from "./notices.js";
import { occurrence } from "./occurrence.js";
import { offersBanner } from "./offers.js";
import { activity } from "./organise-one.js";
import { organise } from "./organise.js";
import {
  button, keepCurrent, link, make, problemPlace, problemWords, tellProblem,
} from "./parts.js";
import { roll } from "./roll.js";
import {
  chooseEstate, readPlaces, readReservations, readUnread, signOut, whoIsThere,
} from "./session.js";
import { see } from "./see.js";
import { readMandates, whoseBanner } from "./whose.js";
import { proof } from "./passkey.js";
import { signIn } from "./sign-in.js";

const settleMilliseconds = 200;
const streamAgainMilliseconds = 2_000;
const againMilliseconds = 5_000;
const currentMilliseconds = 15_000;
// Time passes without an event, too.
const pollMilliseconds = 60_000;

const pages = {
  "": feed, occurrence, comments, mine, notices, "no-shows": noShows, organise, draft, edit, copy,
  activity, manage, roll, see, calendar, "sign-in": signIn, proof, ...peoplePages,
  ...familyPages, ...helpPages, ...goodsPages, ...deskPages,
};

const words = {
  zh: {
    site: "邻里", feed: "活动", signOut: "退出登录", home: "小区公告", loading: "正在读取…",
    live: "实时更新", connecting: "正在连接…", away: "连接断开，正在重连…",
    none: "还没有开通的小区。", estate: "换一个小区",
    stale: "下面是之前读到的内容，可能不是最新的。", here: (name) => `${name}，您好`,
    signInFirst: "登录后再看一次",
  },
  en: {
    site: "Linli", feed: "Activities", signOut: "Sign out", home: "Announcements",
    loading: "Loading…", live: "Live", connecting: "Connecting…",
    away: "Not connected, trying again…", none: "No estate is here yet.",
    estate: "Another estate",
    stale: "What follows was read earlier, and may be out of date.",
    here: (name) => `Signed in: ${name}`,
    signInFirst: "Sign in and look again",
  },
};

const app = {
  language: firstLanguage(), me: null, estate: null, estates: [], person: null, places: [],
  duties: [], reservations: [], unread: 0, state: {}, id: "", rest: "", back: "",
  // For whom the reader may act, and for whom it does so now.
  mandates: [], acting: null,
  get subject() { return app.acting?.person ?? app.person; },
  path: (rest) => `/api/v1/estates/${encodeURIComponent(app.estate.id)}${rest}`,
  pathFor: (rest) => onBehalf(app.path(rest), app.acting?.person),
  say: (list) => list[app.language],
  holds: (...offices) => offices.some((one) => app.duties.includes(one)),
  go: (hash) => { if (location.hash === hash) route(); else location.hash = hash; },
  refresh, show, tell, start,
};

let current = null;
let data = null;
let failed = null;
let told = "";
let turn = 0;
let hasOpened = false;
let asked = 0;
let latest = null;
let connection = "connecting";
let stream = null;
let [settle, polling] = [null, null];
const drawn = new Map();

// MARK: Showing

/** Says how something ended, to eyes and to screen readers, until another page is opened. */
function tell(text) {
  told = text;
  draw();
}

/** Shows everything anew, as after a choice that is the page's own. */
function show() {
  turn += 1;
  draw();
}

function draw() {
  const say = words[app.language];
  const title = current?.title(app, data) ?? say.feed;
  answerIn(app.language);
  speak(app.language, `${title} · ${say.site}`);
  page("title").textContent = title;
  page("estate-name").textContent = app.estate
    ? app.estate[`name_${app.language}`] || app.estate.name_zh : "";
  connected(connection);
  drawTrouble(say);
  const status = failed ? "" : data === null ? say.loading : told;
  if (page("status").textContent !== status) page("status").textContent = status;
  page("status").className = told && status ? "told" : "";
  page("main").setAttribute("aria-busy", String(data === null && !failed));
  drawParts(page("pages"), [{ key: "nav", of: [app.unread, location.hash, Boolean(app.me), app.duties],
    make: () => navigation(app) }]);
  drawParts(page("foot"), [{ key: "foot", of: [app.me?.account, app.estate?.id, location.hash],
    make: () => foot(say) }]);
  drawParts(page("banner"), [...offersBanner(app), ...whoseBanner(app, current)]);
  drawParts(page("page"), data === null ? [] : current.sections(app, data));
}

function drawTrouble(say) {
  page("trouble").hidden = !failed;
  const own = failed && problemWords(failed, app.language);
  const trouble = failed ? [...own, data === null ? "" : say.stale].join(" ").trim() : "";
  // An alert that is written anew is read aloud anew.
  if (page("trouble-text").textContent !== trouble) page("trouble-text").textContent = trouble;
  // What is for residents alone is not there for a visitor.
  const mayHelp = failed?.status === 404 && !app.me;
  drawParts(page("trouble-more"), [mayHelp && { key: "sign-in", of: null,
    make: () => make("p", {}, link(say.signInFirst, "#/sign-in")) }]);
}

/** Puts sections in their place; what says the same as before stays as it stands. */
function drawParts(place, sections) {
  const kept = drawn.get(place) ?? new Map();
  const next = new Map();
  const focus = document.activeElement?.dataset?.focus;
  const folds = new Map([...place.querySelectorAll("[data-fold]")].map((one) =>
    [one.dataset.fold, one.open]));
  for (const { key, of, make: makeSection } of sections.filter(Boolean)) {
    const says = JSON.stringify([app.language, turn, of]);
    const old = kept.get(key);
    if (old?.says === says) { next.set(key, old); continue; }
    const part = makeSection();
    if (part) next.set(key, { says, part });
  }
  const parts = [...next.values()].map((one) => one.part);
  const isSame = parts.length === place.childNodes.length
    && parts.every((part, index) => part === place.childNodes[index]);
  drawn.set(place, next);
  if (isSame) return;
  for (const old of [...place.childNodes]) if (!parts.includes(old)) old.remove();
  parts.forEach((part, index) => {
    if (place.childNodes[index] !== part) place.insertBefore(part, place.childNodes[index] ?? null);
  });
  for (const one of place.querySelectorAll("[data-fold]")) {
    if (folds.has(one.dataset.fold)) one.open = folds.get(one.dataset.fold);
  }
  if (focus && document.activeElement === document.body) {
    place.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus();
  }
}

function foot(say) {
  const name = app.me?.estates.find((one) => one.id === app.estate?.id)?.display_name;
  const parts = [make("p", {}, link(say.home, "/"))];
  if (app.estates.length > 1) {
    const choice = make("select", { id: "estate" }, app.estates.map((one) => make("option",
      { value: one.id, selected: one.id === app.estate.id },
      one[`name_${app.language}`] || one.name_zh)));
    choice.addEventListener("change", () => {
      store("estate", choice.value);
      start();
    });
    parts.push(make("label", { for: "estate" }, say.estate), choice);
  }
  if (app.me) {
    const trouble = problemPlace("foot");
    parts.push(make("p", {}, name ? say.here(name) : ""), trouble, button(say.signOut, async () => {
      try {
        await signOut();
      } catch (problem) {
        return tellProblem(trouble, problem, app.language);
      }
      location.hash = "#/";
      await start();
    }));
  }
  return make("div", { class: "foot" }, ...parts);
}

// MARK: Reading

/** Reads what the page shows; a later question makes an earlier one void, which ends with it. */
function refresh() {
  latest = readAll();
  return latest;
}

async function readAll() {
  const question = ++asked;
  clearTimeout(polling);
  try {
    if (!app.estate) return;
    const [read, reservations, unread] = await Promise.all([
      current.read(app), readReservations(app), readUnread(app)]);
    if (question !== asked) return latest;
    [data, app.reservations, app.unread, failed] = [read, reservations, unread, null];
  } catch (problem) {
    if (question !== asked) return latest;
    if (problem.status === undefined) throw problem;
    if (problem.status === 401 && app.me) return start();
    failed = problem;
  }
  draw();
  offersBanner.read(app).then((isNews) => { if (isNews && question === asked) draw(); });
  polling = setTimeout(refresh, failed ? againMilliseconds : pollMilliseconds);
}

function refreshSoon() {
  clearTimeout(settle);
  settle = setTimeout(refresh, settleMilliseconds);
}

/** Opens the page that the address names. */
async function route() {
  const [, name = "", id = "", rest = ""] = location.hash.split("/");
  let wanted = Object.hasOwn(pages, name) ? pages[name] : feed;
  [app.id, app.rest] = [decodeURIComponent(id), rest];
  if (wanted !== signIn) app.back = location.hash;
  [app.state, data, failed, told] = [{}, null, null, ""];
  if (wanted.needsPerson && !app.person) wanted = signIn;
  current = wanted;
  drawn.delete(page("page"));
  page("page").replaceChildren();
  draw();
  scrollTo(0, 0);
  // Who has just come begins at the top.
  if (hasOpened) page("title").focus({ preventScroll: true });
  hasOpened = true;
  await refresh();
}

function connected(state) {
  connection = state;
  const shown = failed?.status === 0 ? "away" : state;
  page("live").textContent = words[app.language][shown];
  page("live").dataset.state = shown;
}

/** Hears of changes until somebody else is there or another estate is chosen. */
async function listen() {
  stream?.abort();
  const own = new AbortController();
  stream = own;
  while (!own.signal.aborted) {
    try {
      await hear(app.estate.id, own.signal, () => {
        // What happened before the stream was open is read once it is.
        if (connection !== "live") refreshSoon();
        connected("live");
      }, refreshSoon, app.person ? "same-origin" : "omit");
    } catch { /* whatever ended it, it is tried again */ }
    if (own.signal.aborted) return;
    connected("away");
    refreshSoon();
    await pause(streamAgainMilliseconds);
  }
}

/** The offices that the reader holds here, in a session that has the proof that one takes. */
function duties() {
  const own = app.me?.estates.find((one) => one.id === app.estate?.id);
  if (!own?.person) return [];
  return [...own.roles, ...app.me.offices].map(({ role }) => role)
    .filter((role) => officeRoles.includes(role));
}

/** Finds out who is there and where, and opens the page. */
async function start() {
  clearTimeout(polling);
  connected("connecting");
  try {
    app.me = await whoIsThere();
    Object.assign(app, await chooseEstate(app.me));
    app.person = app.me?.estates.find((one) => one.id === app.estate?.id)?.person ?? null;
    app.duties = duties();
    [app.reservations, app.unread] = [[], 0];
    Object.assign(app, await readMandates(app));
    app.places = app.estate ? await readPlaces(app) : [];
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    failed = problem;
    current ??= feed;
    connected("away");
    polling = setTimeout(start, againMilliseconds);
    return draw();
  }
  if (app.estate) listen();
  else told = words[app.language].none;
  await route();
}

page("language").addEventListener("click", () => {
  app.language = app.language === "zh" ? "en" : "zh";
  store("language", app.language);
  show();
});
offerViews(() => app.language);
page("again").addEventListener("click", () => (app.estate ? refresh() : start()));
page("skip").addEventListener("click", (event) => {
  // The address says which page it is: it must not change.
  event.preventDefault();
  page("main").focus();
});
addEventListener("hashchange", route);
// A phone that slept has missed what happened meanwhile.
document.addEventListener("visibilitychange", () => { if (!document.hidden) refreshSoon(); });
setInterval(() => keepCurrent(app.language), currentMilliseconds);
start();
