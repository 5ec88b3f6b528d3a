// Whether a resident is here: absences, moved or died; and whether it was vetted for children.

import { now, Problem, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { addDays, instantOf, momentText, today } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { foldedForm } from "../people/doing.js";
import { absence, absenceForm } from "../people/absences.js";

const words = {
  zh: {
    presence: "在不在", none: "没有登记外出或住院。", add: "登记外出或住院", evidence: "依据", state: "登记搬离、去世，或恢复",
    stateHint: "搬离或去世：户籍关系、职务、代办、登录和将来的报名立即结束，不会自动恢复。登记有误可改回“在住”，但结束的要重新办。",
    as: "登记为", states: { moved: "已搬离", dead: "已去世", active: "在住（恢复）" }, send: "登记",
    done: (seats) => `已登记。${seats ? `让出 ${seats} 个名额。` : ""}`, sure: "我已核实，明白这些后果",
    tick: "请先勾选“我已核实”。", vettings: "看护孩子的审查", noVettings: "没有审查记录。", vet: "登记审查通过",
    until: "到哪天（不填为两年）", vetted: "已登记。", from: "起", end: "止", why: "依据", withdrawn: "撤回于",
    withdraw: "撤回审查", withdrawSure: "立即撤回？此人不能再算作看护孩子的成年人；要恢复须重新审查。", taken: "已撤回。",
  },
  en: {
    presence: "Here or away", none: "No absence is noted.", add: "Note an absence",
    evidence: "On what it rests", state: "Moved, died, or here after all",
    stateHint: "Moved or died: memberships, offices, mandates, sessions and places to come end at "
      + "once, and do not come back by themselves. A mistake is undone by “Here”.",
    as: "Note as", states: { moved: "Moved away", dead: "Died", active: "Here (restore)" },
    send: "Note it", done: (seats) => `Noted.${seats ? ` ${seats} places are free.` : ""}`,
    sure: "I have verified it, and know what it ends", tick: "Tick that you have verified it.",
    vettings: "Vetted for children", noVettings: "No vetting.", vet: "Record a vetting",
    until: "Until which day (two years if empty)", vetted: "Recorded.", from: "From",
    end: "Until", why: "On", withdrawn: "Taken back", withdraw: "Take it back",
    withdrawSure: "Take it back at once? It takes a new vetting.", taken: "Taken back.",
  },
};

export function presence(app, all, name) {
  const say = app.say(words);
  const alive = all.filter((one) => !one.ends || Date.parse(one.ends) > now());
  return make("section", { class: "card" }, make("h2", {}, say.presence),
    alive.length ? make("ol", { class: "cards" }, alive.map((one) =>
      absence(app, { ...one, person: app.id, name }))) : make("p", {}, say.none),
    absenceForm(app, say.add, [[app.id, name]], say.evidence), stateForm(app));
}

function stateForm(app) {
  const say = app.say(words);
  return foldedForm(app, "state", say.state, {
    hint: say.stateHint, send: say.send, values: { state: "moved" },
    fields: (form, values) => [
      form.field("/state", say.as, form.select("state", Object.entries(say.states), app.show)),
      form.field("/because", say.evidence, form.area("because", { maxlength: 400, rows: 2 })),
      values.state !== "active" && form.check("sure", "yes", say.sure),
    ],
    act: async ({ state, because, sure }) => {
      if (state !== "active" && !sure?.length) throw new Problem(422, { title: say.tick });
      const made = await write("POST", app.path(`/people/${app.id}/state`),
        { state, because: because?.trim() ?? "" });
      return say.done(made.seats_freed);
    },
  });
}

export function vettings(app, all) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  return make("section", { class: "card" }, make("h2", {}, say.vettings),
    !all.length && make("p", {}, say.noVettings),
    make("ul", { class: "plain" }, all.map((one) => make("li", {},
      facts([say.from, time(one.begins)], [say.end, time(one.ends)], [say.why, one.because],
        [say.withdrawn, time(one.withdrawn_at)]),
      !one.withdrawn_at && confirmation(app, `vetting-${one.id}`, { open: say.withdraw,
        question: say.withdrawSure, confirm: say.withdraw, kind: "danger" }, async () => {
        await write("DELETE", app.path(`/vettings/${one.id}`));
        await app.refresh();
        app.tell(say.taken);
      })))),
    foldedForm(app, "vet", say.vet, {
      send: say.send,
      fields: (form) => [
        form.field("/because", say.evidence, form.area("because", { maxlength: 400, rows: 2 })),
        form.field("/ends", say.until, form.input("ends", "date", { min: today() })),
      ],
      act: async ({ because, ends }) => {
        await write("POST", app.path(`/people/${app.id}/vettings`), { because: because?.trim() ?? "",
          ...(ends ? { ends: instantOf(`${addDays(ends, 1)}T00:00`) } : {}) });
        return say.vetted;
      },
    }));
}
