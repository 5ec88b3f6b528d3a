// Asking and writing as the one who signed in.

const answerMilliseconds = 15_000;
const pagesMax = 10;

/** What the server refused, in its own words (RFC 9457). */
export class Problem extends Error {
  constructor(status, content) {
    super(content.title ?? String(status));
    this.status = status;
    this.code = content.code ?? "";
    this.title = content.title ?? "";
    this.detail = content.detail ?? "";
    this.errors = content.errors ?? [];
  }
}

let language = "zh";
let clockAhead = 0;

/** The language that refusals come in. */
export function answerIn(chosen) { language = chosen; }

/** The server's time, in milliseconds: a phone's own may be wrong. */
export const now = () => Date.now() + clockAhead;

/** The same path, asked for another whose delegate one is; nobody leaves it as it is. */
export const onBehalf = (path, person) => (person ? `${path}#${person}` : path);

async function exchange(method, path, fields, content) {
  // A fragment is never sent: here it is for whom something is asked.
  const [place, beneficiary] = path.split("#");
  let answer;
  try {
    answer = await fetch(place, {
      method, body: content, credentials: "same-origin",
      headers: { Accept: "application/json", "Accept-Language": language, ...fields,
        ...(beneficiary && { "On-Behalf-Of": beneficiary }) },
      signal: AbortSignal.timeout(answerMilliseconds),
    });
  } catch {
    throw new Problem(0, {});
  }
  const date = Date.parse(answer.headers.get("Date") ?? "");
  // The field counts whole seconds: half of one is as near as it says.
  if (date) clockAhead = date + 500 - Date.now();
  const isJSON = /json/.test(answer.headers.get("Content-Type") ?? "");
  const told = isJSON ? await answer.json().catch(() => ({})) : {};
  if (!answer.ok) throw new Problem(answer.status, told);
  return { told, next: /<([^>]+)>;\s*rel="?next/.exec(answer.headers.get("Link") ?? "")?.[1],
    version: /^"(.*)"$/.exec(answer.headers.get("ETag") ?? "")?.[1] };
}

/** What the server answers to a question. */
export const read = async (path) => (await exchange("GET", path)).told;

/** The same with its `version`, which a change of it names. */
export async function readVersion(path) {
  const { told, version } = await exchange("GET", path);
  return { ...told, version };
}

/** The same where nothing is an answer, too: what is not there, or not for this reader. */
export async function readIfAny(path, otherwise) {
  try {
    return await read(path);
  } catch (problem) {
    if (problem.status === 404 || problem.status === 403) return otherwise;
    throw problem;
  }
}

/** So many pages of a list, and whether there is more. */
export async function readPages(path, name, pages = pagesMax) {
  const items = [];
  let next = path;
  for (let count = 0; next && count < pages; count += 1) {
    const answer = await exchange("GET", next);
    items.push(...answer.told[name]);
    next = answer.next && onBehalf(answer.next, path.split("#")[1]);
  }
  return { items, hasMore: Boolean(next) };
}

// MARK: Writing

const keysName = "linli-keys";

function keys() {
  try { return JSON.parse(sessionStorage.getItem(keysName)) ?? {}; } catch { return {}; }
}

function keep(all) {
  try { sessionStorage.setItem(keysName, JSON.stringify(all)); } catch { /* memory has it */ }
  memory = all;
}

let memory = keys();

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Forgets what was asked and not answered: it belongs to the one who signed out. */
export function forgetKeys() { keep({}); }

/**
 * Does something once: until the server has answered, the same again has the same key, even after
 * the page was loaded anew.
 */
export async function write(method, path, body, version) {
  const content = body === undefined ? undefined : JSON.stringify(body);
  const what = [method, path, version ?? "", content ?? ""].join(" ");
  const key = memory[what] ?? newKey();
  keep({ ...memory, [what]: key });
  const fields = { "Idempotency-Key": key };
  if (content !== undefined) fields["Content-Type"] = "application/json";
  if (version !== undefined) fields["If-Match"] = `"${version}"`;
  const answered = () => {
    const { [what]: _, ...rest } = memory;
    keep(rest);
  };
  try {
    const { told } = await exchange(method, path, fields, content);
    answered();
    return told;
  } catch (problem) {
    const isUndecided = problem.status === 0 || problem.status === 429 || problem.status >= 500;
    if (!isUndecided) answered();
    throw problem;
  }
}
