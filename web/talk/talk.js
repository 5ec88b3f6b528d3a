// One conversation: what was said, saying something, a call, and its end.

import { now, read, readIfAny, readPages, write } from "../activities/client.js";
import { confirmation, Form } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { inLanguage, link, make } from "../activities/parts.js";
import { back, doing, kept, more } from "../people/doing.js";
import { reporting } from "../people/reporting.js";
import { otherSide, talkMarks } from "./talks.js";

const words = {
  zh: {
    title: "交谈", back: "全部交谈", me: "我", other: "对方", write: "说点什么",
    hint: "请不要写电话号码，会被隐去；要通电话请用下面的按钮。", send: "发送", sent: "已发送。",
    masked: "电话号码已隐去；要通电话请用下面的按钮。", closed: "这次交谈已结束，三十天内还能看。",
    readOnly: "您可以看，不能在这里写。", guardians: "您未满 18 周岁：您的监护人可以看这次交谈。",
    taken_back: "已撤回", removed: "已移除", takeBack: "撤回", taken: "已撤回。",
    call: "与对方通电话", callHint: "双方都看不到号码。",
    dial: (number, until) => `请拨 ${number}（${until} 前有效）。`, viaDesk: "办公台会替您转达。",
    close: "结束交谈", closeSure: "结束这次交谈？以后可以重新开始一次。", ended: "已结束。", none: "还没有说话。",
    about: "看这个活动", request: "看这次求助", pairing: "看这对结对", group: "看这个小组",
  },
  en: {
    title: "Conversation", back: "All conversations", me: "Me", other: "The other side",
    write: "Your words", hint: "Telephone numbers are left out; to speak, use the button below.",
    send: "Send", sent: "Sent.", masked: "A telephone number was left out: ask for a call below.",
    closed: "This conversation is closed; it can be read for thirty days.",
    readOnly: "You may read this, and not write here.",
    guardians: "You are under 18: your guardians may read this.", taken_back: "Taken back",
    removed: "Removed", takeBack: "Take it back", taken: "Taken back.",
    call: "Speak by telephone", callHint: "Neither sees a number.",
    dial: (number, until) => `Dial ${number} (good until ${until}).`,
    viaDesk: "The desk will pass it on.", close: "Close the conversation",
    closeSure: "Close this conversation? A new one can be begun.", ended: "Closed.",
    none: "Nothing was said yet.", about: "See the activity", request: "See the request",
    pairing: "See the pairing", group: "See the group",
  },
};

const takeBackMilliseconds = 300_000;

export const talk = {
  needsPerson: true,
  title: (app, data) => (data?.one.title_zh ? inLanguage(data.one, "title", app.language)
    : app.say(words).title),
  async read(app) {
    const path = app.path(`/conversations/${app.id}`);
    const [{ conversation: one }, { items, hasMore }] = await Promise.all([
      read(`${path}?limit=1`), readPages(`${path}?limit=50`, "messages", app.state.pages ?? 1)]);
    if (one.unread > 0 && items.length) {
      await write("PUT", `${path}/reading`, { until: items[0].id });
    }
    return { one: { ...one, unread: 0, page: await pageOf(app, one) }, messages: items.reverse(),
      hasMore };
  },
  sections: (app, { one, messages, hasMore }) => [
    back(app.say(words).back, "#/talks"),
    { key: "head", of: one, make: () => head(app, one) },
    more(app, hasMore),
    { key: "messages", of: messages, make: () => thread(app, one, messages) },
    one.is_open && one.side !== "guardian" && { key: "write", of: one.id,
      make: () => writing(app, one) },
    one.is_open && one.side !== "guardian" && { key: "acts", of: one.id,
      make: () => acts(app, one) },
  ],
};

/** Where what it is about stands: two who match have a request, or are a pair. */
async function pageOf(app, one) {
  if (one.kind === "activity") return ["about", `#/see/${one.about}`];
  if (one.side !== "asker" && one.side !== "host") return null;
  if (one.kind === "group") return ["group", `#/help-group/${one.about}`];
  if (one.kind !== "match") return null;
  const pairing = await readIfAny(app.path(`/pairings/${one.about}`), null);
  if (pairing) return ["pairing", `#/pairing/${one.about}`];
  return one.side === "asker" ? ["request", `#/help-request/${one.about}`] : null;
}

function head(app, one) {
  const say = app.say(words);
  return make("section", { class: "card" }, talkMarks(app, one),
    make("p", { class: "title" }, otherSide(app, one)),
    one.page && link(say[one.page[0]], one.page[1], "act"),
    one.guardians_read && make("p", {}, say.guardians),
    one.side === "guardian" && make("p", {}, say.readOnly),
    !one.is_open && make("p", { class: "title" }, say.closed));
}

function thread(app, one, messages) {
  const say = app.say(words);
  if (!messages.length) return make("p", { class: "card" }, say.none);
  return make("section", { class: "card", "aria-live": "polite" },
    make("ol", { class: "thread" }, messages.map((each) => message(app, one, each))));
}

function message(app, one, each) {
  const say = app.say(words);
  const mayTakeBack = each.is_own && each.body && one.is_open
    && now() < Date.parse(each.at) + takeBackMilliseconds;
  return make("li", {}, make("p", { class: "about" },
    make("b", {}, each.is_own ? say.me : each.author_name ?? say.other),
    make("time", { datetime: each.at }, momentText(each.at, app.language))),
  each.body ? make("p", { class: "body" }, each.body)
    : make("p", { class: "quiet" }, say[each.mark] ?? ""),
  mayTakeBack && doing(app, say.takeBack, async () => {
    await write("DELETE", app.path(`/conversations/${one.id}/messages/${each.id}`));
    return say.taken;
  }, { key: `back-${each.id}` }),
  !each.is_own && each.body && reporting(app, "message", each.id));
}

function writing(app, one) {
  const say = app.say(words);
  const values = kept(app, "say");
  const form = new Form(app.language, values);
  const area = form.area("body", { maxlength: 1000, rows: 3 });
  return make("section", { class: "card" }, form.done([
    form.field("/body", say.write, area, say.hint)], say.send, async () => {
    const body = area.value.trim();
    if (!body) return area.focus();
    const said = await write("POST", app.path(`/conversations/${one.id}/messages`), { body });
    values.body = "";
    area.value = "";
    await app.refresh();
    app.tell(said.is_masked ? say.masked : say.sent);
    area.focus();
  }));
}

function acts(app, one) {
  const say = app.say(words);
  const call = app.state.call;
  return make("section", { class: "card" }, make("p", { class: "quiet" }, say.callHint),
    doing(app, say.call, async () => {
      app.state.call = await write("POST", app.path(`/conversations/${one.id}/calls`));
      app.show();
    }, { key: "call" }),
    call && make("p", { class: "title", role: "status" }, call.how === "relay"
      ? say.dial(call.number, momentText(call.until, app.language)) : say.viaDesk),
    confirmation(app, "close", { open: say.close, question: say.closeSure, confirm: say.close,
      kind: "danger" }, async () => {
      await write("POST", app.path(`/conversations/${one.id}/closing`));
      await app.refresh();
      app.tell(say.ended);
    }));
}
