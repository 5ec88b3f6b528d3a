// What is set aside for the reader's household, and the word that fetches it.

import { now, readIfAny, readPages, write } from "../activities/client.js";
import { Form } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, kept, more } from "../people/doing.js";
import { parcelParts } from "./parcel.js";
import { parcelStates } from "./words.js";

const words = {
  zh: {
    title: "我的物资", back: "互助", none: "现在没有为您家留的物资。", word: "领取口令",
    hint: "到物资间读给志愿者听。志愿者只看到代号，看不到姓名和原因。",
    who: "谁去领", own: "我们自己", neighbour: "请邻居代领", send: "取一个口令", code: "请读给志愿者听：",
    lives: (time) => `只能用一次，${time} 前有效。`,
    once: "只显示这一次；再取一个，前一个就作废。", household: "哪一户", parcels: "为我们家留的",
  },
  en: {
    title: "Goods for us", back: "Help", none: "Nothing is set aside for your household now.",
    word: "A word that fetches it",
    hint: "Read it to the volunteer at the goods room, who sees a code, and no name or reason.",
    who: "Who fetches it", own: "We ourselves", neighbour: "A neighbour for us",
    send: "Get a word", code: "Read this to the volunteer:",
    lives: (time) => `Good once, until ${time}.`,
    once: "It is shown this once; another one ends it.", household: "Which household",
    parcels: "Set aside for us",
  },
};

export const ownGoods = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [list, { members }] = await Promise.all([
      readPages(app.path("/me/parcels?limit=20"), "parcels", app.state.pages ?? 1),
      readIfAny(app.path("/household"), { members: [] })]);
    const own = members.filter((one) => one.person === app.person).map((one) => one.household);
    return { ...list, households: own.map((id) => [id, members.filter((one) =>
      one.household === id).map((one) => one.display_name).join(" · ")]) };
  },
  sections(app, { items, hasMore, households }) {
    const say = app.say(words);
    return [
      back(say.back, "#/help"),
      cards("parcels", say.parcels, items, (one) => card(app, one), say.none),
      more(app, hasMore),
      households.length > 0 && { key: "word", of: households, make: () => wording(app, households) },
    ];
  },
};

function card(app, one) {
  return make("li", { class: "card" },
    make("p", { class: "marks" },
      make("span", { class: one.state === "gone" ? "mark quiet" : "mark fresh" },
        named(parcelStates, one.state, app.language))),
    parcelParts(app, one.state === "ready" ? one : { ...one, until: null }));
}

function wording(app, households) {
  const say = app.say(words);
  const values = kept(app, "word", { who: "own", household: households[0][0] });
  const form = new Form(app.language, values);
  const shown = app.state.shown;
  return make("section", { class: "card" }, make("h2", {}, say.word), make("p", {}, say.hint),
    form.done([
      households.length > 1 && form.field("/household", say.household,
        form.select("household", households)),
      form.field("/for_neighbour", say.who,
        form.select("who", [["own", say.own], ["neighbour", say.neighbour]])),
    ], say.send, async () => {
      app.state.shown = await write("POST", app.path("/me/parcel-words"),
        { household: values.household, for_neighbour: values.who === "neighbour" });
      app.show();
    }),
    shown && Date.parse(shown.expires_at) > now() && make("div", { class: "code", role: "status" },
      make("p", {}, say.code), make("output", {}, shown.word),
      make("p", {}, say.lives(momentText(shown.expires_at, app.language))),
      make("p", {}, say.once)));
}
