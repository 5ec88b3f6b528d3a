// Joining a meeting: alone, or with whom of the household.

import { now, readIfAny, write } from "./client.js";
import { momentText } from "./moments.js";
import { button, link, make, problemPlace, tellProblem } from "./parts.js";
import { named, seatOfOne } from "./words.js";

const words = {
  zh: {
    heading: "报名", who: "谁来参加？", me: "（我）", kind: (name) => `${name} 的名额`,
    join: (count) => `报名（${count} 人）`, wait: (count) => `排候补（${count} 人）`,
    nobody: "请至少选一个人。", opens: (time) => `${time} 开始报名。`, over: "报名已截止。",
    tooFew: "名额不够这么多人。可以少选几位，或排候补：有空位时给您留着，请您确认。",
    full: "名额已满。排候补的话，有空位时给您留着，请您确认。",
    done: "报名成功，到时请来。", waiting: (position) =>
      `已排在候补第 ${position} 位。有空位时会通知您，并给您留着，请留意“通知”。`,
    mine: "看看我的报名", noKind: "没有适合的名额", guardian: (name) => `我是${name}的监护人`,
    declared: (name) => `已登记您为${name}的监护人，家里其他大人会收到通知。请再点报名。`,
  },
  en: {
    heading: "Join", who: "Who comes?", me: " (me)", kind: (name) => `Place for ${name}`,
    join: (count) => `Join (${count})`, wait: (count) => `Wait for a place (${count})`,
    nobody: "Choose at least one person.", opens: (time) => `Joining begins ${time}.`,
    over: "It is too late to join.",
    tooFew: "There are not enough places for so many. Choose fewer, or wait: when a place is free "
      + "it is kept for you to accept.",
    full: "It is full. When you wait and a place is free, it is kept for you to accept.",
    done: "You have a place. See you there.", waiting: (position) =>
      `You are number ${position} on the wait-list. You will be told when a place is free, and it `
      + "is kept for you: look at your notices.",
    mine: "See my places", noKind: "No place of this kind",
    guardian: (name) => `I am the guardian of ${name}`,
    declared: (name) => `You are recorded as guardian of ${name}; the other grown-ups of your `
      + "household are told. Please join now.",
  },
};

/** Whom one can take along, each once, oneself first. */
export async function readHousehold(app) {
  const { members } = await readIfAny(app.path("/household"), { members: [] });
  const name = app.me.estates.find((one) => one.id === app.estate.id)?.display_name ?? "";
  const all = new Map([[app.person, { person: app.person, display_name: name, is_child: false }]]);
  for (const member of members) all.set(member.person, { ...all.get(member.person), ...member });
  return [...all.values()];
}

/** The kinds of places that one may take, the usual one first. */
function kindsFor(one, member) {
  const usual = member.is_child ? ["child", "child_seat"] : ["adult", "helper"];
  return [...usual, "wheelchair"].filter((kind) => one.seats.some((seat) => seat.kind === kind));
}

export function joining(app, one, household) {
  const say = app.say(words);
  const heading = make("h2", {}, say.heading);
  if (Date.parse(one.opens_at) > now()) {
    const opens = momentText(one.opens_at, app.language);
    return make("section", { class: "card" }, heading, make("p", {}, say.opens(opens)));
  }
  if (Date.parse(one.closes_at) <= now()) {
    return make("section", { class: "card" }, heading, make("p", {}, say.over));
  }
  const state = (app.state.joining ??= { chosen: [app.person], kinds: {} });
  const trouble = problemPlace("join");
  const hint = make("p", { class: "hint", role: "status" });
  const send = button("", () => join(app, one, household, trouble), { kind: "main", key: "join" });
  const update = () => {
    const wanted = party(one, household, state);
    const [need, isFull] = [shortage(one, wanted), !one.seats.some((seat) => seat.free > 0)];
    send.textContent = need ? say.wait(wanted.length) : say.join(wanted.length);
    hint.textContent = !wanted.length ? say.nobody : need ? (isFull ? say.full : say.tooFew) : "";
  };
  const rows = household.map((member) => row(app, one, member, state, update));
  update();
  return make("section", { class: "card" }, heading,
    household.length > 1 ? make("fieldset", {}, make("legend", {}, say.who), rows) : null,
    hint, trouble, send);
}

function row(app, one, member, state, update) {
  const say = app.say(words);
  const kinds = kindsFor(one, member);
  const name = member.display_name + (member.person === app.person ? say.me : "");
  const box = make("input", {
    type: "checkbox", "data-focus": `who-${member.person}`, disabled: !kinds.length,
  });
  box.checked = state.chosen.includes(member.person) && kinds.length > 0;
  const choice = kinds.length > 1 && make("select", {
    "aria-label": say.kind(member.display_name), "data-focus": `kind-${member.person}`,
  }, kinds.map((kind) => make("option", { value: kind }, named(seatOfOne, kind, app.language))));
  if (choice) {
    choice.value = state.kinds[member.person] ?? kinds[0];
    choice.addEventListener("change", () => {
      state.kinds[member.person] = choice.value;
      update();
    });
  }
  box.addEventListener("change", () => {
    const rest = state.chosen.filter((person) => person !== member.person);
    state.chosen = box.checked ? [...rest, member.person] : rest;
    update();
  });
  const seat = kinds.length === 1 ? named(seatOfOne, kinds[0], app.language)
    : kinds.length ? "" : say.noKind;
  return make("div", { class: "who" }, make("label", { class: "choice" }, box,
    make("span", {}, name, seat && make("span", { class: "quiet" }, ` ${seat}`))), choice);
}

/** Those who were chosen, each in its kind of place. */
function party(one, household, state) {
  return household.filter((member) => state.chosen.includes(member.person))
    .map((member) => {
      const kinds = kindsFor(one, member);
      const chosen = state.kinds[member.person];
      return { person: member.person, kind: kinds.includes(chosen) ? chosen : kinds[0] };
    }).filter((member) => member.kind);
}

/** Whether there are fewer free places of some kind than this party needs. */
function shortage(one, wanted) {
  const held = one.seats.reduce((sum, seat) => sum + seat.total - seat.free, 0);
  if (one.overall && wanted.length > one.overall - held) return true;
  return one.seats.some(({ kind, free }) =>
    wanted.filter((member) => member.kind === kind).length > free);
}

async function join(app, one, household, trouble) {
  const say = app.say(words);
  const members = party(one, household, app.state.joining);
  if (!members.length) return;
  tellProblem(trouble, null);
  app.tell("");
  try {
    const made = await write("POST", app.path(`/occurrences/${one.id}/reservations`), { members });
    delete app.state.joining;
    await app.refresh();
    app.tell(made.state === "waiting" ? say.waiting(made.position) : say.done);
    document.getElementById("status").scrollIntoView({ block: "center" });
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    tellProblem(trouble, problem, app.language);
    if (problem.code === "already-reserved") trouble.append(link(say.mine, "#/mine"));
    if (problem.code === "guardian-needed") {
      const children = household.filter((member) => member.is_child
        && members.some((chosen) => chosen.person === member.person));
      trouble.append(...children.map((child) => declaring(app, child, trouble)));
    }
  }
}

/** Declares oneself the guardian of a child of one's household, which a child cannot join without. */
function declaring(app, child, trouble) {
  const say = app.say(words);
  const name = child.display_name;
  return button(say.guardian(name), async () => {
    try {
      await write("POST", app.path("/guardianships"), { child: child.person });
      tellProblem(trouble, null);
      app.tell(say.declared(name));
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      tellProblem(trouble, problem, app.language);
    }
  }, { key: `guardian-${child.person}` });
}
