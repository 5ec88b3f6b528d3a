// Where the reader is visible, and the one button that takes back what can be taken back.

import { read, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { dayText, momentText } from "../activities/moments.js";
import { link, make } from "../activities/parts.js";
import { named, roles } from "../activities/words.js";
import { back } from "./doing.js";
import { nameOf, readKnown } from "./names.js";
import { provedBy, scopes } from "./words.js";

const words = {
  zh: {
    title: "我在哪里可见", back: "我的",
    revoke: "一次全部收回", sure: "停用我的日历链接，让其他设备退出，忘记所有设备，终止别人为我代办？不能撤销，可以重新办理。通行密钥保留。",
    yes: "全部收回", done: (one) => `已收回：日历链接 ${one.calendar_links}，登录 ${one.sessions}，`
      + `设备 ${one.devices}，代办 ${one.delegations}。`, none: "没有",
    calendar_links: "日历链接", kinds: { personal: "与我有关的活动", estate: "小区的活动", venue: "一个场地" },
    sessions: "登录着的设备", devices: "记得的设备", passkeys: "通行密钥", delegations: "代办",
    guardians: "我的监护人", readers: "最近查阅我档案的人", fetched: (day) => `最近读取 ${day}`,
    unfetched: "还没有被读取", made: (time) => `建于 ${time}`, here: "就是这台",
    seen: (day) => `最近使用 ${day}`, until: (time) => `至 ${time}`,
    by: (name, scope) => `${name} 可以为我：${scope}`, for: (name, scope) => `我可以为 ${name}：${scope}`,
    all: "全部查阅记录",
  },
  en: {
    title: "Where am I visible", back: "Me", revoke: "Take all of it back",
    sure: "Stop my calendar links, sign other devices out, forget all devices, and end what others "
      + "may do for me? It is not undone; each can be made anew. Passkeys stay.",
    yes: "Take it back", done: (one) => `Taken back: ${one.calendar_links} calendar links, `
      + `${one.sessions} sessions, ${one.devices} devices, ${one.delegations} mandates.`,
    none: "None", calendar_links: "Calendar links",
    kinds: { personal: "What concerns me", estate: "The estate’s activities", venue: "A venue" },
    sessions: "Where I am signed in", devices: "Devices that are known", passkeys: "Passkeys",
    delegations: "Acting for each other", guardians: "My guardians",
    readers: "Who read my record lately", fetched: (day) => `last read ${day}`,
    unfetched: "never read", made: (time) => `made ${time}`, here: "this one",
    seen: (day) => `last used ${day}`, until: (time) => `until ${time}`,
    by: (name, scope) => `${name} may, for me: ${scope}`,
    for: (name, scope) => `I may, for ${name}: ${scope}`, all: "All readings",
  },
};

const sectionsOf = ["calendar_links", "sessions", "devices", "passkeys", "delegations",
  "guardians", "readers"];

export const visibility = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [seen, { names }] = await Promise.all([read(app.path("/me/visibility")), readKnown(app)]);
    return { seen, names };
  },
  sections(app, { seen, names }) {
    const say = app.say(words);
    return [
      back(say.back, "#/me"),
      { key: "revoke", of: null, make: () => make("section", { class: "card" }, confirmation(app,
        "revoke", { open: say.revoke, question: say.sure, confirm: say.yes, kind: "danger" },
        async () => {
          const taken = await write("POST", app.path("/me/visibility/revocation"));
          await app.refresh();
          app.tell(say.done(taken));
        })) },
      ...sectionsOf.map((key) => ({ key, of: [seen[key], names], make: () =>
        make("section", { class: "card" }, make("h2", {}, say[key]),
          seen[key].length ? make("ul", { class: "plain" }, seen[key].map((one) =>
            make("li", {}, make("p", {}, lineOf[key](app, one, names)))))
            : make("p", { class: "quiet" }, say.none),
          key === "readers" && make("p", {}, link(say.all, "#/readers"))) })),
    ];
  },
};

const joined = (...parts) => parts.filter(Boolean).join(" · ");
const day = (app, text) => dayText(text, app.language);
const time = (app, text) => momentText(text, app.language);

const lineOf = {
  calendar_links: (app, one) => joined(app.say(words).kinds[one.kind],
    app.say(words).made(time(app, one.created_at)), one.last_fetched_on
      ? app.say(words).fetched(day(app, one.last_fetched_on)) : app.say(words).unfetched),
  sessions: (app, one) => joined(one.device, one.is_current && app.say(words).here,
    app.say(words).seen(day(app, one.last_seen_on)),
    one.proved_by && named(provedBy, one.proved_by, app.language)),
  devices: (app, one) => joined(one.label, app.say(words).until(time(app, one.expires_at))),
  passkeys: (app, one) => joined(one.label,
    one.last_used_on && app.say(words).seen(day(app, one.last_used_on))),
  delegations: (app, one, names) => {
    const scope = one.scope.map((code) => named(scopes, code, app.language)).join("、");
    const say = app.say(words);
    return joined(one.beneficiary === app.person ? say.by(nameOf(app, names, one.doer), scope)
      : say.for(nameOf(app, names, one.beneficiary), scope), say.until(time(app, one.ends)));
  },
  guardians: (app, one) => one.display_name,
  readers: (app, one) => joined(one.display_name, named(roles, one.role, app.language),
    time(app, one.at)),
};
