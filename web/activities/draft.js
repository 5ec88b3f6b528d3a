// Writing an activity: a draft, a copy of another, or an edit of all that is to come.

import { read, write } from "./client.js";
import { Form } from "./form.js";
import { fold, make, problemWords } from "./parts.js";
import { content, emptyValues, valuesOf } from "./draft-content.js";
import { audienceFields, placeFields, seatFields, timeFields } from "./draft-fields.js";
import { accessibilities, kinds, options } from "./words.js";

const words = {
  zh: {
    newTitle: "新建活动", editTitle: "修改活动", copyTitle: "照着再办一个", name: "名称",
    nameHint: "例如：周五晚上太极拳", body: "说明", bodyHint: "做什么、谁来带、怎么联系。", kind: "哪一类",
    meant: "主要为谁办", general: "大家都可以来", children: "儿童", elders: "老人",
    meantHint: "为儿童或老人办的活动目前只能存草稿，还不能发布。", english: "英文（可以不填）",
    nameEn: "英文名称", bodyEn: "英文说明", more: "更多（费用、要带的东西、无障碍）", cost: "费用说明",
    bring: "请大家带", access: "无障碍", accessNote: "无障碍说明", save: "保存草稿", edit: "保存修改",
    editHint: "修改会用到所有还没开始的场次，已报名的人会收到通知，名额保留。",
    cancels: "规则改动后会取消一些有人报名的场次：我确认取消，并通知他们", because: "取消的原因",
  },
  en: {
    newTitle: "A new activity", editTitle: "Edit the activity", copyTitle: "Another one like it",
    name: "Chinese title", nameHint: "As short as on a poster.", body: "Chinese text",
    bodyHint: "What is done, who leads it, whom to ask.", kind: "Kind", meant: "Made for",
    general: "Everybody", children: "Children", elders: "Elders",
    meantHint: "What is made for children or elders can be drafted, but not published yet.",
    english: "English (optional)", nameEn: "English title", bodyEn: "English text",
    more: "More (cost, what to bring, access)", cost: "Cost", bring: "What to bring",
    access: "Access", accessNote: "About access", save: "Save the draft", edit: "Save",
    editHint: "It goes for all meetings to come. Who joined is told, and keeps the place.",
    cancels: "Meetings that people joined would vanish: cancel them, and tell those people",
    because: "The reason for that",
  },
};

const readActivity = async (app) => (await read(app.path(`/activities/${app.id}`))).activity;

/** A new one; it is nobody else's business until it is published. */
export const draft = {
  needsPerson: true,
  title: (app) => app.say(words).newTitle,
  read: async () => ({}),
  sections: (app) => [{ key: "form", of: null, make: () =>
    draftForm(app, (app.state.values ??= emptyValues()), null) }],
};

/** A new one that says what another does. */
export const copy = {
  needsPerson: true,
  title: (app) => app.say(words).copyTitle,
  read: async (app) => ({ activity: (app.state.activity ??= await readActivity(app)) }),
  sections: (app, { activity }) => [{ key: "form", of: null, make: () =>
    draftForm(app, (app.state.values ??= { ...valuesOf(activity), starts: "", ends: "" }), null) }],
};

/** An edit; it keeps the version that it began with, so that nobody's change is written over. */
export const edit = {
  needsPerson: true,
  title: (app) => app.say(words).editTitle,
  read: async (app) => ({ activity: (app.state.activity ??= await readActivity(app)) }),
  sections: (app, { activity }) => [{ key: "form", of: null, make: () =>
    draftForm(app, (app.state.values ??= valuesOf(activity)), activity) }],
};

function draftForm(app, values, activity) {
  const say = app.say(words);
  const form = new Form(app.language, values);
  const isPublished = activity?.state === "published";
  const fields = [
    form.field("/title_zh", say.name, form.input("title_zh", "text", { maxlength: 120 }),
      say.nameHint),
    form.field("/kind", say.kind, form.select("kind", options(kinds, app.language))),
    form.field("/body_zh", say.body, form.area("body_zh", { maxlength: 4000, rows: 5 }),
      say.bodyHint),
    timeFields(app, form),
    placeFields(app, form),
    seatFields(app, form),
    audienceFields(app, form),
    form.field("/meant_for", say.meant, form.select("meant_for", [["general", say.general],
      ["children", say.children], ["elders", say.elders]]), say.meantHint),
    fold(say.more, "more", false,
      form.field("/cost_note", say.cost, form.input("cost_note", "text", { maxlength: 400 })),
      form.field("/bring", say.bring, form.input("bring", "text", { maxlength: 400 })),
      form.group("/accessibility", say.access, null, options(accessibilities, app.language)
        .map(([code, text]) => form.check("accessibility", code, text))),
      form.field("/accessibility_note", say.accessNote,
        form.input("accessibility_note", "text", { maxlength: 400 }))),
    fold(say.english, "english", Boolean(values.title_en),
      form.field("/title_en", say.nameEn, form.input("title_en", "text", { maxlength: 240 })),
      form.field("/body_en", say.bodyEn, form.area("body_en", { maxlength: 8000, rows: 5 }))),
    values.asksToCancel && make("div", { class: "card urgent" },
      form.check("cancels", "yes", say.cancels),
      form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 }))),
    isPublished && make("p", { class: "hint" }, say.editHint),
  ];
  return form.done(fields, activity ? say.edit : say.save, () => send(app, values, activity));
}

async function send(app, values, activity) {
  const body = content(values);
  try {
    const made = activity
      ? await write("PUT", app.path(`/activities/${activity.id}`), body, activity.version)
      : await write("POST", app.path("/activities"), body);
    app.go(`#/activity/${made.activity.id}`);
  } catch (problem) {
    if (problem.code === "guests-would-lose-places" && !values.asksToCancel) {
      values.asksToCancel = true;
      app.show();
      document.querySelector("#page .urgent input")?.focus();
      app.tell(problemWords(problem, app.language).join(" "));
      return;
    }
    throw problem;
  }
}
