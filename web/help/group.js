// One help group: what it is for, joining and leaving, its members; what stewards do stands apart.

import { read, readIfAny, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { bilingual, facts, inLanguage, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, foldedForm } from "../people/doing.js";
import { readKnown, rememberName } from "../people/names.js";
import { reporting } from "../people/reporting.js";
import { mostField, usualMost } from "./groups.js";
import { groupMarks, isMember, joinings, kindsText } from "./group-words.js";
import { askingCard, stewarding } from "./group-steward.js";

const words = {
  zh: {
    title: "互助小组", back: "互助小组", joining: "怎样加入", kinds: "帮哪些忙", places: "最多几个人", most: "您每月最多几班",
    rota: "班次：谁来、轮到谁", talk: "与组长说话", join: "加入", ask: "申请加入", joinHint: "加入以后，组员看得到您的名字。",
    askHint: "组长在十四天内答复，不写理由。", joined: "已加入，谢谢您。", asked: "已申请，等组长答复。", byCode: "凭组长的邀请，或邀请码加入。",
    members: "组员", steward: "组长", offer: "改我每月几班", save: "保存", saved: "已保存。",
    leave: "退出小组", leaveFor: (name) => `让${name}退出`, leaveSure: "退出？后面的班次交还小组，不记在谁名下。", left: "已退出。",
    askings: "请您答复的申请", open: "发出的邀请和邀请码", name: "指定为组长", nameSure: (name) => `指定${name}为组长？`, named: "已指定。",
    lay: "不再当组长", laySure: "不再当组长？您还是组员。", laid: "已卸任。",
    remove: "请出小组", removeSure: (name) => `请${name}退出小组？会告诉本人，后面的班次交还。`, removed: "已请出。",
    nameFor: (who) => `指定${who}为组长`,
    removeFor: (who) => `请${who}退出`,
  },
  en: {
    title: "A help group", back: "Help groups", joining: "How one joins", kinds: "Help with",
    places: "At most so many people", most: "Most shifts you take in a month",
    rota: "Shifts: who comes, whose turn", talk: "Write to the stewards", join: "Join",
    ask: "Ask to join", joinHint: "The members see your name from then on.",
    askHint: "A steward answers within fourteen days, without a reason.",
    joined: "You are in. Thank you.", asked: "Asked: a steward answers.",
    byCode: "One joins by an invitation of a steward, or a code.", members: "Members", steward: "Steward",
    offer: "Change how many shifts I take", save: "Save", saved: "Saved.", leave: "Leave the group",
    leaveFor: () => "Leave, for whom I act",
    leaveSure: "Leave? Your later shifts go back to the group; it counts against nobody.",
    left: "You have left.", askings: "They wait for your answer", open: "Invitations and codes",
    name: "Name as a steward", nameSure: (name) => `Name ${name} as a steward?`, named: "Named.",
    lay: "Be a steward no longer", laySure: "Be a steward no longer? You stay a member.",
    laid: "Laid down.",
    remove: "Take out of the group",
    removeSure: (name) => `Take ${name} out? The person is told, and the later shifts go back.`,
    removed: "Taken out.", nameFor: (who) => `Name ${who} as a steward`,
    removeFor: (who) => `Take ${who} out`,
  },
};

const isOpen = (one) => one.state === "open";

export const group = {
  needsPerson: true, forAnother: true,
  title: (app, data) => (data ? inLanguage(data.one, "name", app.language) : app.say(words).title),
  async read(app) {
    const path = `/help-groups/${app.id}`;
    const one = await read(app.pathFor(path));
    const none = { members: [], askings: [] };
    const [{ members }, { askings }, known] = await Promise.all([
      one.side !== "nobody" && !app.acting ? readIfAny(app.path(`${path}/members`), none) : none,
      one.side === "steward" ? readIfAny(app.path(`${path}/askings?limit=100`), none) : none,
      readKnown(app)]);
    for (const each of members) rememberName(each.id, each.display_name);
    return { one, members, askings: askings.filter(isOpen), known };
  },
  sections(app, { one, members, askings, known }) {
    const say = app.say(words);
    const isLive = !one.closed_at;
    const asked = askings.filter((each) => each.kind === "application");
    const sent = askings.filter((each) => each.kind !== "application");
    return [
      back(say.back, "#/help-groups"),
      { key: "head", of: one, make: () => head(app, one) },
      isLive && (one.side === "nobody" || one.side === "office") && !app.acting && { key: "join",
        of: one, make: () => joining(app, one) },
      asked.length > 0 && cards("askings", say.askings, asked, (each) => askingCard(app, each)),
      members.length > 0 && cards("members", say.members, members,
        (each) => member(app, one, each)),
      sent.length > 0 && cards("open", say.open, sent, (each) => askingCard(app, each)),
      isLive && isMember(one) && { key: "own", of: one, make: () => owning(app, one) },
      isLive && one.side !== "nobody" && one.side !== "member" && { key: "steward",
        of: [one, known.ties, app.state.made], make: () => stewarding(app, one, known) },
    ];
  },
};

function head(app, one) {
  const say = app.say(words);
  return make("section", { class: "card" }, groupMarks(app, one),
    bilingual("p", one, "purpose", app.language),
    facts([say.kinds, kindsText(app, one)], [say.joining, named(joinings, one.joining, app.language)],
      [say.places, String(one.places)],
      [say.most, one.monthly_max !== undefined && String(one.monthly_max)]),
    make("div", { class: "buttons" },
      one.side !== "nobody" && !app.acting && link(say.rota, `#/help-rota/${one.id}`, "act main"),
      one.conversation && link(say.talk, `#/talk/${one.conversation}`, "act")),
    !isMember(one) && !app.acting && reporting(app, "help_group", one.id));
}

/** What stands here is the same for whoever may not get in. */
function joining(app, one) {
  const say = app.say(words);
  if (one.asked) return null;
  if (one.joining === "invitation") return make("p", { class: "card" }, say.byCode);
  const isOpenGroup = one.joining === "open";
  const title = isOpenGroup ? say.join : say.ask;
  return make("section", { class: "card" }, foldedForm(app, "join", title, {
    hint: isOpenGroup ? say.joinHint : say.askHint, send: title, isOpen: true,
    values: { most: usualMost }, fields: (form) => [mostField(app, form)],
    act: async ({ most }) => {
      const made = await write("POST", app.path(`/help-groups/${one.id}/members`),
        { monthly_max: Number(most) });
      return made.state === "joined" ? say.joined : say.asked;
    },
  }));
}

/** A question, and what it does to a member. */
function asking(app, key, { open, question, done, label }, act) {
  return confirmation(app, key, { open, question, label, confirm: open, kind: "danger" }, async () => {
    await act();
    await app.refresh();
    app.tell(done);
  });
}

function member(app, one, each) {
  const say = app.say(words);
  const path = app.path(`/help-groups/${one.id}/members/${each.id}`);
  const isSelf = each.id === app.person;
  const manages = !one.closed_at && (one.side === "steward" || one.side === "office");
  const name = each.display_name;
  return make("li", { class: "card" },
    make("h3", {}, one.side === "office"
      ? make("a", { href: `#/person/${each.id}`, lang: "zh-Hans" }, name) : name),
    each.is_steward && make("p", { class: "marks" }, make("span", { class: "mark fresh" },
      say.steward)),
    manages && !each.is_steward && asking(app, `name-${each.id}`, { open: say.name,
      label: say.nameFor(name), question: say.nameSure(name), done: say.named },
    () => write("PUT", `${path}/stewardship`, { is_steward: true })),
    manages && !isSelf && (!each.is_steward || one.side === "office") && asking(app,
      `remove-${each.id}`, { open: say.remove, label: say.removeFor(name),
        question: say.removeSure(name), done: say.removed }, () => write("DELETE", path)),
    isSelf && each.is_steward && one.side === "steward" && asking(app, "lay", { open: say.lay,
      question: say.laySure, done: say.laid },
    () => write("PUT", `${path}/stewardship`, { is_steward: false })));
}

function owning(app, one) {
  const say = app.say(words);
  return make("section", { class: "card" },
    !app.acting && foldedForm(app, "offer", say.offer, {
      send: say.save, values: { most: String(one.monthly_max ?? usualMost) },
      fields: (form) => [mostField(app, form)],
      act: async ({ most }) => {
        await write("PUT", app.path(`/help-groups/${one.id}/offer`), { monthly_max: Number(most) });
        return say.saved;
      },
    }),
    asking(app, "leave", { open: app.acting ? say.leaveFor(app.acting.name) : say.leave,
      question: say.leaveSure, done: say.left },
    () => write("DELETE", app.pathFor(`/help-groups/${one.id}/members/${app.subject}`))));
}
