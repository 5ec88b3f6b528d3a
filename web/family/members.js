// The household: who belongs to it, invitations, and how a membership ends.

import { readIfAny, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import {
  button, facts, make, problemPlace, problemWords, tellProblem,
} from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, cards, foldedForm } from "../people/doing.js";
import { standings } from "../people/words.js";
import { ending, requestCard } from "./membership-ends.js";

const words = {
  zh: {
    title: "家庭成员和邀请", back: "家人", home: (index, count) => (count > 1 ? `我家（${index + 1}）` : "我家"),
    me: "我", child: "孩子", none: "您不属于任何一户。", invitations: "邀请和加入码", noInvitations: "没有等人用的邀请。",
    invite: "邀请一个人加入", inviteHint: "对方凭邀请码和手机验证码加入，7 天内有效，只能用一次。",
    standing: "对方在这一户是", send: "生成邀请码", code: "请把邀请码告诉对方（只显示这一次）：",
    until: "最后期限", how: { paper_code: "纸质加入码", invitation: "邀请" }, revoke: "作废",
    revokeSure: "作废这个邀请？立即失效，可以再邀请。", revoked: "已作废。", leave: "离开这一户",
    leaveYes: "我明白，离开", left: "已离开。", no: "不了", requests: "离户申请",
  },
  en: {
    title: "Members and invitations", back: "Family",
    home: (index, count) => (count > 1 ? `My home (${index + 1})` : "My home"), me: "Me",
    child: "Child", none: "You belong to no household.", invitations: "Invitations and codes",
    noInvitations: "No invitation is open.", invite: "Invite somebody",
    inviteHint: "They join by the code and a message to their phone; good for 7 days, and once.",
    standing: "Here they are", send: "Make the code", code: "Tell them the code (shown this once):",
    until: "Until", how: { paper_code: "A code on paper", invitation: "An invitation" },
    revoke: "Revoke", revokeSure: "Revoke this invitation? You can invite again.",
    revoked: "Revoked.", leave: "Leave this household", leaveYes: "I understand: leave",
    left: "You have left.", no: "No, go back", requests: "Requests to end a membership",
  },
};

export const members = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ members: all }, { join_codes: codes }, { requests }] = await Promise.all([
      readIfAny(app.path("/household"), { members: [] }),
      readIfAny(app.path("/join-codes?state=open&limit=50"), { join_codes: [] }),
      readIfAny(app.path("/membership-ends?state=all&limit=50"), { requests: [] })]);
    const own = [...new Set(all.filter((one) => one.person === app.person)
      .map((one) => one.household))];
    return { homes: own.map((id) => ({ id, members: all.filter((one) => one.household === id) })),
      codes: codes.filter((one) => own.includes(one.household)),
      requests: requests.filter((one) => one.person === app.person
        || one.asked_by === app.person) };
  },
  sections(app, { homes, codes, requests }) {
    const say = app.say(words);
    return [
      back(say.back, "#/family"),
      requests.length > 0 && cards("requests", say.requests, requests,
        (one) => requestCard(app, one)),
      !homes.length && { key: "none", of: null,
        make: () => make("p", { class: "card" }, say.none) },
      ...homes.map((home, index) => ({ key: home.id, of: home, make: () =>
        household(app, home, say.home(index, homes.length)) })),
      homes.length > 0 && cards("codes", say.invitations, codes, (one) => joinCode(app, one),
        say.noInvitations),
    ];
  },
};

function household(app, home, heading) {
  const say = app.say(words);
  return make("section", { class: "card" }, make("h2", {}, heading),
    make("ul", { class: "plain" }, home.members.map((one) => make("li", {},
      make("p", {}, make("b", {}, one.display_name), " ",
        make("span", { class: "mark quiet" }, one.person === app.person ? say.me
          : one.is_child ? say.child : named(standings, one.role, app.language)))))),
    inviting(app, home), ending(app, home), leaving(app, home));
}

function inviting(app, home) {
  const say = app.say(words);
  const { head: _, ...others } = standings;
  const key = `invite-${home.id}`;
  const shown = (app.state.invited ??= {})[home.id];
  return make("div", {}, foldedForm(app, key, say.invite, {
    hint: say.inviteHint, send: say.send, values: { standing: "spouse" },
    fields: (form) => [form.field("/standing", say.standing,
      form.select("standing", options(others, app.language)))],
    act: async ({ standing }) => {
      app.state.invited[home.id] = await write("POST", app.path("/invitations"),
        { household: home.id, standing });
      app.show();
    },
  }), shown && make("div", { class: "code", role: "status" }, make("p", {}, say.code),
    make("output", { class: "long" }, shown.code),
    make("p", {}, `${say.until}: ${momentText(shown.join_code.ends, app.language)}`)));
}

function joinCode(app, one) {
  const say = app.say(words);
  return make("li", { class: "card" },
    make("h3", {}, `${say.how[one.how]} · ${named(standings, one.standing, app.language)}`),
    facts([say.until, momentText(one.ends, app.language)]),
    confirmation(app, `revoke-${one.id}`, { open: say.revoke, question: say.revokeSure,
      confirm: say.revoke, kind: "danger" }, async () => {
      await write("DELETE", app.path(`/join-codes/${one.id}`));
      await app.refresh();
      app.tell(say.revoked);
    }));
}

/** What leaving means is told by the server, before it is done. */
function leaving(app, home) {
  const say = app.say(words);
  const key = `leaving-${home.id}`;
  const trouble = problemPlace(key);
  const leave = (body) => write("POST", app.path("/household/leaving"),
    { household: home.id, ...body });
  const attempt = (act) => async () => {
    tellProblem(trouble, null);
    try {
      await act();
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      if (problem.code !== "leaving-means") return tellProblem(trouble, problem, app.language);
      app.state[key] = problemWords(problem, app.language).join(" ");
      app.show();
      document.querySelector(`[data-focus="yes-${home.id}"]`)?.focus();
    }
  };
  if (!app.state[key]) {
    return make("div", {}, button(say.leave, attempt(() => leave({})),
      { kind: "danger", key: `leave-${home.id}` }), trouble);
  }
  return make("div", { class: "card urgent", role: "group" },
    make("p", { class: "title" }, app.state[key]), trouble,
    make("div", { class: "buttons" }, button(say.leaveYes, attempt(async () => {
      await leave({ understood: true });
      delete app.state[key];
      await app.start();
      app.tell(say.left);
    }), { kind: "danger", key: `yes-${home.id}` }), button(say.no, () => {
      delete app.state[key];
      app.show();
    })));
}
