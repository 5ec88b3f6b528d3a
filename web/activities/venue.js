// What a place asks of those who want to use it, told before they are refused.

import { readIfAny } from "./client.js";
import { lengthText, weekday, weekdayName } from "./moments.js";

const words = {
  zh: {
    opens: (day, hours) => `这里${day}可用：${hours}。`, closed: (day) => `这里${day}不开放。`,
    lead: (length) => `须提前 ${length} 预订。`, join: "、",
    gaps: (before, after) => `前留 ${before} 分钟布置、后留 ${after} 分钟打扫。`,
  },
  en: {
    opens: (day, hours) => `Open on ${day}: ${hours}. `, closed: (day) => `Closed on ${day}. `,
    lead: (length) => `Book ${length} ahead. `, join: ", ",
    gaps: (before, after) => `${before} minutes before and ${after} after are kept free.`,
  },
};

const venues = new Map();

/** The rules of a place on the day of a local time; nothing where none are kept. */
export async function venueText(app, place, local) {
  if (!venues.has(place)) {
    venues.set(place, await readIfAny(app.path(`/venues/${place}`), null).catch(() => null));
  }
  const venue = venues.get(place);
  if (!venue || !local) return "";
  const say = app.say(words);
  const index = weekday(local.slice(0, 10));
  const day = weekdayName(index, app.language);
  const hours = venue.hours.filter((each) => each.weekday === index + 1)
    .map(({ opens, closes }) => `${opens}–${closes}`).sort().join(say.join);
  const { setup_minutes: before, cleaning_minutes: after, lead_minutes: lead } = venue;
  return [hours ? say.opens(day, hours) : say.closed(day), lead ? say.lead(
    lengthText(lead, app.language)) : "", before || after ? say.gaps(before, after) : ""].join("");
}
