// Paired families: what is proposed, what goes on, standing in, and saying that one would like it.

import { now, read, readIfAny, readPages, write } from "../activities/client.js";
import { spanText } from "../activities/moments.js";
import { inLanguage, left, link, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, doing, more } from "../people/doing.js";
import { readKnown } from "../people/names.js";
import { proposing } from "./pairing-propose.js";
import { isAsked, isLive, pairingCard } from "./pairing-words.js";
import { wishing } from "./pairing-wishes.js";
import { kinds } from "./words.js";

const words = {
  zh: {
    title: "结对", back: "互助",
    hint: "两家长期互相照应：约好多久见一次，先试四周。任何一方随时可以结束，不用说原因，也不记在谁名下。",
    asked: "请您答复", living: "正在结对的", none: "现在没有结对。", over: "过去的", standIns: "请您替一次",
    yes: "好，这次我去", no: "这次不行", yesFor: (time) => `好，我去：${time}`, noFor: (time) => `这次不行：${time}`,
    agreed: "谢谢您，这次上门在“上门”里。", declined: "已答复，谢谢您。", accepted: "✓ 您答应了", visit: "看这次上门",
    wishes: "我愿意结对",
  },
  en: {
    title: "Paired families", back: "Help",
    hint: "Two who help each other's lives along for months: how often is agreed, four weeks are a "
      + "trial. Either may end it at any time, without a reason, and it counts against nobody.",
    asked: "Please answer", living: "Pairings", none: "There is no pairing now.", over: "Past",
    standIns: "You are asked to stand in", yes: "Yes, I go this time", no: "Not this time",
    yesFor: (time) => `Yes, I go: ${time}`, noFor: (time) => `Not this time: ${time}`,
    agreed: "Thank you: it stands with your visits.", declined: "Noted. Thank you.",
    accepted: "✓ You agreed", visit: "See the visit", wishes: "I would be one of a pair",
  },
};

/** Visits that the reader is asked to stand in for; nobody stands in for another. */
export const readStandIns = async (app) => (app.acting ? []
  : (await read(app.path("/me/stand-ins?limit=50"))).stand_ins);

export const isOpenCover = (one) => one.state === "open" && Date.parse(one.until) > now();

export const pairings = {
  needsPerson: true, forAnother: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ items, hasMore }, standIns, { wishes }, { children }, known] = await Promise.all([
      readPages(app.pathFor("/me/pairings?limit=20"), "pairings", app.state.pages ?? 1),
      readStandIns(app), read(app.pathFor("/me/pairing-wishes")),
      app.acting ? { children: [] } : readIfAny(app.path("/children"), { children: [] }),
      readKnown(app)]);
    return { items, hasMore, standIns, wishes, children, known };
  },
  sections(app, { items, hasMore, standIns, wishes, children, known }) {
    const say = app.say(words);
    const asked = items.filter(isAsked);
    const living = items.filter((one) => isLive(one) && !isAsked(one));
    const over = items.filter((one) => !isLive(one));
    const covers = standIns.filter((one) => isOpenCover(one) || one.state === "accepted");
    const list = (key, all, none) => cards(key, say[key], all, (one) => pairingCard(app, one), none);
    return [
      back(say.back, "#/help"),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.hint) },
      asked.length > 0 && list("asked", asked),
      covers.length > 0 && cards("stand-ins", say.standIns, covers, (one) => cover(app, one)),
      list("living", living, asked.length ? null : say.none),
      { key: "wishes", of: [wishes, children], make: () => wishing(app, wishes, children) },
      { key: "propose", of: [known.ties, children], make: () => proposing(app, known, children) },
      over.length > 0 && list("over", over),
      more(app, hasMore),
    ];
  },
};

function cover(app, one) {
  const say = app.say(words);
  const time = spanText(one.begins, one.ends, app.language);
  const answer = (yes) => async () => {
    await write("POST", app.path(`/me/stand-ins/${one.id}/answer`), { answer: yes ? "yes" : "no" });
    return yes ? say.agreed : say.declined;
  };
  return make("li", { class: isOpenCover(one) ? "card urgent" : "card" },
    make("h3", {}, named(kinds, one.kind, app.language)),
    make("p", { class: "marks" }, isOpenCover(one)
      ? make("span", { class: "mark urgent" }, left(one.until, app.language))
      : make("span", { class: "mark fresh" }, say.accepted)),
    make("p", { class: "when" }, time), make("p", {}, inLanguage(one, "place", app.language)),
    isOpenCover(one) && [
      doing(app, say.yes, answer(true), { key: `yes-${one.id}`, kind: "main", label: say.yesFor(time) }),
      doing(app, say.no, answer(false), { key: `no-${one.id}`, label: say.noFor(time) })],
    one.visit && link(say.visit, `#/visit/${one.visit}`, "act"));
}
