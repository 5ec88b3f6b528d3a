// What the stewards of a help group do: answering, inviting, codes, changing and closing it.

import { now, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { doing, foldedForm, goAndTell } from "../people/doing.js";
import { personOptions } from "../people/names.js";
import { groupFields, groupWanted } from "./groups.js";

const words = {
  zh: {
    yes: "同意加入", no: "这次不收", yesTo: (name) => `同意${name}加入`, noTo: (name) => `这次不收${name}`, taken: "已同意。",
    declined: "已答复；对方只知道没能加入，不知道为什么。", asked: (time) => `${time} 申请`, until: (time) => `${time} 前有效`,
    kinds: { invitation: "邀请", code: "邀请码（还没有人用）" }, takeBack: "收回", takeBackFrom: (name) => `收回对${name}的邀请`,
    voidCode: "作废这个邀请码", takenBack: "已收回。", somebody: "一位居民", invite: "邀请一位认识的人", inviteHint: "要先互相确认过亲友关系。",
    who: "邀请谁", send: "邀请", invited: "已邀请，等对方答复。", noTies: "您还没有确认过的亲友；可以给对方一个邀请码。",
    code: "开一个邀请码", codeHint: "给一个人，用一次。", days: "几天内有效", make: "开邀请码", shown: "请交给对方：", once: "只显示这一次。",
    change: "修改小组", save: "保存", changed: "已修改。", close: "解散小组",
    closeSure: "解散这个小组？班次都取消，会告诉每一位组员；不能恢复。", closed: "已解散。",
  },
  en: {
    yes: "Take in", no: "Not this time", yesTo: (name) => `Take ${name} in`,
    noTo: (name) => `Not this time: ${name}`, taken: "Taken in.",
    declined: "Answered: the other learns that it did not get in, and not why.",
    asked: (time) => `Asked ${time}`, until: (time) => `Good until ${time}`,
    kinds: { invitation: "An invitation", code: "A code that nobody has used yet" },
    takeBack: "Take it back", takeBackFrom: (name) => `Take back the invitation of ${name}`,
    voidCode: "End this code", takenBack: "Taken back.", somebody: "A resident",
    invite: "Invite somebody whom I know", inviteHint: "Both have confirmed their tie before.",
    who: "Whom", send: "Invite", invited: "Invited: the other answers.",
    noTies: "You have no confirmed tie yet; you can give a code.", code: "Make a code",
    codeHint: "For one person, once.", days: "Good for so many days", make: "Make the code",
    shown: "Give this to the other:", once: "It is shown this once.", change: "Change the group",
    save: "Save", changed: "Changed.", close: "Close the group",
    closeSure: "Close this group? All its shifts are off, and each member is told; nothing brings "
      + "it back.",
    closed: "Closed.",
  },
};

const dayMilliseconds = 86_400_000;

/** An application, an invitation or a code, with what is done about it. */
export function askingCard(app, one) {
  const say = app.say(words);
  const name = one.person_name || say.somebody;
  const path = app.path(`/help-group-askings/${one.id}`);
  if (one.kind !== "application") {
    return make("li", { class: "card" },
      make("h3", {}, one.kind === "code" ? say.kinds.code : `${say.kinds.invitation} · ${name}`),
      make("p", { class: "quiet" }, say.until(momentText(one.until, app.language))),
      doing(app, one.kind === "code" ? say.voidCode : say.takeBack, async () => {
        await write("DELETE", path);
        return say.takenBack;
      }, { key: `back-${one.id}`,
        label: one.kind === "invitation" ? say.takeBackFrom(name) : undefined }));
  }
  const answer = (yes) => async () => {
    await write("POST", `${path}/answer`, { answer: yes ? "yes" : "no" });
    return yes ? say.taken : say.declined;
  };
  return make("li", { class: "card urgent" }, make("h3", {}, name),
    make("p", { class: "quiet" }, `${say.asked(momentText(one.made_at, app.language))} · ${
      say.until(momentText(one.until, app.language))}`),
    doing(app, say.yes, answer(true), { key: `yes-${one.id}`, kind: "main", label: say.yesTo(name) }),
    doing(app, say.no, answer(false), { key: `no-${one.id}`, label: say.noTo(name) }));
}

/** What is done with the whole of it; an office closes it, too. */
export function stewarding(app, one, known) {
  const say = app.say(words);
  const path = `/help-groups/${one.id}`;
  const isSteward = one.side === "steward";
  return make("section", { class: "card" },
    isSteward && [inviting(app, one, known), coding(app, one),
      foldedForm(app, `change-${one.version}`, say.change, {
        send: say.save, values: { ...one, places: String(one.places) },
        fields: (form) => groupFields(app, form),
        act: async (values) => {
          await write("PUT", app.path(path), groupWanted(values), one.version);
          return say.changed;
        },
      })],
    confirmation(app, "close", { open: say.close, question: say.closeSure, confirm: say.close,
      kind: "danger" }, async () => {
      await write("DELETE", app.path(path));
      await goAndTell(app, "#/help-groups", say.closed);
    }));
}

function inviting(app, one, known) {
  const say = app.say(words);
  const people = personOptions(app, known.ties.filter((tie) => tie.state === "confirmed"));
  if (!people.length) return make("p", {}, say.noTies);
  return foldedForm(app, "invite", say.invite, {
    hint: say.inviteHint, send: say.send, values: { person: people[0][0] },
    fields: (form) => [form.field("/person", say.who, form.select("person", people))],
    act: async ({ person }) => {
      await write("POST", app.path(`/help-groups/${one.id}/invitations`), { person });
      return say.invited;
    },
  });
}

function coding(app, one) {
  const say = app.say(words);
  return [foldedForm(app, "code", say.code, {
    hint: say.codeHint, send: say.make, values: { days: "7" },
    fields: (form) => [form.field("/until", say.days, form.input("days", "number",
      { min: 1, max: 30 }))],
    act: async ({ days }) => {
      const until = new Date(now() + Number(days) * dayMilliseconds - 60_000).toISOString();
      app.state.made = (await write("POST", app.path(`/help-groups/${one.id}/codes`),
        { until })).code;
    },
  }),
  app.state.made && make("div", { class: "code", role: "status" }, make("p", {}, say.shown),
    make("output", { class: "long" }, app.state.made), make("p", {}, say.once))];
}
