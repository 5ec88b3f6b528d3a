// Shows openapi.json as a list of operations, grouped by tag.
"use strict";

const methods = ["get", "head", "post", "put", "patch", "delete", "options"];

const page = (id) => document.getElementById(id);

function element(name, text, className) {
  const made = document.createElement(name);
  if (text) made.textContent = text;
  if (className) made.className = className;
  return made;
}

/** What a `$ref` within the document names; other things stand for themselves. */
function resolve(thing, root) {
  for (let steps = 0; typeof thing?.$ref === "string" && steps < 8; steps += 1) {
    if (!thing.$ref.startsWith("#/")) return {};
    thing = thing.$ref.slice(2).split("/").reduce(
      (part, key) => part?.[key.replaceAll("~1", "/").replaceAll("~0", "~")], root);
  }
  return thing && typeof thing === "object" ? thing : {};
}

/** A schema in a few words: its name, or its type and what it holds. */
function typeName(schema) {
  if (typeof schema?.$ref === "string") return schema.$ref.split("/").at(-1);
  const choices = schema?.oneOf ?? schema?.anyOf ?? schema?.allOf;
  if (Array.isArray(choices)) return choices.map(typeName).join(" | ");
  if (Array.isArray(schema?.enum)) return schema.enum.map(String).join(" | ");
  const type = [schema?.type ?? ""].flat().join(" | ");
  if (type === "array") return `[${typeName(schema.items)}]`;
  return schema?.format ? `${type} (${schema.format})` : type;
}

function contentTypes(holder) {
  return Object.entries(holder?.content ?? {}).map(([type, content]) => {
    const name = typeName(content?.schema);
    return name ? `${type}: ${name}` : type;
  }).join(", ");
}

function list(title, rows) {
  if (!rows.length) return [];
  const listed = element("ul");
  for (const [name, about] of rows) {
    const row = element("li");
    row.append(element("code", name));
    if (about) row.append(` ${about}`);
    listed.append(row);
  }
  return [element("h3", title), listed];
}

function operation(method, path, described, shared, root) {
  const parts = element("details", "", "operation");
  const summary = element("summary");
  summary.append(element("code", `${method.toUpperCase()} ${path}`));
  if (described.summary) summary.append(` ${described.summary}`);
  const inside = element("div");
  if (described.description) inside.append(element("p", described.description, "body"));
  const parameters = [...shared, ...(described.parameters ?? [])].map((one) => resolve(one, root));
  const content = resolve(described.requestBody, root);
  inside.append(
    ...list("参数 Parameters", parameters.map((one) => [
      `${one.name ?? ""} (${one.in ?? ""})`,
      [typeName(one.schema), one.required ? "必填 required" : "", one.description ?? ""]
        .filter(Boolean).join(" · "),
    ])),
    ...list("内容 Content", contentTypes(content) ? [[contentTypes(content), ""]] : []),
    ...list("回答 Answers", Object.entries(described.responses ?? {}).map(([status, one]) => {
      const answer = resolve(one, root);
      return [status, [answer.description, contentTypes(answer)].filter(Boolean).join(" · ")];
    })));
  parts.append(summary, inside);
  return parts;
}

function show(root) {
  page("title").textContent = root.info?.title ?? "API";
  page("version").textContent = root.info?.version ?? "";
  page("description").textContent = root.info?.description ?? "";
  const groups = new Map();
  for (const [path, item] of Object.entries(root.paths ?? {})) {
    for (const method of methods.filter((one) => item?.[one])) {
      const tag = item[method].tags?.[0] ?? "";
      if (!groups.has(tag)) groups.set(tag, []);
      groups.get(tag).push(operation(method, path, item[method], item.parameters ?? [], root));
    }
  }
  for (const [tag, operations] of groups) {
    const section = element("section");
    if (tag) section.append(element("h2", tag));
    section.append(...operations);
    page("operations").append(section);
  }
  page("status").textContent = groups.size ? "" : "没有接口。 No operations.";
}

async function start() {
  try {
    const answer = await fetch("/openapi.json", { credentials: "omit" });
    if (!answer.ok) throw new Error(String(answer.status));
    show(await answer.json());
  } catch {
    page("status").textContent = "暂时读不到。 This cannot be read just now.";
  }
}

start();
