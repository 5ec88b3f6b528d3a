// What the reader holds: offices and roles, for how long, and why; they can be laid down.

import { read, readPages, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { facts, inLanguage, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards } from "./doing.js";
import { whereText } from "./names.js";
import { becauses, officeRoles } from "./words.js";

const words = {
  zh: {
    title: "我担任的职务和身份", back: "我的", none: "没有登记的职务或身份。", current: "现在", coming: "将来",
    ended: "已结束", where: "范围", from: "起", until: "止", open: "未定", why: "依据",
    endedWhy: "结束原因", lay: "辞去", laySure: (name) => `辞去“${name}”？不能撤回；要再担任须重新任命。`,
    layYes: "确定辞去", laid: "已辞去。",
    sleeps: "您担任职务，但这台设备还没有按职务的要求验证：现在只能以居民身份使用。",
    prove: "现在验证", above: "在上级担任，适用于几个小区。",
  },
  en: {
    title: "My offices and roles", back: "Me", none: "No office or role is recorded.",
    current: "Now", coming: "To come", ended: "Ended", where: "Where", from: "From",
    until: "Until", open: "Open", why: "By", endedWhy: "Ended because", lay: "Lay it down",
    laySure: (name) => `Lay down “${name}”? It is not undone: it takes a new appointment.`,
    layYes: "Lay it down", laid: "Laid down.",
    sleeps: "You hold an office, and this device has not the proof that an office takes: it is a "
      + "resident’s for now.", prove: "Prove it now", above: "Held above, for several estates.",
  },
};

// They come with the home and go with it.
const ofHome = ["owner", "resident", "tenant"];

export const roles = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const own = (state) => readPages(
      app.path(`/roles?person=${app.person}&state=${state}&limit=100`), "roles", 1);
    const [current, coming, ended, { role_kinds: kinds }] = await Promise.all([
      own("current"), own("coming"), own("ended"), read(app.path("/role-kinds"))]);
    return { current: current.items, coming: coming.items, ended: ended.items,
      names: Object.fromEntries(kinds.map((one) => [one.role, one])) };
  },
  sections(app, { current, coming, ended, names }) {
    const say = app.say(words);
    const sleeps = !app.duties.length && current.some((one) => officeRoles.includes(one.role));
    const list = (key, items) => items.length > 0 && cards(key, say[key], items,
      (one) => term(app, one, names, key));
    return [
      back(say.back, "#/me"),
      sleeps && { key: "sleeps", of: null, make: () => make("div", { class: "card urgent" },
        make("p", {}, say.sleeps), link(say.prove, "#/proof", "act main")) },
      list("current", current), list("coming", coming), list("ended", ended),
      ![...current, ...coming, ...ended].length && { key: "none", of: null,
        make: () => make("p", { class: "card" }, say.none) },
    ];
  },
};

function term(app, one, names, state) {
  const say = app.say(words);
  const name = names[one.role] ? inLanguage(names[one.role], "name", app.language) : one.role;
  const reason = one.because && named(becauses, one.because, app.language);
  return make("li", { class: state === "ended" ? "card off" : "card" }, make("h3", {}, name),
    one.is_above && make("p", { class: "quiet" }, say.above),
    facts([say.where, !one.is_above && whereText(app, one.place)],
      [say.from, momentText(one.begins, app.language)],
      [say.until, one.ends ? momentText(one.ends, app.language) : say.open],
      [say.why, [reason, one.because_ref].filter(Boolean).join(" · ")],
      [say.endedWhy, one.ended_because && named(becauses, one.ended_because, app.language)]),
    state !== "ended" && !ofHome.includes(one.role) && confirmation(app, `lay-${one.id}`,
      { open: say.lay, question: say.laySure(name), confirm: say.layYes, kind: "danger" },
      async () => {
        await write("POST", app.path(`/roles/${one.id}/end`), {});
        await app.start();
        app.tell(say.laid);
      }));
}
