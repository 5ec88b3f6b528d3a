// A volunteer's desk at a goods room: who has come, by number; parcels by code; handing them over.

import { Problem, readPages, write } from "../activities/client.js";
import { Form } from "../activities/form.js";
import { localDay, today } from "../activities/moments.js";
import { button, inLanguage, make } from "../activities/parts.js";
import { back, cards, doing, foldedForm, kept } from "../people/doing.js";
import { parcelParts, partText } from "./parcel.js";
import { secondPage, standingBy } from "./second.js";
import { readFree, substituting } from "./substitute.js";

const words = {
  zh: {
    title: "发物资", back: "互助", rooms: "您当值的物资间", none: "您现在没有在物资间当值。", come: "有人来领",
    word: "口令或领取卡号", wordHint: "请对方读给您听。不用问姓名和原因。", open: "登记到访", number: (count) => `${count} 号`,
    opened: (count) => `${count} 号，请核对包裹代号。`, queue: "今天来的", nobody: "今天还没有人来。",
    nothing: "没有等着领的包裹。",
    hand: "整个交付", handFor: (code) => `整个交付 ${code}`, handed: "✓ 已交付", done: "已交付。", part: "只交一部分",
    partFor: (code) => `只交一部分 ${code}`, partHint: "少交的退回架上，需求还开着。",
    much: (what) => `交多少（共 ${what}）`, undo: "交错了，撤销",
    undoFor: (code) => `撤销交付 ${code}`, undone: "已撤销，包裹还留着。", waiting: "还等人来领的",
    allFetched: "没有等人来领的包裹。",
    waitingHint: "先到期的在前；过了时间没人领的自动退回，需求还开着。", close: "这一位办完了", last: "今天到期",
    nought: "请写交多少；一样都不交就不用办。", valuable: "贵重：请另一位当值的在场确认，再交付。",
    second: "另一位当值的在自己的这一页就能确认，也可以打开：", share: "发给第二人",
    stood: "✓ 第二人在场", stand: "要当第二人，请到场看过再按；登记这次到访的人不能按。",
  },
  en: {
    title: "Handing out goods", back: "Help", rooms: "Rooms where you are on duty",
    none: "You are on duty at no goods room now.", come: "Somebody has come",
    word: "Word, or number of the card",
    wordHint: "Let it be read to you. Ask for no name and no reason.", open: "Enter the visit",
    number: (count) => `Number ${count}`,
    opened: (count) => `Number ${count}: compare the codes of the parcels.`,
    queue: "Came today", nobody: "Nobody has come yet today.", nothing: "No parcel waits.",
    hand: "Hand all of it over", handFor: (code) => `Hand all of it over: ${code}`,
    handed: "✓ Handed over", done: "Handed over.", part: "Only a part",
    partFor: (code) => `Only a part: ${code}`,
    partHint: "The rest goes back to the shelf, and its need stays open.",
    much: (what) => `How much, of ${what}`, undo: "A mistake: undo it",
    undoFor: (code) => `Undo the hand-over of ${code}`, undone: "Undone: the parcel waits again.",
    waiting: "Still to be fetched", allFetched: "No parcel waits to be fetched.",
    waitingHint: "What goes back first stands first; what nobody fetches in time goes back by "
      + "itself, and its need stays open.",
    close: "This one is served", last: "Goes back today",
    nought: "Say how much; where nothing is handed over there is nothing to do.",
    valuable: "Valuable: let another person on duty stand by first, then hand it over.",
    second: "Another person on duty finds the visit on its own desk, or opens:",
    share: "Send it to the second person", stood: "✓ A second person stands by",
    stand: "To be the second person, be there and look, then press; not if you entered the visit.",
  },
};

export const goods = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const { items } = await readPages(app.path("/goods/places?limit=100"), "places");
    const rooms = items.filter((one) => one.is_served && one.id === one.room);
    const room = rooms.find((one) => one.id === app.id) ?? (rooms.length === 1 ? rooms[0] : null);
    if (!room) return { rooms, room: null };
    const [queue, waiting] = await Promise.all([
      readPages(app.path(`/goods/places/${room.id}/visits?state=all&limit=100`), "visits"),
      readPages(app.path(`/goods/places/${room.id}/parcels?limit=100`), "parcels")]);
    const visits = told(queue.items, waiting.items);
    const isServing = visits.some((one) => one.parcels.some((parcel) => !parcel.isHanded));
    const free = isServing ? await readFree(app, room, items) : { lots: [], categories: {} };
    return { rooms, room, visits, waiting, free };
  },
  sections(app, { rooms, room, visits, waiting, free }) {
    const say = app.say(words);
    if (!room) {
      return [back(say.back, "#/help"), cards("rooms", say.rooms, rooms, (one) =>
        make("li", { class: "card" }, make("h3", {}, make("a", { href: `#/goods/${one.id}`,
          class: "title" }, inLanguage(one, "name", app.language)))), say.none)];
    }
    const called = new Set(visits.flatMap((one) => one.parcels.map(({ id }) => id)));
    return [
      rooms.length > 1 ? back(say.rooms, "#/goods") : back(say.back, "#/help"),
      { key: "come", of: room.id, make: () => coming(app, room) },
      { ...cards("queue", `${say.queue} · ${inLanguage(room, "name", app.language)}`,
        visits, (one) => visitCard(app, one, free), say.nobody), of: [visits, free] },
      cards("waiting", say.waiting, waiting.items.filter((one) => !called.has(one.id)),
        (one) => waitingCard(app, one), say.allFetched),
      { key: "hint", of: null, make: () => make("p", { class: "quiet" }, say.waitingHint) },
    ];
  },
};

// MARK: Visits of today

const keptName = "linli-goods-desk";

/**
 * What the list of visits does not say, by the browser that saw it: what was in the parcels that it
 * handed over, which visits it entered, and which it is done with. No name is in it.
 */
let desk = stored();

function stored() {
  const none = { day: today(), parcels: {}, entered: [], served: [] };
  try {
    const found = JSON.parse(sessionStorage.getItem(keptName));
    return found?.day === none.day ? found : none;
  } catch { return none; }
}

function keep(change) {
  desk = { ...(desk.day === today() ? desk : stored()), ...change };
  try { sessionStorage.setItem(keptName, JSON.stringify(desk)); } catch { /* memory has it */ }
}

/** Who is at the desk, the last to come first, with what is in each parcel as far as it is known. */
function told(queue, waiting) {
  const seen = Object.fromEntries(waiting.map((one) => [one.id, one]));
  keep({ parcels: { ...desk.parcels, ...Object.fromEntries(queue.flatMap((one) => one.parcels)
    .filter(({ id }) => seen[id]).map(({ id }) => [id, seen[id]])) } });
  return queue.map((one) => ({ ...one, parcels: one.parcels.map(({ id, code, state }) => ({
    ...(seen[id] ?? desk.parcels[id] ?? { parts: [] }), id, code, isHanded: state === "handed_out" })) }))
    .filter((one) => !desk.served.includes(one.id)
      && (one.state === "open" || one.parcels.some((parcel) => parcel.isHanded)))
    .reverse();
}

const isValuable = (parcel) => parcel.parts.some((part) => part.is_valuable);

function coming(app, room) {
  const say = app.say(words);
  const values = kept(app, "come");
  const form = new Form(app.language, values);
  const input = form.input("word", "text", { maxlength: 16, inputmode: "numeric" });
  return make("section", { class: "card" }, make("h2", {}, say.come),
    form.done([form.field("/word", say.word, input, say.wordHint)], say.open, async () => {
      const visit = await write("POST", app.path("/goods/visits"),
        { room: room.id, word: input.value.replace(/\s/g, "") });
      keep({ entered: [...desk.entered, visit.id] });
      values.word = "";
      input.value = "";
      await app.refresh();
      app.tell(say.opened(visit.number));
      document.querySelector(`[data-focus="hand-${visit.parcels[0]?.id}"]`)?.focus();
    }));
}

function visitCard(app, one, free) {
  const say = app.say(words);
  const isOfTwo = one.parcels.some((parcel) => isValuable(parcel) && !parcel.isHanded);
  return make("li", { class: "card" }, make("h3", {}, say.number(one.number)),
    !one.parcels.length && make("p", {}, say.nothing),
    isOfTwo && seconding(app, one),
    one.parcels.map((parcel) => make("div", {}, parcelParts(app, parcel),
      parcel.isHanded ? handed(app, parcel) : toHand(app, one, parcel, free))),
    doing(app, say.close, async () => {
      keep({ served: [...desk.served, one.id] });
      await app.refresh();
    }, { key: `close-${one.id}` }));
}

/** How the second person finds this visit on another phone. */
function seconding(app, visit) {
  const say = app.say(words);
  if (visit.has_second) {
    return make("p", { class: "marks" }, make("span", { class: "mark fresh" }, say.stood));
  }
  if (!desk.entered.includes(visit.id)) {
    return make("div", {}, make("p", { class: "title" }, say.valuable), make("p", {}, say.stand),
      standingBy(app, visit.id, visit.number));
  }
  const page = `${location.origin}${location.pathname}${secondPage(visit)}`;
  return make("div", {}, make("p", { class: "title" }, say.valuable), make("p", {}, say.second),
    make("p", { class: "number" }, make("a", { href: secondPage(visit) }, page)),
    navigator.share && button(say.share, () => navigator.share({ url: page }).catch(() => {}),
      { key: `share-${visit.id}` }));
}

function toHand(app, visit, parcel, free) {
  const say = app.say(words);
  const hand = async (parts) => {
    await write("POST", app.path(`/goods/parcels/${parcel.id}/hand-over`),
      { visit: visit.id, ...(parts && { parts }) });
    return say.done;
  };
  const quantities = Object.fromEntries(parcel.parts.map((part) => [part.lot, part.quantity]));
  return [
    doing(app, say.hand, () => hand(), { key: `hand-${parcel.id}`, kind: "main",
      label: say.handFor(parcel.code) }),
    foldedForm(app, `part-${parcel.id}`, say.partFor(parcel.code), {
      hint: say.partHint, send: say.part, values: quantities,
      fields: (form) => parcel.parts.map((part, index) => form.field(`/parts/${index}/quantity`,
        say.much(partText(app, part)),
        form.input(part.lot, "text", { inputmode: "decimal", maxlength: 32 }))),
      act: (values) => {
        const parts = parcel.parts.map(({ lot }) => ({ lot, quantity: values[lot].trim() }))
          .filter(({ quantity }) => Number(quantity) !== 0);
        // No parts would mean all of it.
        if (parts.length) return hand(parts);
        throw new Problem(422, { errors: [{ pointer: "/parts/0/quantity", detail: say.nought }] });
      },
    }),
    substituting(app, parcel, free, hand)];
}

function handed(app, parcel) {
  const say = app.say(words);
  return [make("p", { class: "marks" }, make("span", { class: "mark fresh" }, say.handed)),
    doing(app, say.undo, async () => {
      await write("DELETE", app.path(`/goods/parcels/${parcel.id}/hand-over`));
      return say.undone;
    }, { key: `undo-${parcel.id}`, label: say.undoFor(parcel.code) })];
}

// MARK: What waits

function waitingCard(app, one) {
  const say = app.say(words);
  const isLast = one.until && localDay(one.until) <= today();
  return make("li", { class: "card" },
    isLast && make("p", { class: "marks" }, make("span", { class: "mark urgent" }, `! ${say.last}`)),
    parcelParts(app, one));
}
