// One request: how it stands, what neighbours offer, who comes; changing it and taking it back.

import { read, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { lengthText, spanText } from "../activities/moments.js";
import { facts, inLanguage, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { askingByHand } from "../desk/by-hand.js";
import { back, cards, doing, foldedForm } from "../people/doing.js";
import { requestMarks, requestWhen } from "./requests.js";
import { timeFields, wishes, wishesShown, wishFields } from "./when.js";
import { genders, kinds, languages, mayBeListed } from "./words.js";

const words = {
  zh: {
    title: "求助", back: "我的求助", length: "多久", where: "在哪里", said: "您写的", gender: "希望来的人",
    speaks: "希望会说", elder: "只请当面核验过的人", looking: "正在找人。有人答应时会通知您；您不用做什么。",
    lapsed: "没有在约好的时间里办成。还需要的话请重新提出，或打电话给居委会。", again: "重新提出", visit: "看这次上门",
    talk: "与来帮忙的人说话", offers: "愿意来的邻居", offerYes: "好，请来", offerNo: "不用了，谢谢",
    yesTo: (name) => `好，请来：${name}`, noTo: (name) => `不用了，谢谢：${name}`, agreed: "约好了。",
    declined: "已答复。",
    change: "改时间或要求", changeHint: "改了以后重新找人。", save: "保存", changed: "已改，正在找人。",
    listed: "也让邻居们看到（不写是谁）", also: "勾选符合的（可不选）", withdraw: "撤回求助",
    withdrawSure: "撤回这次求助？已约好的上门也取消，会告诉对方。", withdrawn: "已撤回。", all: "以后每周的也撤回",
    allSure: "以后每周的都撤回？", onlyThis: "只撤回这一次",
  },
  en: {
    title: "A request", back: "What I asked for", length: "How long", where: "Where",
    said: "In your words", gender: "You wish for a", speaks: "Who speaks",
    elder: "Only who is verified in person",
    looking: "Somebody is being looked for. You are told when one agrees; there is nothing to do.",
    lapsed: "It did not work out in that time. If you still need it ask anew, or call the "
      + "residents’ committee.",
    again: "Ask anew", visit: "See the visit", talk: "Write to who helps",
    offers: "Neighbours who offer to come", offerYes: "Yes, please come", offerNo: "No, thank you",
    yesTo: (name) => `Yes, please come: ${name}`, noTo: (name) => `No, thank you: ${name}`,
    agreed: "It is agreed.", declined: "Answered.", change: "Change the time or wishes",
    changeHint: "Then somebody is looked for anew.", save: "Save",
    changed: "Changed: somebody is being looked for.",
    listed: "Let neighbours see it, too (not whose it is)", also: "Tick what fits, if anything",
    withdraw: "Take the request back",
    withdrawSure: "Take it back? A visit that is agreed is cancelled, and the helper is told.",
    withdrawn: "Taken back.", all: "Take the later weeks back, too",
    allSure: "Take back this one and those of the later weeks?", onlyThis: "Take back this one",
  },
};

const offices = ["residents_committee", "social_worker"];

export const request = {
  needsPerson: true, forAnother: true,
  title: (app, data) => (data ? named(kinds, data.one.kind, app.language) : app.say(words).title),
  async read(app) {
    const one = await read(app.pathFor(`/help-requests/${app.id}`));
    // A weekly asking has an open request for other weeks, too.
    const isOpen = one.state === "looking" || one.state === "agreed";
    const { requests } = isOpen ? await read(app.pathFor("/help-requests?limit=100")) : { requests: [] };
    return { one, isSeries: requests.some((each) =>
      each.series === one.series && each.begins > one.begins) };
  },
  sections(app, { one, isSeries }) {
    const say = app.say(words);
    const isOpen = one.state === "looking" || one.state === "agreed";
    return [
      back(say.back, "#/help-requests"),
      { key: "head", of: one, make: () => head(app, one) },
      one.offers?.length > 0 && cards("offers", say.offers, one.offers,
        (offer) => offerCard(app, one, offer)),
      one.state === "looking" && one.person !== app.subject && app.holds(...offices)
        && { key: "by-hand", of: one, make: () => askingByHand(app, one) },
      one.state === "looking" && { key: "change", of: one, make: () => changing(app, one) },
      isOpen && { key: "withdraw", of: [one, isSeries], make: () => withdrawing(app, one, isSeries) },
    ];
  },
};

function head(app, one) {
  const say = app.say(words);
  return make("section", { class: "card" }, requestMarks(app, one), requestWhen(app, one),
    facts([say.length, lengthText(one.minutes, app.language)],
      [say.where, inLanguage(one, "place", app.language)],
      [say.gender, one.wish_gender && named(genders, one.wish_gender, app.language)],
      [say.speaks, one.wish_language && named(languages, one.wish_language, app.language)],
      [say.said, one.words]),
    one.is_elder && make("p", { class: "quiet" }, say.elder),
    one.state === "looking" && make("p", { class: "title" }, say.looking),
    one.state === "lapsed" && make("p", { class: "title" }, say.lapsed),
    make("div", { class: "buttons" },
      one.visit && link(say.visit, `#/visit/${one.visit}`, "act main"),
      one.conversation && link(say.talk, `#/talk/${one.conversation}`, "act"),
      (one.state === "lapsed" || one.state === "withdrawn")
        && link(say.again, `#/help-ask/${one.kind}`, "act")));
}

function offerCard(app, one, offer) {
  const say = app.say(words);
  const answer = (yes) => async () => {
    await write("POST", app.pathFor(`/help-requests/${one.id}/offers/${offer.id}/answer`),
      { answer: yes ? "yes" : "no" });
    return yes ? say.agreed : say.declined;
  };
  return make("li", { class: "card urgent" }, make("h3", {}, offer.name),
    make("p", { class: "when" }, spanText(offer.begins, offer.ends, app.language)),
    doing(app, say.offerYes, answer(true),
      { key: `yes-${offer.id}`, kind: "main", label: say.yesTo(offer.name) }),
    doing(app, say.offerNo, answer(false), { key: `no-${offer.id}`, label: say.noTo(offer.name) }));
}

function changing(app, one) {
  const say = app.say(words);
  return make("section", { class: "card" }, foldedForm(app, "change", say.change, {
    hint: say.changeHint, send: say.save, values: wishesShown(one),
    fields: (form) => [timeFields(app, form, false), wishFields(app, form),
      mayBeListed(one.kind) && !one.is_elder && form.group("/is_listed", say.also, null,
        form.check("flags", "listed", say.listed))],
    act: async (values) => {
      await write("PUT", app.pathFor(`/help-requests/${one.id}`), wishes(app, values));
      return say.changed;
    },
  }));
}

function withdrawing(app, one, isSeries) {
  const say = app.say(words);
  const withdraw = (rest) => async () => {
    await write("DELETE", app.pathFor(`/help-requests/${one.id}${rest}`));
    await app.refresh();
    app.tell(say.withdrawn);
  };
  return make("section", { class: "card" },
    confirmation(app, "withdraw", { open: isSeries ? say.onlyThis : say.withdraw,
      question: say.withdrawSure, confirm: isSeries ? say.onlyThis : say.withdraw, kind: "danger" },
    withdraw("")),
    isSeries && confirmation(app, "withdraw-all", { open: say.all, question: say.allSure,
      confirm: say.all, kind: "danger" }, withdraw("?series=all")));
}
