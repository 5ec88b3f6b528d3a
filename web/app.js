// The public page of an estate: its announcements, as anybody may read them, live.

import {
  ask, element, firstLanguage, hear, offerViews, page, pause, speak, store, stored, tongue,
} from "./common.js";

const pollMilliseconds = 30_000;
// Time passes without an event, too: what is shown begins and expires.
const livePollMilliseconds = 300_000;
const againMilliseconds = 5_000;
const settleMilliseconds = 200;
const streamAgainMilliseconds = 2_000;
const announcementsMax = 100;

const words = {
  zh: {
    title: "邻里 · 小区公告", loading: "正在读取…", none: "现在没有公开的公告。",
    noEstate: "还没有开通的小区。", pinned: "置顶", corrected: "已更正", fresh: "新",
    news: (count) => `收到 ${count} 则新公告。`,
    more: `只显示前 ${announcementsMax} 则。`,
    live: "实时更新", connecting: "正在连接…", away: "连接断开，正在重连…",
    failed: "连接不上服务器，暂时读不到公告。请检查网络，或稍后再试。",
    stale: (time) => `连接不上服务器。下面是 ${time} 读到的内容，可能不是最新的。`,
    until: (time) => `有效期至 ${time}`,
    roles: {
      residents_committee: "居委会", owners_committee: "业委会", property_manager: "物业",
      stair_leader: "楼组长",
    },
  },
  en: {
    title: "Linli · announcements", loading: "Loading…",
    none: "There are no public announcements now.", noEstate: "No estate is here yet.",
    pinned: "Pinned", corrected: "Corrected", fresh: "New",
    news: (count) => (count === 1 ? "A new announcement." : `${count} new announcements.`),
    more: `Only the first ${announcementsMax} are shown.`,
    live: "Live", connecting: "Connecting…", away: "Not connected, trying again…",
    failed: "The server cannot be reached, so announcements cannot be read. "
      + "Check the network, or try again later.",
    stale: (time) => `The server cannot be reached. What follows was read at ${time}, `
      + "and may be out of date.",
    until: (time) => `Until ${time}`,
    roles: {
      residents_committee: "Residents’ committee", owners_committee: "Owners’ committee",
      property_manager: "Property manager", stair_leader: "Stair leader",
    },
  },
};

let language = firstLanguage();
let estates = [];
let items = null;
let hasMore = false;
let fresh = new Set();
let readAt = null;
let failed = false;
let connection = "connecting";
let stream = null;
let polling = null;
let settle = null;
let asked = 0;

// MARK: Showing

/** A moment in the estate's zone. */
function moment(text, style) {
  const date = new Date(text);
  const locale = language === "zh" ? "zh-CN" : "en-GB";
  return date.toLocaleString(locale, { ...style, timeZone: "Asia/Shanghai" });
}

/** A text in the reader's language, else in the other one, which screen readers must know. */
function text(name, item, field, className) {
  const here = item[`${field}_${language}`];
  const other = language === "zh" ? "en" : "zh";
  const made = element(name, here || item[`${field}_${other}`], className);
  if (!here) made.lang = tongue(other);
  return made;
}

function show() {
  const say = words[language];
  speak(language, say.title);
  const estate = estates.find((one) => one.id === page("estate").value);
  if (estate) page("name").replaceChildren(text("span", estate, "name"));
  else page("name").textContent = language === "zh" ? "小区公告" : "The estate";
  connected(connection);
  page("trouble").hidden = !failed;
  const time = readAt && moment(readAt, { timeStyle: "short" });
  // An alert that is written anew is read aloud anew.
  const trouble = failed ? (time ? say.stale(time) : say.failed) : "";
  if (page("trouble-text").textContent !== trouble) page("trouble-text").textContent = trouble;
  page("status").textContent = statusText(say);
  page("main").setAttribute("aria-busy", String(items === null && !failed));
  page("announcements").replaceChildren(...(items ?? []).map(announcement));
}

function statusText(say) {
  if (failed) return "";
  if (items === null) return say.loading;
  if (estates.length === 0) return say.noEstate;
  if (items.length === 0) return say.none;
  return [fresh.size ? say.news(fresh.size) : "", hasMore ? say.more : ""].join(" ").trim();
}

function announcement(item) {
  const say = words[language];
  const entry = element("li", "", item.is_pinned ? "card pinned" : "card");
  const marks = element("p", "", "marks");
  if (fresh.has(item.id)) marks.append(element("span", say.fresh, "mark fresh"));
  if (item.is_pinned) marks.append(element("span", say.pinned, "mark"));
  if (item.version > 1) marks.append(element("span", say.corrected, "mark quiet"));
  if (marks.hasChildNodes()) entry.append(marks);
  entry.append(text("h3", item, "title"), text("p", item, "body", "body"));
  const about = element("p", "", "about");
  const role = say.roles[item.published_as];
  if (role) about.append(element("span", role));
  const long = { dateStyle: "long", timeStyle: "short" };
  const time = element("time", moment(item.published_at, long));
  time.dateTime = item.published_at;
  about.append(time, element("span", say.until(moment(item.ends, { dateStyle: "long" }))));
  entry.append(about);
  return entry;
}

function showEstates() {
  page("estate").replaceChildren(...estates.map((estate) => {
    const option = text("option", estate, "name");
    option.value = estate.id;
    return option;
  }));
  page("choice").hidden = estates.length < 2;
}

// MARK: Reading

/** Reads the announcements of the chosen estate; a later question makes an earlier one void. */
async function refresh() {
  const estate = encodeURIComponent(page("estate").value);
  const question = ++asked;
  try {
    const answer = await ask(`/api/v1/estates/${estate}/announcements?limit=${announcementsMax}`);
    if (question !== asked) return;
    const known = new Set(items?.map((item) => item.id));
    const list = answer.content.announcements;
    if (items) for (const item of list) if (!known.has(item.id)) fresh.add(item.id);
    fresh = new Set(list.map((item) => item.id).filter((id) => fresh.has(id)));
    const isSame = !failed && JSON.stringify(list) === JSON.stringify(items);
    [items, hasMore, readAt, failed] = [list, answer.hasMore, new Date(), false];
    if (!isSame) show();
  } catch {
    if (question !== asked) return;
    failed = true;
    show();
  }
  poll();
}

/** Several events in a row need one reading. */
function refreshSoon() {
  clearTimeout(settle);
  settle = setTimeout(refresh, settleMilliseconds);
}

/** Asks again later: soon after a failure, now and then while the stream tells of changes. */
function poll() {
  clearTimeout(polling);
  const wait = connection === "live" ? livePollMilliseconds : pollMilliseconds;
  polling = setTimeout(refresh, failed ? againMilliseconds : wait);
}

function connected(state) {
  connection = state;
  // A stream alone is no connection while nothing can be read.
  const shown = failed ? "away" : state;
  page("live").textContent = words[language][shown];
  page("live").dataset.state = shown;
}

/** Hears of changes until another estate is chosen; comes again when the connection is lost. */
async function listen() {
  stream?.abort();
  const own = new AbortController();
  stream = own;
  while (!own.signal.aborted) {
    try {
      await hear(page("estate").value, own.signal, () => {
        // What happened before the stream was open is read once it is.
        if (connection !== "live") refreshSoon();
        connected("live");
      }, refreshSoon);
    } catch { /* whatever ended it, it is tried again */ }
    if (own.signal.aborted) return;
    connected("away");
    poll();
    await pause(streamAgainMilliseconds);
  }
}

function choose() {
  [items, hasMore, readAt, failed, fresh] = [null, false, null, false, new Set()];
  connected("connecting");
  show();
  refresh();
  listen();
}

/** Codes of posters and guests and a calendar's events lead here: on to what they are about. */
function leadOn() {
  const views = { activities: "see", occurrences: "occurrence", rolls: "roll" };
  const [, estates, estate, list, id, ...rest] = location.hash.split("/");
  if (estates !== "estates" || !Object.hasOwn(views, list ?? "") || !id) return false;
  store("estate", decodeURIComponent(estate));
  location.replace(`/activities.html#/${[views[list], id, ...rest].join("/")}`);
  return true;
}

async function start() {
  if (leadOn()) return;
  clearTimeout(polling);
  failed = false;
  show();
  try {
    estates = (await ask("/api/v1/estates?limit=100")).content.estates;
  } catch {
    failed = true;
    connected("away");
    polling = setTimeout(start, againMilliseconds);
    return show();
  }
  showEstates();
  const last = stored("estate");
  if (estates.some((estate) => estate.id === last)) page("estate").value = last;
  if (estates.length) return choose();
  items = [];
  show();
}

addEventListener("hashchange", leadOn);
page("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  store("language", language);
  const chosen = page("estate").value;
  showEstates();
  page("estate").value = chosen;
  show();
});
offerViews(() => language);
page("choice").addEventListener("submit", (event) => event.preventDefault());
page("estate").addEventListener("change", () => {
  store("estate", page("estate").value);
  choose();
});
page("again").addEventListener("click", () => {
  if (!estates.length) return start();
  refresh();
});
// A phone that slept has missed what happened meanwhile.
document.addEventListener("visibilitychange", () => {
  if (!document.hidden && estates.length) refreshSoon();
});
start();
