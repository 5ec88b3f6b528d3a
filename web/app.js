// The public page of an estate: its announcements, as anybody may read them.
"use strict";

const pollMilliseconds = 30_000;
// Time passes without an event, too: what is shown expires.
const livePollMilliseconds = 300_000;
const settleMilliseconds = 300;
const answerMilliseconds = 15_000;
// An event with a name of its own reaches only listeners of that name.
const eventNames = [
  "message", "event", "announcement", "announcement.published", "announcement.changed",
  "announcement.corrected", "announcement.withdrawn", "announcement.pinned",
  "announcement.unpinned", "announcement.expired",
];
const words = {
  zh: {
    loading: "正在读取…", none: "现在没有公告。", failed: "暂时读不到，请稍后再试。",
    noEstate: "还没有开通的小区。", pinned: "置顶", untitled: "（无标题）", other: "English",
  },
  en: {
    loading: "Loading…", none: "There are no announcements now.",
    failed: "This cannot be read just now. Please try again later.",
    noEstate: "No estate is here yet.", pinned: "Pinned", untitled: "(untitled)", other: "中文",
  },
};

const page = (id) => document.getElementById(id);
let language = stored("language") === "en" ? "en" : "zh";
let estates = [];
let items = [];
let message = "loading";
let stream = null;
let polling = null;
let pollingEvery = 0;
let settle = null;
let asked = 0;

/** A remembered choice; a browser that keeps nothing still shows the page. */
function stored(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

function store(name, value) {
  try { localStorage.setItem(name, value); } catch { /* it is only a convenience */ }
}

/** A text of two languages in the reader's, else in the other one. */
function inLanguage(text) {
  if (typeof text === "string") return text;
  if (text === null || typeof text !== "object") return "";
  const other = language === "zh" ? "en" : "zh";
  return [text[language], text[other]].find((one) => typeof one === "string" && one) ?? "";
}

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

async function read(path) {
  const answer = await fetch(path, {
    headers: { Accept: "application/json" }, credentials: "omit",
    signal: AbortSignal.timeout(answerMilliseconds),
  });
  if (!answer.ok) throw new Error(String(answer.status));
  const list = (await answer.json())?.items;
  return Array.isArray(list) ? list.filter((item) => item && typeof item === "object") : [];
}

function show() {
  const tongue = language === "zh" ? "zh-Hans" : "en";
  document.documentElement.lang = tongue;
  document.title = language === "zh" ? "邻里" : "Linli";
  for (const part of document.querySelectorAll("[data-zh]")) {
    part.textContent = part.dataset[language];
  }
  page("language").textContent = words[language].other;
  page("language").lang = language === "zh" ? "en" : "zh-Hans";
  page("status").textContent = message ? words[language][message] : "";
  page("again").hidden = message !== "failed";
  showEstates();
  page("announcements").replaceChildren(...items.map(announcement));
}

function showEstates() {
  const choice = page("estate");
  const chosen = choice.value;
  choice.replaceChildren(...estates.map((estate) => {
    const option = element("option", inLanguage(estate.name) || estate.id);
    option.value = estate.id;
    return option;
  }));
  if (chosen) choice.value = chosen;
  choice.disabled = estates.length === 0;
}

function announcement(item) {
  const entry = element("li");
  if (item.pinned === true) entry.append(element("p", words[language].pinned, "pinned field"));
  entry.append(element("h3", inLanguage(item.title) || words[language].untitled));
  const body = inLanguage(item.body);
  if (body) entry.append(element("p", body, "body"));
  const published = new Date(item.published_at ?? NaN);
  if (!Number.isNaN(published.getTime())) {
    const time = element("time", published.toLocaleString(
      language === "zh" ? "zh-CN" : "en-GB",
      { dateStyle: "long", timeStyle: "short", timeZone: "Asia/Shanghai" }));
    time.dateTime = published.toISOString();
    entry.append(time);
  }
  return entry;
}

/** Reads the announcements of the chosen estate; a later question makes an earlier one void. */
async function refresh() {
  const estate = page("estate").value;
  if (!estate) return;
  const question = ++asked;
  try {
    const list = await read(`/api/v1/estates/${encodeURIComponent(estate)}/announcements`);
    if (question !== asked) return;
    items = list;
    items.sort((a, b) => Number(b.pinned === true) - Number(a.pinned === true)
      || (Date.parse(b.published_at) || 0) - (Date.parse(a.published_at) || 0));
    message = items.length ? "" : "none";
  } catch {
    if (question !== asked) return;
    message = "failed";
  }
  show();
}

/** Several events in a row need one reading. */
function refreshSoon() {
  clearTimeout(settle);
  settle = setTimeout(refresh, settleMilliseconds);
}

function poll(milliseconds) {
  // Each failed attempt of the stream comes by here, and must not put the next question off.
  if (pollingEvery === milliseconds) return;
  pollingEvery = milliseconds;
  clearInterval(polling);
  polling = setInterval(() => {
    refresh();
    // A refused stream is not tried again by the browser.
    if (stream?.readyState === EventSource.CLOSED) listen();
  }, milliseconds);
}

/** Hears of changes; while the stream is down, the page asks every half minute. */
function follow() {
  poll(pollMilliseconds);
  if (typeof EventSource === "function") listen();
}

function listen() {
  stream?.close();
  const estate = encodeURIComponent(page("estate").value);
  const opened = new EventSource(`/api/v1/estates/${estate}/events/stream`);
  stream = opened;
  opened.addEventListener("open", () => {
    if (stream !== opened) return;
    poll(livePollMilliseconds);
    refreshSoon();
  });
  opened.addEventListener("error", () => {
    if (stream === opened) poll(pollMilliseconds);
  });
  for (const name of eventNames) opened.addEventListener(name, refreshSoon);
}

function choose() {
  store("estate", page("estate").value);
  items = [];
  message = "loading";
  show();
  refresh();
  follow();
}

async function start() {
  message = "loading";
  show();
  try {
    estates = (await read("/api/v1/estates")).filter((estate) => typeof estate.id === "string");
  } catch {
    message = "failed";
    return show();
  }
  if (!estates.length) message = "noEstate";
  show();
  const last = stored("estate");
  if (estates.some((estate) => estate.id === last)) page("estate").value = last;
  if (estates.length) choose();
}

page("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  store("language", language);
  show();
});
page("choice").addEventListener("submit", (event) => event.preventDefault());
page("estate").addEventListener("change", choose);
page("again").addEventListener("click", () => (estates.length ? refresh() : start()));
start();
