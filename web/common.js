// What all pages share: the reader's language and view, and asking the server.

const answerMilliseconds = 15_000;
// The server says something every 15 s: one that is silent for longer is gone.
const silenceMilliseconds = 40_000;

/** A remembered choice; a browser that keeps nothing still shows the page. */
export function stored(name) {
  try { return localStorage.getItem(name); } catch { return null; }
}

export function store(name, value) {
  try { localStorage.setItem(name, value); } catch { /* it is only a convenience */ }
}

export const page = (id) => document.getElementById(id);

export function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** The code of a language as HTML and screen readers want it. */
export const tongue = (language) => (language === "zh" ? "zh-Hans" : "en");

/** The one that was chosen, else the first of the browser's that we speak, else Chinese. */
export function firstLanguage() {
  const chosen = [stored("language"), ...(navigator.languages ?? [])];
  const spoken = chosen.map((one) => String(one).slice(0, 2).toLowerCase());
  return spoken.find((one) => one === "zh" || one === "en") ?? "zh";
}

const views = {
  zh: { plain: "长辈版", seniors: "标准版" },
  en: { plain: "Large text", seniors: "Usual text" },
};

/** The seniors' view (长辈版), where it was chosen: larger words and targets, on every page. */
export function showView(language) {
  const view = stored("view") === "seniors" ? "seniors" : "plain";
  document.documentElement.dataset.view = view;
  page("view").textContent = views[language][view];
}

/** Lets the reader change between the views. */
export function offerViews(language) {
  page("view").addEventListener("click", () => {
    store("view", stored("view") === "seniors" ? "plain" : "seniors");
    showView(language());
  });
}

/** Puts every fixed text of the page, and its button for the other language, into a language. */
export function speak(language, title) {
  document.documentElement.lang = tongue(language);
  document.title = title;
  for (const part of document.querySelectorAll("[data-zh]")) {
    part.textContent = part.dataset[language];
  }
  for (const part of document.querySelectorAll("[data-label-zh]")) {
    part.setAttribute("aria-label", language === "zh" ? part.dataset.labelZh : part.dataset.labelEn);
  }
  const other = language === "zh" ? "en" : "zh";
  page("language").textContent = other === "en" ? "English" : "中文";
  page("language").lang = tongue(other);
  if (page("view")) showView(language);
}

/** What the server answers to a question, and whether there is more. */
export async function ask(path) {
  const control = new AbortController();
  const patience = setTimeout(() => control.abort(), answerMilliseconds);
  try {
    const answer = await fetch(path, {
      headers: { Accept: "application/json" }, credentials: "omit", signal: control.signal,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const hasMore = /rel="?next/.test(answer.headers.get("Link") ?? "");
    return { content: await answer.json(), hasMore };
  } finally {
    clearTimeout(patience);
  }
}

export const pause = (milliseconds) => new Promise((done) => setTimeout(done, milliseconds));

/**
 * Hears an estate's stream of events to its end, as a visitor unless told to send the session's
 * cookie: an EventSource would always send it, and one that has ended is refused. Messages with a
 * name are about the stream.
 */
export async function hear(estate, signal, opened, happened, credentials = "omit") {
  const control = new AbortController();
  const stop = () => control.abort();
  signal.addEventListener("abort", stop);
  let patience = setTimeout(stop, silenceMilliseconds);
  try {
    const answer = await fetch(`/api/v1/estates/${encodeURIComponent(estate)}/events/stream`, {
      headers: { Accept: "text/event-stream" }, credentials, signal: control.signal,
    });
    if (!answer.ok) throw new Error(String(answer.status));
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    let text = "";
    while (true) {
      const { done, value } = await reader.read();
      if (done) return;
      clearTimeout(patience);
      patience = setTimeout(stop, silenceMilliseconds);
      opened();
      const messages = (text + decoder.decode(value, { stream: true })).split("\n\n");
      text = messages.pop();
      if (messages.some((one) => /^data:/m.test(one) && !/^event:/m.test(one))) happened();
    }
  } finally {
    clearTimeout(patience);
    signal.removeEventListener("abort", stop);
  }
}
