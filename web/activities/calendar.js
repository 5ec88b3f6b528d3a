// One's calendar links: make one, copy its address, revoke it.

import { read, readIfAny, write } from "./client.js";
import { confirmation, Form } from "./form.js";
import { dayText, localDay } from "./moments.js";
import { button, link, make } from "./parts.js";
import { placeName } from "./state.js";

const words = {
  zh: {
    title: "日历订阅", about: "新建一个链接，在手机或电脑的日历里“添加订阅日历”，活动就会自动出现，改期、取消也会跟着变。",
    warning: "谁有这个链接，谁就能看到里面的内容。请不要转发；发错了就停用它。",
    make: "新建日历链接", kind: "看哪些内容", place: "哪个场地", send: "新建链接",
    kinds: { personal: "与我有关的活动", estate: "小区里我能看到的活动", venue: "一个场地的占用时间" },
    made: "链接已建好。地址只显示这一次，请现在复制：", address: "日历链接的地址", copy: "复制链接",
    copied: "已复制。请到日历里添加订阅日历，粘贴进去。", copyByHand: "请长按或按 Ctrl+C 复制选中的地址。",
    have: "我的日历链接", none: "还没有日历链接。", since: (day) => `建于 ${day}`,
    last: (day) => `最近读取：${day}`, never: "还没有日历读取过",
    revoke: "停用", sure: "停用这个链接？用它订阅的日历将不再更新。", yes: "确定停用",
    revoked: "已停用。", back: "回到我的报名",
  },
  en: {
    title: "Calendar links",
    about: "Make a link and subscribe to it in the calendar of your phone or computer: activities "
      + "appear there, and follow every change.",
    warning: "Whoever has the link can read what is in it. Keep it to yourself; if it got out, "
      + "revoke it.",
    make: "Make a link", kind: "What is in it", place: "Which venue", send: "Make the link",
    kinds: { personal: "What concerns me", estate: "What I can see of the estate",
      venue: "When a venue is taken" },
    made: "The link is made. Its address is shown this once: copy it now.",
    address: "Address of the calendar link", copy: "Copy the link",
    copied: "Copied. Paste it where your calendar subscribes to another.",
    copyByHand: "Copy the selected address by hand (Ctrl+C).",
    have: "My calendar links", none: "No calendar links yet.", since: (day) => `Made ${day}`,
    last: (day) => `Last read ${day}`, never: "No calendar has read it yet",
    revoke: "Revoke", sure: "Revoke this link? Calendars that use it are updated no more.",
    yes: "Yes, revoke", revoked: "Revoked.", back: "Back to my places",
  },
};

const linksPath = (app) => app.path("/calendar-links");

export const calendar = {
  needsPerson: true,
  title: (app) => app.say(words).title,

  async read(app) {
    const [{ links }, { venues }] = await Promise.all([
      read(linksPath(app)), readIfAny(app.path("/venues?limit=100"), { venues: [] })]);
    return { links, venues };
  },

  sections: (app, { links, venues }) => [
    { key: "about", of: null, make: () => about(app) },
    app.state.made && { key: "made", of: app.state.made.id, make: () => made(app) },
    { key: "make", of: venues.length, make: () => making(app, venues) },
    { key: "have", of: links, make: () => have(app, links) },
  ],
};

function about(app) {
  const say = app.say(words);
  return make("section", { class: "card" }, make("p", {}, say.about),
    make("p", { class: "title" }, say.warning),
    make("p", {}, link(say.back, "#/mine")));
}

/** The address, this once. */
function made(app) {
  const say = app.say(words);
  const address = make("input", { type: "text", readonly: true, id: "calendar-address",
    "aria-label": say.address, "data-focus": "address" });
  address.value = app.state.made.url;
  const copy = async () => {
    address.select();
    try {
      await navigator.clipboard.writeText(address.value);
      app.tell(say.copied);
    } catch {
      // A page that was not fetched safely may not write there.
      app.tell(say.copyByHand);
      address.focus();
      address.select();
    }
  };
  return make("section", { class: "card urgent", role: "status" },
    make("p", { class: "title" }, say.made), address,
    make("div", { class: "buttons" }, button(say.copy, copy, { kind: "main", key: "copy" })));
}

function making(app, venues) {
  const say = app.say(words);
  const values = (app.state.making ??= { kind: "personal", place: venues[0]?.place });
  const form = new Form(app.language, values);
  const kinds = Object.entries(say.kinds).filter(([kind]) => kind !== "venue" || venues.length);
  const place = form.field("/place", say.place, form.select("place",
    venues.map((venue) => [venue.place, placeName(app, venue)])));
  const show = () => { place.hidden = values.kind !== "venue"; };
  const part = form.done([
    form.field("/kind", say.kind, form.select("kind", kinds, show)), place,
  ], say.send, async () => {
    const body = values.kind === "venue" ? { kind: "venue", place: values.place }
      : { kind: values.kind };
    app.state.made = await write("POST", linksPath(app), body);
    await app.refresh();
    document.getElementById("calendar-address").focus();
  });
  show();
  return make("section", { class: "card" }, make("h2", {}, say.make), part);
}

function have(app, links) {
  const say = app.say(words);
  if (!links.length) return make("p", { class: "card" }, say.none);
  return make("section", { class: "card", "aria-labelledby": "have" },
    make("h2", { id: "have" }, say.have),
    make("ul", { class: "plain" }, links.map((one) => make("li", {},
      make("p", {}, make("b", {}, nameOf(app, one))),
      make("p", { class: "quiet" }, say.since(dayText(localDay(one.created_at), app.language)),
        " · ", one.last_fetched_on ? say.last(dayText(one.last_fetched_on, app.language))
          : say.never),
      confirmation(app, `revoke-${one.id}`, {
        open: say.revoke, question: say.sure, confirm: say.yes,
      }, async () => {
        await write("DELETE", `${linksPath(app)}/${one.id}`);
        if (app.state.made?.id === one.id) delete app.state.made;
        await app.refresh();
        app.tell(say.revoked);
      })))));
}

function nameOf(app, one) {
  const say = app.say(words);
  const place = app.places.find((each) => each.id === one.place);
  return place ? `${say.kinds.venue}: ${placeName(app, place)}` : say.kinds[one.kind];
}
