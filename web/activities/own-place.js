// What one has at a meeting: accept or pass on an offer, leave, check in.

import { now, write } from "./client.js";
import { Form } from "./form.js";
import { momentText } from "./moments.js";
import { button, drawing, left, make, problemPlace, tellProblem } from "./parts.js";
import { isCodeTime, liveMembers, membersText, stateText } from "./state.js";

const words = {
  zh: {
    heading: "我的名额", offered: "有名额留给您了！", until: (time) => `请在 ${time} 前确认，过时让给下一位。`,
    accept: "我要，确认", refuse: "不要了，让给别人", accepted: "已确认，到时请来。", refused: "已让给别人，谢谢。",
    leave: "退出报名", leaveWaiting: "不再候补", who: "谁不来了？", sure: "确定退出吗？名额会让给候补的人。",
    ill: "因为生病（不记迟退）", confirm: "确定退出", left: "已退出。",
    leftOf: (names) => `已退出：${names}。`, nobody: "请选择谁不来了。",
    code: "取签到码", codeOut: "取签退码",
    codeFor: (name) => `${name} 的签到码`, codeOutFor: (name) => `${name} 的签退码`,
    show: "请给组织者扫一扫，或把号码给他/她看：", lives: (time) => `${time} 前有效，只能用一次。`,
    here: (name, time) => `${name} 已签到 ${time}`, gone: (name, time) => `${name} 已签退 ${time}`,
    note: (text) => `说明：${text}`, waiting: "有空位时会通知您，并给您留着；请您确认。",
    holder: "这是家人替您报的名；您可以自己退出。",
  },
  en: {
    heading: "My place", offered: "A place is kept for you!",
    until: (time) => `Please accept before ${time}, or it goes to the next.`,
    accept: "Yes, I accept", refuse: "No, pass it on", accepted: "It is yours. See you there.",
    refused: "Passed on to the next. Thank you.", leave: "Leave", leaveWaiting: "Wait no longer",
    who: "Who does not come?", sure: "Leave? The place goes to those who wait.",
    ill: "Because of illness (counts as excused)", confirm: "Yes, leave", left: "You have left.",
    leftOf: (names) => `Left: ${names}.`,
    nobody: "Choose who does not come.",
    code: "Check-in code", codeOut: "Check-out code", codeFor: (name) => `Check-in code of ${name}`,
    codeOutFor: (name) => `Check-out code of ${name}`, 
    show: "Let an organiser scan this, or read the number:",
    lives: (time) => `Good once, until ${time}.`,
    here: (name, time) => `${name} checked in ${time}`,
    gone: (name, time) => `${name} checked out ${time}`, note: (text) => `Note: ${text}`,
    waiting: "You will be told when a place is free; it is kept for you to accept.",
    holder: "One of your family made this; you can leave by yourself.",
  },
};

export function ownPlace(app, one, own) {
  const say = app.say(words);
  const isEnded = own.state === "ended";
  const members = isEnded ? own.members : liveMembers(own);
  const hasBegun = Date.parse(one.begins) <= now();
  return make("section", { class: own.state === "offered" ? "card urgent" : "card", id: "own" },
    make("h2", {}, own.state === "offered" ? say.offered : say.heading),
    make("p", { class: "title" }, stateText(app, own)),
    make("p", {}, membersText(app, members)),
    own.note && make("p", {}, say.note(own.note)),
    own.state === "waiting" && make("p", {}, say.waiting),
    !isEnded && own.holder !== app.person && make("p", { class: "quiet" }, say.holder),
    (own.state === "offered" || own.state === "held") && offer(app, own),
    own.state === "confirmed" && checkIn(app, one, members, own),
    !isEnded && own.state !== "offered" && !hasBegun && leave(app, own, members));
}

function offer(app, own) {
  const say = app.say(words);
  const trouble = problemPlace("offer");
  const act = (path, done) => async () => {
    tellProblem(trouble, null);
    try {
      await write("POST", app.path(`/reservations/${own.id}/${path}`));
      await app.refresh();
      app.tell(done);
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      if (problem.code !== "offer-over") return tellProblem(trouble, problem, app.language);
      await app.refresh();
      app.tell([problem.title, problem.detail].join(" "));
    }
  };
  return make("div", {},
    make("p", {}, say.until(momentText(own.until, app.language)), " ",
      left(own.until, app.language)), trouble,
    make("div", { class: "buttons" },
      button(say.accept, act("acceptance", say.accepted), { kind: "main", key: "accept" }),
      button(say.refuse, act("refusal", say.refused), { key: "refuse" })));
}

/** Leaves with all, or with those who do not come. */
function leave(app, own, members) {
  const say = app.say(words);
  const state = app.state;
  const isWaiting = own.state === "waiting";
  const isHolder = own.holder === app.person;
  const mine = isHolder ? members : members.filter((one) => one.person === app.person);
  const open = isWaiting ? say.leaveWaiting : say.leave;
  if (!state.leaving) {
    return make("div", { class: "buttons" }, button(open, () => {
      state.leaving = { who: mine.map((one) => one.person) };
      app.show();
      document.querySelector("[data-ask=leave] input, [data-ask=leave] button")?.focus();
    }, { key: "leave" }));
  }
  const form = new Form(app.language, state.leaving);
  const fields = [make("p", { class: "title" }, say.sure)];
  if (mine.length > 1) {
    fields.push(form.group("/members", say.who, null, mine.map((one) =>
      form.check("who", one.person, membersText(app, [one])))));
  }
  if (!isWaiting) fields.push(form.check("excuse", "illness", say.ill));
  const part = form.done(fields, say.confirm, async () => {
    const { who, excuse } = state.leaving;
    if (!who.length) return app.tell(say.nobody);
    const body = who.length === members.length || !isHolder ? {} : { members: who };
    if (excuse?.length) body.excuse = "illness";
    await write("POST", app.path(`/reservations/${own.id}/cancellation`), body);
    delete state.leaving;
    await app.refresh();
    app.tell(body.members ? say.leftOf(membersText(app,
      members.filter((one) => who.includes(one.person)))) : say.left);
  });
  part.dataset.ask = "leave";
  part.append(button(app.language === "zh" ? "不了" : "No, go back", () => {
    delete state.leaving;
    app.show();
  }));
  return part;
}

/** Codes for those of the group who have not come, or not gone, yet. */
function checkIn(app, one, members, own) {
  const say = app.say(words);
  const part = make("div", { class: "check-in" });
  const isTime = isCodeTime(one);
  const others = own.holder === app.person ? members
    : members.filter((each) => each.person === app.person);
  for (const member of others) {
    const [name, arrived, went] = [member.display_name ?? "", member.checked_in_at,
      member.checked_out_at];
    const told = went ? say.gone(name, momentText(went, app.language))
      : arrived && say.here(name, momentText(arrived, app.language));
    if (told) part.append(make("p", {}, told));
    if (!isTime || went) continue;
    const step = arrived ? "out" : "in";
    const label = others.length > 1 ? (arrived ? say.codeOutFor(name) : say.codeFor(name))
      : arrived ? say.codeOut : say.code;
    part.append(code(app, own, member, step, label));
  }
  return part;
}

function code(app, own, member, step, label) {
  const say = app.say(words);
  const known = app.state.codes?.[member.person];
  const trouble = problemPlace(`code-${member.person}`);
  const shown = known?.step === step && Date.parse(known.expires_at) > now()
    ? make("div", { class: "code", role: "status" }, make("p", {}, say.show),
      known.qr_svg && drawing(known.qr_svg),
      make("output", {}, known.code.replace(/^(\d{4})/, "$1 ")),
      make("p", {}, say.lives(momentText(known.expires_at, app.language)), " ",
        left(known.expires_at, app.language)))
    : null;
  return make("div", {}, button(label, async () => {
    tellProblem(trouble, null);
    try {
      const made = await write("POST", app.path(`/reservations/${own.id}/codes`),
        { person: member.person, step });
      (app.state.codes ??= {})[member.person] = made;
      app.show();
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      tellProblem(trouble, problem, app.language);
    }
  }, { key: `code-${member.person}`, kind: "main" }), trouble, shown);
}
