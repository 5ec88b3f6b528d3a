// Shows openapi.json: its operations by subject, and the shapes that they send and are sent.

import { ask, element, firstLanguage, page, speak, store } from "./common.js";

const methods = ["get", "post", "put", "patch", "delete"];
const words = {
  zh: {
    title: "接口说明 · 邻里", loading: "正在读取…", count: (count) => `共 ${count} 个接口`,
    parameters: "参数", content: "发送", answers: "返回", required: "必填", shapes: "数据结构",
    open: "任何人可用。", signedIn: "需要登录。",
    tags: { accounts: "账号", announcements: "公告", estates: "小区", events: "事件", places: "地点" },
  },
  en: {
    title: "API reference · Linli", loading: "Loading…", count: (count) => `${count} operations`,
    parameters: "Parameters", content: "Sends", answers: "Answers", required: "required",
    shapes: "Shapes", open: "Open to anybody.", signedIn: "Needs a session.",
    tags: {
      accounts: "Accounts", announcements: "Announcements", estates: "Estates", events: "Events",
      places: "Places",
    },
  },
};

let language = firstLanguage();
let root = null;
let failed = false;

/** The reader's half of a text that the document gives in both languages, as “中文 / English”. */
function half(text) {
  const parts = String(text ?? "").split(" / ");
  return parts.length === 2 ? parts[language === "zh" ? 0 : 1] : String(text ?? "");
}

/** What a `$ref` within the document names; other things stand for themselves. */
function resolve(thing) {
  for (let steps = 0; typeof thing?.$ref === "string" && steps < 8; steps += 1) {
    thing = thing.$ref.slice(2).split("/").reduce((part, key) => part?.[key], root);
  }
  return thing ?? {};
}

const code = (text) => element("code", text);

function link(target, text) {
  const made = element("a");
  made.href = target;
  made.append(code(text));
  return made;
}

/** A schema in a few words: a link to its name, or its type and what it holds. */
function typeOf(schema) {
  if (!schema) return [];
  if (schema.$ref) {
    const name = schema.$ref.split("/").pop();
    return [link(`#shape-${name}`, name)];
  }
  const choices = schema.oneOf ?? schema.anyOf;
  if (choices) return choices.flatMap((one, index) => [...(index ? [" | "] : []), ...typeOf(one)]);
  if (schema.enum) return [code(schema.enum.map(String).join(" | "))];
  if (schema.type === "array") return ["[", ...typeOf(schema.items), "]"];
  const type = [schema.type ?? ""].flat().join(" | ");
  return [code(schema.format ? `${type} (${schema.format})` : type)];
}

function contentOf(holder) {
  return Object.entries(holder.content ?? {}).flatMap(([type, { schema }]) => [
    code(type), ...(schema ? [" ", ...typeOf(schema)] : []),
  ]);
}

/** Parts of a line, with a mark between those that are there. */
function line(...parts) {
  const row = element("li");
  for (const part of parts.filter((one) => one.length)) {
    if (row.hasChildNodes()) row.append(" · ");
    row.append(...(Array.isArray(part) ? part : [part]));
  }
  return row;
}

function list(heading, rows) {
  if (!rows.length) return [];
  const listed = element("ul");
  listed.append(...rows);
  return heading ? [element("h3", heading), listed] : [listed];
}

/** What an answer means: the refusals of a status are links to what they say. */
function meaning(answer) {
  if (!answer.content?.["application/problem+json"]) return [half(answer.description)];
  return answer.description.split(", ").flatMap((name, index) => [
    ...(index ? [", "] : []), link(`/problems/${encodeURIComponent(name)}`, name),
  ]);
}

function operation(method, path, described) {
  const say = words[language];
  const parts = element("details", "", "operation");
  parts.id = described.operationId;
  const summary = element("summary");
  summary.append(code(`${method.toUpperCase()} ${path}`), element("br"), half(described.summary));
  const inside = element("div");
  inside.append(
    element("p", described.security?.length ? say.signedIn : say.open),
    ...list(say.parameters, (described.parameters ?? []).map(resolve).map((one) => line(
      [code(one.name)], [one.in], one.required ? [say.required] : [], typeOf(one.schema),
      [half(one.description)].filter(Boolean)))),
    ...list(say.content, [contentOf(resolve(described.requestBody))]
      .filter((content) => content.length).map((content) => line(content))),
    ...list(say.answers, Object.entries(described.responses).map(([status, answer]) => {
      const isRefusal = answer.content?.["application/problem+json"];
      return line([code(status)], meaning(answer), isRefusal ? [] : contentOf(answer));
    })));
  parts.append(summary, inside);
  return parts;
}

function shape(name, schema) {
  const section = element("section");
  section.id = `shape-${name}`;
  const heading = element("h3");
  heading.append(code(name));
  const required = new Set(schema.required);
  const members = Object.entries(schema.properties ?? {}).map(([member, described]) => line(
    [code(member)], required.has(member) ? [words[language].required] : [], typeOf(described),
    [half(described.description)].filter(Boolean)));
  section.append(heading, ...list("", members));
  return section;
}

function showOperations() {
  const groups = new Map();
  for (const [path, item] of Object.entries(root.paths)) {
    for (const method of methods.filter((one) => item[one])) {
      const tag = item[method].tags?.[0] ?? "";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(method, path, item[method]));
    }
  }
  const open = new Set([...document.querySelectorAll("details[open]")].map((one) => one.id));
  page("operations").replaceChildren(...[...groups].map(([tag, operations]) => {
    const section = element("section");
    section.append(element("h2", words[language].tags[tag] ?? tag), ...operations);
    for (const one of operations) one.open = open.has(one.id);
    return section;
  }));
  return [...groups.values()].flat().length;
}

function show() {
  const say = words[language];
  speak(language, say.title);
  page("trouble").hidden = !failed;
  page("status").textContent = root || failed ? "" : say.loading;
  if (!root) return;
  const count = showOperations();
  page("about").textContent = `${half(root.info.title)} v${root.info.version} · ${say.count(count)}`;
  page("shapes").replaceChildren(element("h2", say.shapes), ...Object
    .entries(root.components?.schemas ?? {}).map(([name, schema]) => shape(name, schema)));
}

async function start() {
  failed = false;
  show();
  try {
    root = (await ask("/openapi.json")).content;
  } catch {
    failed = true;
  }
  show();
  // What the address names was not there when the browser looked for it.
  const named = document.getElementById(location.hash.slice(1));
  if (named?.tagName === "DETAILS") named.open = true;
  named?.scrollIntoView();
}

page("language").addEventListener("click", () => {
  language = language === "zh" ? "en" : "zh";
  store("language", language);
  show();
});
page("again").addEventListener("click", start);
start();
