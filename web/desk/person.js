// One resident at the desk: what the offices of the reader may see and do, each by its own act.

import { read, readIfAny, readPages } from "../activities/client.js";
import { Form } from "../activities/form.js";
import { inLanguage, facts, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, kept } from "../people/doing.js";
import { nameOf, readKnown, rememberName } from "../people/names.js";
import { levels, standings } from "../people/words.js";
import { entering } from "./care-list.js";
import { delegations } from "./person-delegations.js";
import { deviceCode, phoneReport } from "./person-desk.js";
import { guardianshipsOf } from "./person-guardians.js";
import { proofs } from "./person-proofs.js";
import { giving, termsOf } from "./person-roles.js";
import { presence, vettings } from "./person-states.js";
import { protecting } from "./protections.js";

const words = {
  zh: {
    title: "居民", back: "办公台", record: "档案", recordHint: "每次查阅都留痕，本人看得到谁、为什么、何时。",
    purpose: "查阅的事由", purposes: { admission: "登记入住", care: "走访关爱", support: "软件运维" }, open: "查阅",
    name: "姓名", level: "等级", claimed: "认领", yes: "已认领", no: "未认领", home: "住处", number: "居民编号",
    household: "户编号", residence: "房屋编号",
  },
  en: {
    title: "A resident", back: "Desk", record: "Record",
    recordHint: "Each reading is logged: the person sees who, why and when.",
    purpose: "What for", purposes: { admission: "Admission", care: "Care", support: "Support" },
    open: "Read it", name: "Name", level: "Level", claimed: "Entry", yes: "Claimed",
    no: "Unclaimed", home: "Home", number: "Number", household: "Household’s number",
    residence: "Residence’s number",
  },
};

const committee = "residents_committee";
const worker = "social_worker";

// For what the record is read, by whom.
const readingFor = { admission: [committee, "stair_leader"], care: [committee, worker],
  support: ["software_operator"] };

export const person = {
  needsPerson: true,
  title: (app, data) => (data ? nameOf(app, data.names, app.id) : app.say(words).title),
  async read(app) {
    const of = (path, otherwise) => readIfAny(app.path(`/people/${app.id}${path}`), otherwise);
    const [{ names }, absences, delegated, guarded, vetted, terms, { role_kinds: kinds }] =
      await Promise.all([
        readKnown(app),
        app.holds(committee, worker) ? of("/absences", { absences: [] }) : { absences: [] },
        app.holds(committee, worker, "property_manager")
          ? of("/delegations", { delegations: [] }) : { delegations: [] },
        app.holds(committee, worker)
          ? readIfAny(app.path(`/guardianships?child=${app.id}&limit=50`), { guardianships: [] })
          : { guardianships: [] },
        app.holds(committee) ? of("/vettings", { vettings: [] }) : { vettings: [] },
        readPages(app.path(`/roles?person=${app.id}&limit=100`), "roles", 1),
        read(app.path("/role-kinds"))]);
    return { names, absences: absences.absences, delegations: delegated.delegations,
      guardianships: guarded.guardianships, vettings: vetted.vettings, terms: terms.items, kinds };
  },
  sections(app, data) {
    const name = nameOf(app, data.names, app.id);
    const section = (key, of, makeSection) => ({ key, of, make: makeSection });
    const gives = data.kinds.some((one) => one.is_mine_to_give);
    return [
      back(app.say(words).back, "#/desk"),
      section("record", app.state.record ?? null, () => record(app)),
      app.holds(committee, worker) && section("proofs", app.state.proofs ?? null,
        () => proofs(app)),
      app.holds(committee, worker, "property_manager") && section("desk", null, () =>
        make("section", { class: "card" }, deviceCode(app), phoneReport(app))),
      app.holds(committee, worker) && section("presence", data.absences,
        () => presence(app, data.absences, name)),
      (data.terms.length > 0 || gives) && section("roles", [data.terms, data.kinds], () =>
        make("section", { class: "card" }, termsOf(app, data.terms, data.kinds),
          gives && giving(app, data.kinds))),
      app.holds(committee, worker, "property_manager") && section("delegations",
        [data.delegations, data.names], () => delegations(app, data.delegations, data.names)),
      app.holds(committee, worker) && section("guardians", [data.guardianships, data.names],
        () => guardianshipsOf(app, data.guardianships, data.names)),
      app.holds(committee) && section("vettings", data.vettings,
        () => vettings(app, data.vettings)),
      app.holds(committee, worker) && section("care", null, () =>
        make("section", { class: "card" }, entering(app))),
      app.holds(worker) && section("protect", null, () =>
        make("section", { class: "card" }, protecting(app))),
    ];
  },
};

function record(app) {
  const say = app.say(words);
  const shown = app.state.record;
  const mine = Object.keys(readingFor).filter((code) => app.holds(...readingFor[code]));
  const values = kept(app, "reading", { purpose: mine[0] });
  const form = new Form(app.language, values);
  return make("section", { class: "card" }, make("h2", {}, say.record),
    facts([say.number, app.id]),
    shown && facts([say.name, shown.display_name],
      [say.level, named(levels, shown.level, app.language)],
      [say.claimed, shown.is_claimed ? say.yes : say.no],
      ...shown.homes.flatMap((home) => [[say.home, `${inLanguage(home, "place", app.language)} · ${
        named(standings, home.standing, app.language)}`], [say.household, home.household],
      [say.residence, home.residence]])),
    mine.length > 0 && form.done([make("p", {}, say.recordHint),
      form.field("/purpose", say.purpose, form.select("purpose", mine.map((code) =>
        [code, say.purposes[code]])))], say.open, async () => {
      const found = await read(app.path(`/people/${app.id}/record?purpose=${values.purpose}`));
      app.state.record = found;
      rememberName(found.person, found.display_name,
        found.homes[0] && inLanguage(found.homes[0], "place", app.language));
      await app.refresh();
    }));
}

