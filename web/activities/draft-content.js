// What the form of an activity holds, and what the API takes.

import { fromRule, toRule } from "./series.js";

const texts = ["title_zh", "body_zh", "title_en", "body_en", "cost_note", "bring",
  "accessibility_note"];
const numbers = ["overall", "offer_minutes", "waiting_max", "opens_minutes", "closes_minutes"];
export const elsewhere = "elsewhere";
export const asItIs = "as-it-is";

export function emptyValues() {
  return { kind: "sport", meant_for: "general", accessibility: [], to: "estate", place: "",
    seats: { adult: "20" }, cancel_minutes: "120", offer_minutes: "120", waiting_max: "50",
    closes_minutes: "0", days: "as_ruled", ...fromRule(null) };
}

/** What an activity says, as the form holds it. */
export function valuesOf(activity) {
  const values = { ...emptyValues(), ...fromRule(activity.rrule), seats: {}, activity };
  for (const name of [...texts, "kind", "meant_for", "starts", "ends", "days", "place_text"]) {
    values[name] = activity[name] ?? values[name] ?? "";
  }
  for (const name of numbers) values[name] = String(activity[name] ?? values[name] ?? "");
  values.accessibility = activity.accessibility ?? [];
  values.place = activity.place ?? elsewhere;
  for (const { kind, total } of activity.seats) values.seats[kind] = String(total);
  const windows = new Set(activity.seats.map((seat) => seat.cancel_minutes ?? 120));
  values.cancel_minutes = windows.size === 1 ? String([...windows][0]) : asItIs;
  values.to = audienceChoice(activity.audience);
  return values;
}

/** The choice of the form that says this audience. */
function audienceChoice(audience) {
  const [one, ...rest] = audience;
  if (rest.length) return asItIs;
  if (one.kind === "place") return `place:${one.place}`;
  return one.kind === "role" ? `role:${one.role}` : one.kind;
}

function audience(values) {
  if (values.to === asItIs) return values.activity.audience;
  const [kind, which] = values.to.split(":");
  return [which ? { kind, [kind]: which } : { kind }];
}

/** The body of a draft or an edit; what was left empty is not sent. */
export function content(values) {
  const body = { audience: audience(values), kind: values.kind, meant_for: values.meant_for,
    accessibility: values.accessibility };
  for (const name of texts) {
    const text = values[name]?.trim();
    if (text) body[name] = text;
  }
  for (const name of numbers) if (values[name]) body[name] = Number(values[name]);
  Object.assign(body, place(values));
  if (values.starts) body.starts = values.starts;
  if (values.ends) body.ends = values.ends;
  const rule = toRule(values, values.starts);
  if (rule) {
    body.rrule = rule;
    body.days = values.days;
    // What was left out of the series stays out of it.
    if (values.activity?.exdates?.length && rule === values.activity.rrule) {
      body.exdates = values.activity.exdates;
    }
  }
  body.seats = Object.entries(values.seats).filter(([, total]) => Number(total) > 0)
    .map(([kind, total]) =>
      ({ kind, total: Number(total), cancel_minutes: cancelMinutes(values, kind) }));
  if (values.cancels?.length) {
    body.cancels = true;
    if (values.because?.trim()) body.because = values.because.trim();
  }
  return body;
}

function cancelMinutes(values, kind) {
  if (values.cancel_minutes !== asItIs) return Number(values.cancel_minutes);
  return values.activity.seats.find((seat) => seat.kind === kind)?.cancel_minutes ?? 120;
}

/** A place of the estate, or one in words. */
export function place(values) {
  if (values.place === elsewhere) {
    return values.place_text?.trim() ? { place_text: values.place_text.trim() } : {};
  }
  return values.place ? { place: values.place } : {};
}
