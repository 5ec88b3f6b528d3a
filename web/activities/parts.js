// The small parts that pages are made of.

import { element, tongue } from "../common.js";
import { leftText, momentLocal } from "./moments.js";

/** An element with attributes and children; nothing that is false or absent gets in. */
export function make(name, traits = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(traits)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else made.setAttribute(key, value === true ? "" : String(value));
  }
  made.append(...children.flat(Infinity).filter((child) => child || child === 0));
  return made;
}

/** A button that does something once at a time; it says so while it does. */
export function button(text, act, { kind = "", key, describedBy, pressed } = {}) {
  const made = make("button", {
    type: "button", class: kind, "data-focus": key, "aria-describedby": describedBy,
    "aria-pressed": pressed === undefined ? undefined : String(pressed),
  }, text);
  made.addEventListener("click", () => once(made, act));
  return made;
}

/** Runs an act of a button, which nobody can start twice meanwhile. */
export async function once(part, act) {
  if (part.getAttribute("aria-busy") === "true") return;
  part.setAttribute("aria-busy", "true");
  try { await act(); } finally { part.removeAttribute("aria-busy"); }
}

export const link = (text, to, kind = "") => make("a", { href: to, class: kind }, text);

/** A text in the reader's language, else in the other one, which screen readers must know. */
export function bilingual(name, item, field, language, className) {
  const here = item[`${field}_${language}`];
  const other = language === "zh" ? "en" : "zh";
  const made = element(name, here || item[`${field}_${other}`], className);
  if (!here) made.lang = tongue(other);
  return made;
}

/** The same as plain words. */
export const inLanguage = (item, field, language) =>
  item[`${field}_${language}`] || item[`${field}_${language === "zh" ? "en" : "zh"}`] || "";

/** How long there still is; it is kept current while it stands on the page. */
export function left(until, language) {
  const made = element("strong", leftText(until, language), "left");
  made.dataset.until = until;
  return made;
}

export function keepCurrent(language) {
  for (const part of document.querySelectorAll("[data-until]")) {
    part.textContent = leftText(part.dataset.until, language);
  }
}

/** A drawing that the server made, such as a QR code. */
export const drawing = (svg) => document.importNode(
  new DOMParser().parseFromString(svg, "image/svg+xml").documentElement, true);

/** Terms and what they say; those without words are left out. */
export function facts(...pairs) {
  return make("dl", { class: "facts" }, pairs.filter(([, words]) => words).map(([term, words]) =>
    make("div", {}, make("dt", {}, term), make("dd", {}, words))));
}

const troubles = {
  zh: {
    away: "连接不上服务器。请检查网络，再按一次：不会重复办理。",
    fault: "服务器出错了。请稍后再按一次：不会重复办理。",
    changed: "别人刚刚改过。请先读取最新内容，再改一次。",
    fields: "还有几处要改，已写在那几项下面。", signIn: "请先登录。", prove: "现在验证",
    gone: "找不到。可能已经取消，或不对您开放。",
    // What to do on a page, where the server says it to programs.
    plainly: {
      "venue-refused": "请换时间或换地点。现在一场也没有订。",
      "guests-would-lose-places": "确要取消这些场次，请在下面勾选并写明原因；会通知每一位报名的人。",
      "not-of-household": "一次只能替自己和同住的家人报名。",
      "not-for-another": "请在上面改回“我自己”，或请本人登录后自己办。",
      "below-held": "请多留些名额，或选择谁回到候补。",
      "need-not-leave": "不必请这么多人退回候补，请少选几位。",
      "leaving-means": "离开后：不再看到这一户和本楼的内容，住户核验失效，随户的身份结束；已有的报名保留，以后不能再替这家人报名。要回来须重新加入。",
      "erasure-means": "冷静期过后：姓名、手机号、住户关系、留言等删除，报名取消，登录结束，不能恢复；账目和日志只留编号。要留的资料请先下载副本。",
    },
    others: (count) => `另外 ${count} 场也有问题。`,
  },
  en: {
    away: "The server cannot be reached. Check the network and press again: nothing is done twice.",
    fault: "The server failed. Press again later: nothing is done twice.",
    changed: "Somebody else has just changed this. Read it again, then make your change.",
    fields: "Some fields need another look: it says so below them.",
    signIn: "Please sign in first.", prove: "Prove it now", gone: "Not found: it was taken away, or is not open to you.",
    plainly: {
      "venue-refused": "Choose another time or place. Nothing was booked.",
      "guests-would-lose-places": "To cancel those, tick the box below and say why; all are told.",
      "not-of-household": "One joins for oneself and the own household.",
      "not-for-another": "Choose “myself” above, or let the person sign in and do it.",
      "below-held": "Keep more places, or choose who goes back to the wait-list.",
      "need-not-leave": "Not so many need to go back to the wait-list: choose fewer.",
      "leaving-means": "You will see nothing of this household and its stair any more, its proof of "
        + "you lapses, and so do the roles that came with it; your bookings stay, and you book for "
        + "these people no more. Coming back takes a new code.",
      "erasure-means": "After the time to take it back: name, phone, household, comments and the "
        + "like go, bookings are cancelled, sessions end, and nothing brings it back; ledgers and "
        + "the log keep ids alone. Take a copy first if you want one.",
    },
    others: (count) => `It is the same with ${count} more.`,
  },
};

// A series has up to 400 meetings, and mostly one reason.
const errorsMax = 5;
const localTimes = /\d{4}-\d\d-\d\dT\d\d:\d\d/g;

/** What went wrong, in the server's words where it has some. */
export function problemWords(problem, language) {
  const own = troubles[language];
  if (problem.status === 0) return [own.away];
  if (problem.status === 401) return [own.signIn];
  if (problem.status === 412) return [own.changed];
  if (problem.isPlaced) return [own.fields];
  if (problem.status >= 500) return [own.fault];
  if (problem.status === 404) return [own.gone];
  return [problem.title, own.plainly[problem.code] ?? problem.detail].filter(Boolean);
}

/** The place where a problem is told; it is empty and silent until then. */
export function problemPlace(key) {
  return make("div", { class: "problem", role: "alert", "data-problem": key, hidden: true });
}

/** Tells a problem at its place, or takes it away. */
export function tellProblem(place, problem, language) {
  place.hidden = !problem;
  if (!problem) return place.replaceChildren();
  const [title, ...rest] = problemWords(problem, language);
  const errors = problem.unplaced ?? problem.errors ?? [];
  const more = errors.length - errorsMax;
  place.replaceChildren(
    element("p", title, "title"), ...rest.map((words) => element("p", words)),
    ...(errors.length ? [make("ul", {}, errors.slice(0, errorsMax).map(({ detail }) =>
      element("li", detail.replace(localTimes, (time) => momentLocal(time, language)))))] : []),
    ...(more > 0 ? [element("p", troubles[language].others(more))] : []),
    ...(problem.code === "second-proof-needed"
      ? [link(troubles[language].prove, "#/proof")] : []));
  place.scrollIntoView({ block: "nearest" });
}

/** Something that can be opened; it says by itself whether it is. */
export function fold(title, key, isOpen, ...children) {
  const made = make("details", { open: isOpen, "data-fold": key },
    make("summary", { "data-focus": key }, title), make("div", {}, ...children));
  return made;
}
