// Names by id, as far as the reader is told them: the household, ties, public offices.

import { now, readIfAny, readPages } from "../activities/client.js";
import { placeName } from "../activities/state.js";

const words = {
  zh: { me: "我", somebody: "一位居民", whole: "整个小区" },
  en: { me: "Me", somebody: "A resident", whole: "The whole estate" },
};

// Names that other pages showed with what they link to, and where these persons live.
const remembered = new Map();

/** Keeps a name that is shown beside a link, for the page that it leads to. */
export function rememberName(person, name, where = remembered.get(person)?.where ?? "") {
  if (person && name) remembered.set(person, { name, where });
}

/** Whom pages have shown so far, as the options of a choice. */
export const shownPeople = () => [...remembered].map(([person, { name, where }]) =>
  [person, where ? `${name} · ${where}` : name]);

// Who holds a public office changes seldom, and every page of people asks for it.
const officersMilliseconds = 60_000;
let officersRead = { path: "", at: 0, answer: null };

function readOfficers(app) {
  const path = app.path("/roles?state=current&limit=100");
  if (officersRead.path !== path || now() - officersRead.at > officersMilliseconds) {
    officersRead = { path, at: now(), answer: readPages(path, "roles", 2) };
    officersRead.answer.catch(() => { officersRead.at = 0; });
  }
  return officersRead.answer;
}

/** Those that the reader can choose among, by where it knows them from. */
export async function readKnown(app) {
  const [household, ties, officers] = await Promise.all([
    readIfAny(app.path("/household"), { members: [] }),
    readPages(app.path("/ties?limit=100"), "ties", 2), readOfficers(app)]);
  const names = Object.fromEntries([...remembered].map(([person, { name }]) => [person, name]));
  for (const one of [...officers.items, ...ties.items, ...household.members]) {
    names[one.person] = one.display_name;
  }
  return { names, household: household.members, ties: ties.items, officers: officers.items };
}

/** A person as the reader calls it. */
export function nameOf(app, names, person) {
  if (person === app.person) return app.say(words).me;
  return names[person] ?? remembered.get(person)?.name ?? app.say(words).somebody;
}

/** Distinct persons as the options of a choice, without the reader. */
export function personOptions(app, ...lists) {
  const all = new Map();
  for (const { person, display_name: name } of lists.flat()) {
    if (person !== app.person && name) all.set(person, name);
  }
  return [...all];
}

/** Where: a place by its name, or all of the estate. */
export function whereText(app, place) {
  if (!place) return app.say(words).whole;
  const found = app.places.find((one) => one.id === place);
  return found ? placeName(app, found) : "";
}
