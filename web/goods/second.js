// The second person who stands by while something valuable is handed over.

import { readPages, write } from "../activities/client.js";
import { inLanguage, make } from "../activities/parts.js";
import { back, doing } from "../people/doing.js";

const words = {
  zh: {
    title: "贵重物资：第二人在场", back: "发物资", number: (count) => `到访 ${count} 号`,
    hint: "贵重物资要两人经手。请您到场，看过包裹代号和里面的东西，再按。您不能是登记这次到访的人，也不能是对方的家人。",
    ask: "我在场，看过了", done: "已记下。请对方交付。", where: "您当值的物资间：",
  },
  en: {
    title: "The second person", back: "Handing out goods", number: (count) => `Visit ${count}`,
    hint: "Two persons hand out what is valuable. Be there, see the code of the parcel and what is in "
      + "it, then press. It is not for who entered the visit, nor for the household’s own.",
    ask: "I am here, and have seen it", done: "Noted: it can be handed over now.",
    where: "You are on duty at: ",
  },
};

/** Where the second person stands by at a visit; its number says which it is. */
export const secondPage = (visit) => `#/goods-second/${visit.id}/${visit.number}`;

export const goodsSecond = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.path("/goods/places?limit=100"), "places"),
  sections(app, { items }) {
    const say = app.say(words);
    const rooms = items.filter((one) => one.is_served && one.id === one.room);
    return [
      back(say.back, "#/goods"),
      { key: "second", of: rooms, make: () => make("section", { class: "card" },
        make("h2", {}, say.number(app.rest)), make("p", {}, say.hint),
        rooms.length > 0 && make("p", { class: "quiet" }, say.where,
          rooms.map((one) => inLanguage(one, "name", app.language)).join(" · ")),
        standingBy(app, app.id, app.rest)) },
    ];
  },
};

/** The button of the second person; `number` says at which visit, to who hears it. */
export function standingBy(app, visit, number) {
  const say = app.say(words);
  return doing(app, say.ask, async () => {
    await write("POST", app.path(`/goods/visits/${encodeURIComponent(visit)}/second`));
    return say.done;
  }, { key: `second-${visit}`, kind: "main", label: `${say.ask} · ${say.number(number)}` });
}
