// Who is there, in which estate, and what belongs to both.

import { store, stored } from "../common.js";
import { forgetKeys, read, readIfAny, readPages, write } from "./client.js";
import { showZone } from "./moments.js";

/** The account; `null` for a visitor, whom the server need not be asked about. */
export async function whoIsThere() {
  if (stored("session") !== "yes") return null;
  try {
    return await read("/api/v1/me");
  } catch (problem) {
    if (problem.status !== 401) throw problem;
    store("session", "");
    return null;
  }
}

export function signedIn() { store("session", "yes"); }

export async function signOut() {
  try {
    await write("POST", "/api/v1/sign-out");
  } catch (problem) {
    // A session that has ended is what was wanted.
    if (problem.status !== 401) throw problem;
  }
  forgetKeys();
  store("session", "");
}

/** The estate to show: of a resident one of its own, of a visitor any. */
export async function chooseEstate(me) {
  const own = me?.estates.filter((estate) => estate.person) ?? [];
  const estates = own.length ? own : (await read("/api/v1/estates?limit=100")).estates;
  const last = stored("estate");
  const estate = estates.find((one) => one.id === last) ?? estates[0] ?? null;
  if (estate) showZone(estate.zone);
  return { estate, estates };
}

/** Places by id, for those who live there; nobody else is told them. */
export async function readPlaces(app) {
  if (!app.person) return [];
  return (await readPages(app.path("/places?limit=100"), "places")).items;
}

/** One's reservations that are alive, by the meeting that they are for. */
export async function readReservations(app, state = "live") {
  if (!app.person) return [];
  return (await readPages(app.path(`/reservations?state=${state}&limit=100`), "reservations", 3))
    .items;
}

export async function readUnread(app) {
  if (!app.person) return 0;
  return (await readIfAny(app.path("/notices?state=unread&limit=1"), { unread: 0 })).unread;
}

