// How well the reader is known, how this device stands, and what it can look after itself.

import { read, readIfAny } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, inLanguage, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { levels, proofWays, provedBy } from "./words.js";

const words = {
  zh: {
    title: "我的", standing: "核验等级", level: "现在", next: (level) => `怎样到“${level}”`,
    proofs: "依据", since: (time) => `${time} 起`, until: (time) => `至 ${time}`,
    withdrawn: (why) => `已撤回：${why}`, unclaimed: "您还没有认领自己的登记。",
    device: "这台设备", proved: "已验证是您本人", unproved: "还没有验证是您本人", by: "方式", at: "时间",
    office: "职务有效至", prove: "验证这台设备", again: "再验证一次",
    number: "我的居民编号", numberHint: "办公台办理时可能会问；它不含姓名和住址。",
    vouch: (count) => `有 ${count} 位家人请您确认登录`, asked: (count) => `有 ${count} 个关系等您确认`,
    menu: "自己办理",
    entries: [
      ["talks", "交谈", "与活动的组织者，或与报名的人。"],
      ["vouch", "替家人确认登录", "家人在新设备上登录时，核对两位数字。"],
      ["devices", "登录、通行密钥和手机号", "哪些设备登录着；换号、报告旧号。"],
      ["roles", "我担任的职务和身份", "任期、依据；可以辞去。"],
      ["ties", "亲友关系", "出示或输入关系码，确认、解除。"],
      ["absences", "外出和住院", "外出期间不提醒、不邀请。"],
      ["visibility", "我在哪里可见", "一次收回所有链接、登录和委托。"],
      ["readers", "谁看过我的档案", "谁、什么、为什么、何时。"],
      ["data", "我的资料", "要一份副本，请求更正。"],
      ["blocks", "屏蔽名单", "互相看不到对方说的话；对方不会知道。"],
      ["posts", "我的内容的处理结果", "被审核、隐藏的内容和申诉。"],
    ],
  },
  en: {
    title: "Me", standing: "How well you are known", level: "Now",
    next: (level) => `How to reach “${level}”`, proofs: "By what", since: (time) => `Since ${time}`,
    until: (time) => `until ${time}`, withdrawn: (why) => `Taken back: ${why}`,
    unclaimed: "You have not claimed your entry yet.", device: "This device",
    proved: "It has proved that it is you", unproved: "It has not proved that it is you",
    by: "By", at: "When", office: "Offices count until", prove: "Prove this device",
    again: "Prove it again", number: "My number as a resident",
    numberHint: "A desk may ask for it. It tells neither name nor home.",
    vouch: (count) => (count === 1 ? "One of your household asks you to vouch"
      : `${count} of your household ask you to vouch`),
    asked: (count) => (count === 1 ? "A tie waits for you" : `${count} ties wait for you`),
    menu: "Look after it yourself",
    entries: [
      ["talks", "Conversations", "With organisers, or with who comes."],
      ["vouch", "Vouch for my household", "Compare two digits when one of them signs in anew."],
      ["devices", "Sessions, passkeys and phone", "What is signed in; another number."],
      ["roles", "My offices and roles", "Terms and reasons; lay one down."],
      ["ties", "Ties", "Show or enter a code; confirm and end."],
      ["absences", "Away and in hospital", "No reminders and offers meanwhile."],
      ["visibility", "Where am I visible", "Take back all links, sessions and mandates at once."],
      ["readers", "Who read my record", "Who, what, why and when."],
      ["data", "My data", "A copy of it, and corrections."],
      ["blocks", "People I block", "Neither reads the other; the other is not told."],
      ["posts", "What was decided on my posts", "Reviews, hidden posts, and appeals."],
    ],
  },
};

export const me = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [standing, proof, vouching, ties] = await Promise.all([
      read(app.path("/me/standing")), read("/api/v1/me/proof"),
      readIfAny(app.path("/proof-requests"), { requests: [] }),
      readIfAny(app.path("/ties?limit=100"), { ties: [] })]);
    return { standing, proof, vouching: vouching.requests.filter((one) => one.is_of_household).length,
      asked: ties.ties.filter((one) => one.state === "asked").length };
  },
  sections: (app, { standing, proof, vouching, asked }) => [
    (vouching > 0 || asked > 0) && { key: "waits", of: [vouching, asked],
      make: () => waits(app, vouching, asked) },
    { key: "standing", of: standing, make: () => known(app, standing) },
    { key: "device", of: proof, make: () => device(app, proof) },
    { key: "menu", of: null, make: () => menu(app.say(words).menu, app.say(words).entries) },
  ],
};

/** Links with a line on each. */
export function menu(heading, entries) {
  return make("section", { "aria-labelledby": "menu" }, make("h2", { id: "menu" }, heading),
    make("ul", { class: "menu" }, entries.map(([page, title, hint, count]) => make("li", {},
      link(title, `#/${page}`, "act"),
      count > 0 && make("span", { class: "count" }, String(count)),
      hint && make("p", { class: "quiet" }, hint)))));
}

function waits(app, vouching, asked) {
  const say = app.say(words);
  return make("div", { class: "banner" },
    vouching > 0 && link(say.vouch(vouching), "#/vouch", "act main"),
    asked > 0 && link(say.asked(asked), "#/ties", "act main"));
}

function known(app, standing) {
  const say = app.say(words);
  const level = (code) => named(levels, code, app.language);
  const { next } = standing;
  return make("section", { class: "card" }, make("h2", {}, say.standing),
    make("p", { class: "marks" }, make("span", { class: "mark fresh" },
      `✓ ${level(standing.level)}`)),
    !standing.is_claimed && make("p", {}, say.unclaimed),
    facts(...standing.proofs.map((one) => [named(proofWays, one.how, app.language), [
      say.since(momentText(one.proved_at, app.language)),
      one.ends && say.until(momentText(one.ends, app.language)),
      one.withdrawn_at && say.withdrawn(one.withdrawn_because ?? ""),
    ].filter(Boolean).join(app.language === "zh" ? "，" : ", ")])),
    next && [make("h3", {}, say.next(level(next.level))),
      make("p", {}, inLanguage(next, "how", app.language))],
    make("h3", {}, say.number), make("p", { class: "number" }, app.person),
    make("p", { class: "quiet" }, say.numberHint));
}

function device(app, proof) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  return make("section", { class: "card" }, make("h2", {}, say.device),
    make("p", { class: "marks" }, make("span", { class: proof.is_proved ? "mark fresh" : "mark" },
      proof.is_proved ? `✓ ${say.proved}` : `! ${say.unproved}`)),
    facts([say.by, proof.proved_by && named(provedBy, proof.proved_by, app.language)],
      [say.at, time(proof.proved_at)], [say.office, app.duties.length > 0 && time(proof.office_until)]),
    make("div", { class: "buttons" },
      link(proof.is_proved ? say.again : say.prove, "#/proof", "act")));
}
