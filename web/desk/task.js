// One task: taking it, what was written at it, handing it on, and its end.

import { read, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { facts, inLanguage, link, make } from "../activities/parts.js";
import { named, options, roles } from "../activities/words.js";
import { back, doing, foldedForm } from "../people/doing.js";
import { nameOf, readKnown, rememberName } from "../people/names.js";
import { marks, refusing, taking } from "./tasks.js";
import { matterOf, outcomes, refusals } from "./words.js";

const words = {
  zh: {
    title: "一件事", back: "待办", who: "关于", role: "归", raised: "提出", due: "限期", standIn: "替补",
    takenBy: "在办", finished: "办结", outcome: "结果", note: "记录", matter: "去办理", finish: "办结",
    outcomeAsk: "结果", noteAsk: "记录（可不填，加密保存）", done: "已办结。", back_: "交还",
    backSure: "交还这件事，让别人来接？会通知同岗的人。", returned: "已交还。", pass: "转给替补",
    passSure: (name) => `转给 ${name}？您成为替补。`, passed: "已转交。", elsewhere: "这件事在办理的地方作出决定后自动办结。",
    refusals: "谁没有接", somebody: "一位同事",
  },
  en: {
    title: "A task", back: "Tasks", who: "About", role: "For", raised: "Raised", due: "Due",
    standIn: "Stand-in", takenBy: "Taken by", finished: "Finished", outcome: "Outcome",
    note: "Note", matter: "To where it is done", finish: "Finish it", outcomeAsk: "Outcome",
    noteAsk: "Note, if you like (sealed)", done: "Finished.", back_: "Hand it back",
    backSure: "Hand it back, for somebody else to take? The others are told.",
    returned: "Handed back.", pass: "Pass it to the stand-in",
    passSure: (name) => `Pass it to ${name}? You stand in from then on.`, passed: "Passed.",
    elsewhere: "It ends by itself once the matter is decided.", refusals: "Who said no",
    somebody: "A colleague",
  },
};

export const task = {
  needsPerson: true,
  title: (app, data) => (data ? inLanguage(data.task, "title", app.language)
    : app.say(words).title),
  async read(app) {
    const [shown, known] = await Promise.all([read(app.path(`/tasks/${app.id}`)), readKnown(app)]);
    rememberName(shown.person, shown.display_name);
    return { ...shown, names: known.names };
  },
  sections: (app, data) => [
    back(app.say(words).back, "#/tasks"),
    { key: "head", of: data, make: () => head(app, data) },
    data.task.state !== "finished" && { key: "acts", of: data.task,
      make: () => acts(app, data.task, data.names) },
    data.refusals.length > 0 && { key: "refusals", of: data.refusals,
      make: () => refused(app, data.refusals, data.names) },
  ],
};

function head(app, { task: one, person, display_name: name, note, names }) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  const matter = matterOf(one);
  return make("section", { class: one.is_overdue ? "card urgent" : "card" }, marks(app, one),
    facts([say.who, person && link(name ?? "", `#/person/${person}`)],
      [say.role, named(roles, one.role, app.language)], [say.raised, time(one.raised_at)],
      [say.due, time(one.due_at)], [say.standIn, one.stand_in && nameOf(app, names, one.stand_in)],
      [say.takenBy, one.taken_by && nameOf(app, names, one.taken_by)],
      [say.finished, time(one.finished_at)],
      [say.outcome, one.outcome && named(outcomes, one.outcome, app.language)], [say.note, note]),
    one.is_decided_elsewhere && one.state !== "finished"
      && make("p", { class: "quiet" }, say.elsewhere),
    matter && make("div", { class: "buttons" }, link(say.matter, matter, "act main")));
}

function acts(app, one, names) {
  const say = app.say(words);
  const isMine = one.taken_by === app.person;
  const act = (path, done) => async () => {
    await write("POST", app.path(`/tasks/${one.id}/${path}`));
    await app.refresh();
    app.tell(done);
  };
  return make("section", { class: "card" },
    !isMine && [taking(app, one, inLanguage(one, "title", app.language)), refusing(app, one)],
    isMine && !one.is_decided_elsewhere && finishing(app, one),
    isMine && confirmation(app, "back", { open: say.back_, question: say.backSure,
      confirm: say.back_ }, act("handing-back", say.returned)),
    isMine && one.stand_in && one.stand_in !== app.person && confirmation(app, "pass", {
      open: say.pass, question: say.passSure(nameOf(app, names, one.stand_in)),
      confirm: say.pass }, act("passing", say.passed)));
}

function finishing(app, one) {
  const say = app.say(words);
  return foldedForm(app, "finish", say.finish, {
    isOpen: true, send: say.finish, values: { outcome: "done" },
    fields: (form) => [
      form.field("/outcome", say.outcomeAsk,
        form.select("outcome", options(outcomes, app.language))),
      form.field("/note", say.noteAsk, form.area("note", { maxlength: 2000, rows: 3 })),
    ],
    act: async ({ outcome, note }) => {
      await write("POST", app.path(`/tasks/${one.id}/end`),
        { outcome, ...(note?.trim() ? { note: note.trim() } : {}) });
      return say.done;
    },
  });
}

function refused(app, all, names) {
  const say = app.say(words);
  return make("section", { class: "card" }, make("h2", {}, say.refusals),
    make("ul", { class: "plain" }, all.map((one) => make("li", {}, make("p", {}, [
      one.person ? nameOf(app, names, one.person) : say.somebody,
      named(refusals, one.because, app.language), one.note,
      momentText(one.at, app.language)].filter(Boolean).join(" · "))))));
}
