// Handing over something else of the same kind, where what was set aside is not good any more.

import { readPages } from "../activities/client.js";
import { dayText } from "../activities/moments.js";
import { inLanguage, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { foldedForm } from "../people/doing.js";
import { partText } from "./parcel.js";
import { units } from "./words.js";

const words = {
  zh: {
    openFor: (code) => `用别的代替 ${code}`,
    hint: "同类、同单位，不多于原来的数量。其余照原样交，换下的退回架上。", which: "代替哪一样", instead: "换成", much: "交多少",
    until: (day) => `${day}到期`, send: "这样交付",
  },
  en: {
    openFor: (code) => `Something else instead: ${code}`,
    hint: "Of the same category and unit, and no more of it. All else is handed over as it is; what "
      + "is left goes back to the shelf.",
    which: "Instead of", instead: "Hand over", much: "How much",
    until: (day) => `expires ${day}`,
    send: "Hand it over so",
  },
};

/** What is free at a room and its bins, each lot with where most of it lies; and of what category lots are. */
export async function readFree(app, room, places) {
  const within = new Set(places.filter((one) => one.room === room.id).map((one) => one.id));
  const [lots, items] = await Promise.all([
    readPages(app.path(`/goods/lots?place=${room.id}&limit=100`), "lots", 3),
    readPages(app.path("/goods/items?limit=100"), "items")]);
  const categories = new Map(items.items.map((one) => [one.id, one.category]));
  const free = lots.items.filter((lot) => !lot.stopped).flatMap((lot) => {
    const [most] = lot.places.filter((one) => one.status === "free" && within.has(one.place))
      .sort((one, other) => Number(other.quantity) - Number(one.quantity));
    return most && Number(most.quantity) > 0 ? [{ ...lot, place: most.place, much: most.quantity }] : [];
  });
  return { lots: free,
    categories: Object.fromEntries(lots.items.map((lot) => [lot.id, categories.get(lot.item)])) };
}

/** A form for one parcel; `hand` hands over the parts that it is given. */
export function substituting(app, parcel, free, hand) {
  const say = app.say(words);
  const lots = new Set(parcel.parts.map((part) => part.lot));
  const fitting = (part) => free.lots.filter((lot) => lot.unit === part.unit && !lots.has(lot.id)
    && free.categories[lot.id] === free.categories[part.lot]);
  const parts = parcel.parts.filter((part) => fitting(part).length > 0);
  if (!parts.length) return null;
  const lotText = (lot) => [inLanguage(lot, "name", app.language),
    `${lot.much} ${named(units, lot.unit, app.language)}`, lot.code,
    lot.expires_on && say.until(dayText(lot.expires_on, app.language))].filter(Boolean).join(" · ");
  return foldedForm(app, `instead-${parcel.id}`, say.openFor(parcel.code), {
    hint: say.hint, send: say.send,
    values: { lot: parts[0].lot, instead: fitting(parts[0])[0].id, quantity: parts[0].quantity },
    fields: (form, values) => {
      const part = parts.find((one) => one.lot === values.lot) ?? parts[0];
      const choices = fitting(part);
      if (!choices.some((lot) => lot.id === values.instead)) values.instead = choices[0].id;
      const which = form.select("lot", parts.map((one) => [one.lot, partText(app, one)]), () => {
        values.quantity = parts.find((one) => one.lot === values.lot).quantity;
        app.show();
      });
      which.dataset.focus = `which-${parcel.id}`;
      return [parts.length > 1 ? form.field("/parts", say.which, which)
        : make("p", {}, `${say.which} ${partText(app, part)}`),
      form.field("/instead", say.instead, form.select("instead",
        choices.map((lot) => [lot.id, lotText(lot)]))),
      form.field("/quantity", say.much, form.input("quantity", "text",
        { inputmode: "decimal", maxlength: 32 }))];
    },
    act: (values) => {
      const lot = free.lots.find((one) => one.id === values.instead);
      return hand(parcel.parts.map((part) => (part.lot === values.lot
        ? { lot: part.lot, quantity: values.quantity.trim(), instead: lot.id, place: lot.place }
        : { lot: part.lot, quantity: part.quantity })));
    },
  });
}
