// One activity as those who look after it have it: publish, edit, cancel, and who helps.

import { read, readIfAny, write } from "./client.js";
import { confirmation, Form } from "./form.js";
import { spanText } from "./moments.js";
import { readHousehold } from "./joining.js";
import { activityStates, scheduleText } from "./organise.js";
import { button, facts, inLanguage, link, make, problemPlace, tellProblem } from "./parts.js";
import { seatsLine } from "./state.js";

const words = {
  zh: {
    title: "活动", publish: "发布", publishHint: "发布后大家就能看到并报名。", published: (count) =>
      `已发布，共 ${count} 场。`, edit: "修改", copy: "照着再办一个", cancel: "取消整个活动", drop: "丢弃草稿",
    cancelSure: "取消所有还没开始的场次？报名的人都会收到通知，不能恢复。", dropSure: "丢弃这份草稿？不能恢复。",
    because: "原因（会告诉大家）", dropBecause: "原因", yesCancel: "确定取消", yesDrop: "确定丢弃",
    meetings: "各场活动", none: "没有还没结束的场次。", helpers: "一起组织的人", me: "我",
    organiser: "发起人", helper: "组织者", add: "请人一起组织", who: "请谁？", addHint: "从家人、报过名或留过言的人里选。",
    addSend: "请他/她一起组织", remove: "移除", removeSure: "不再让这个人组织？", yesRemove: "移除",
    leave: "我不再组织", hand: "把活动交给他/她", handSure: "交出后由对方负责这个活动。", yesHand: "交给对方",
    cancelled: "已取消", cancelledWhy: (text) => `已取消：${text}`, when: "时间", done: "已办好。",
    noCandidates: "还没有可以请的人：等有人报名或留言后再来。", thread: "留言",
    poster: "海报二维码", posterAlt: (title) => `《${title}》页面的二维码`,
    posterHint: "印在海报上，手机一扫就到活动页面。",
    unknownYears: (years) => `${years} 年的放假安排还没公布，这些年份按原规则排。`,
    declare: "我保证：不推销保健品、投资理财，不要求带现金。", declareHint: "面向老人和儿童的活动，发布后先由社工审核，通过后大家才看到。",
    held: "正在等社工审核：通过以前，只有组织的人看得到。", hidden: "已被隐藏：原因见通知，可以申诉。",
  },
  en: {
    title: "Activity", publish: "Publish",
    publishHint: "Then everybody it is for can see and join.",
    published: (count) => `Published, ${count === 1 ? "once" : `${count} times`}.`, edit: "Edit",
    copy: "Another one like it", cancel: "Cancel the whole activity", drop: "Drop the draft",
    cancelSure: "Cancel all that is to come? All who joined are told. This is not undone.",
    dropSure: "Drop this draft? This is not undone.", because: "The reason (everybody is told)",
    dropBecause: "The reason", yesCancel: "Yes, cancel", yesDrop: "Yes, drop it",
    meetings: "Its meetings", none: "No meeting is to come.", helpers: "Who organises", me: "Me",
    organiser: "Organiser", helper: "Co-organiser", add: "Ask somebody to help", who: "Whom?",
    addHint: "Choose among your family and those who joined or commented.",
    addSend: "Let this person organise, too", remove: "Remove",
    removeSure: "Shall this person organise no more?", yesRemove: "Remove",
    leave: "I organise no more", hand: "Hand the activity over",
    handSure: "From then on that person answers for it.", yesHand: "Hand over",
    cancelled: "Cancelled", cancelledWhy: (text) => `Cancelled: ${text}`, when: "When",
    done: "Done.",
    noCandidates: "Nobody to ask yet: come back when people have joined or commented.",
    thread: "Comments", poster: "Code for a poster",
    posterAlt: (title) => `QR code of “${title}”`,
    posterHint: "On a poster it leads phones to the activity.",
    unknownYears: (years) => `The holidays of ${years} are not known yet: usual days are kept.`,
    declare: "I declare: nothing sold for health or as an investment, and no cash to bring.",
    declareHint: "What is for elders or children is reviewed by a social worker before others see it.",
    held: "A social worker reviews it: until then those who organise it see it alone.",
    hidden: "Hidden: a notice says why, and how to appeal.",
  },
};

/** Whom one can ask, by person, as far as one is told: the household, guests, who commented. */
async function readCandidates(app, activity, occurrences) {
  const names = new Map();
  const [household, thread, ...guests] = await Promise.all([
    readHousehold(app),
    readIfAny(app.path(`/activities/${activity.id}/comments?limit=100`), { comments: [] }),
    ...occurrences.filter((one) => one.state === "scheduled").slice(0, 3).map((one) =>
      readIfAny(app.path(`/occurrences/${one.id}/participants?limit=100`), { participants: [] })),
  ]);
  for (const { author, author_name: name } of thread.comments) names.set(author, name);
  for (const { participants } of guests) {
    for (const one of participants) {
      if (one.kind !== "child") names.set(one.person, one.display_name);
    }
  }
  for (const one of household) if (!one.is_child) names.set(one.person, one.display_name);
  return Object.fromEntries(names);
}

export const activity = {
  needsPerson: true,
  title: (app, data) => (data ? inLanguage(data.activity, "title", app.language)
    : app.say(words).title),
  async read(app) {
    const { activity: one, occurrences } = await read(app.path(`/activities/${app.id}`));
    // A question of the organiser's alone: others are spared its reads.
    const candidates = one.organiser === app.person && one.state !== "cancelled"
      ? await readCandidates(app, one, occurrences) : {};
    return { activity: one, occurrences, candidates };
  },
  sections: (app, { activity: one, occurrences, candidates }) => [
    { key: "head", of: one, make: () => head(app, one) },
    one.state !== "draft" && { key: "meetings", of: occurrences,
      make: () => meetings(app, occurrences) },
    one.state !== "cancelled" && { key: "helpers",
      of: [one.organisers, one.organiser, one.organiser_names, candidates],
      make: () => helpers(app, one, candidates) },
    one.state === "published" && { key: "poster", of: one.id, make: () => poster(app, one) },
    one.state !== "cancelled" && { key: "end", of: [one.id, one.state], make: () => end(app, one) },
  ],
};

function head(app, one) {
  const say = app.say(words);
  const trouble = problemPlace("publish");
  const isReviewed = one.meant_for !== "general";
  const declared = make("input", { type: "checkbox", "data-focus": "declared" });
  const publish = async () => {
    tellProblem(trouble, null);
    try {
      const declaration = isReviewed && declared.checked ? "?declared=yes" : "";
      const made = await write("POST",
        app.path(`/activities/${one.id}/publication${declaration}`));
      const years = made.years_unknown?.join(", ");
      await app.refresh();
      app.tell([say.published(made.occurrences), years && say.unknownYears(years)]
        .filter(Boolean).join(" "));
    } catch (problem) {
      if (problem.status === undefined) throw problem;
      tellProblem(trouble, problem, app.language);
    }
  };
  return make("section", { class: "card" },
    make("p", { class: "marks" }, make("span",
      { class: one.state === "published" ? "mark fresh" : "mark quiet" },
      app.say(activityStates).states[one.state])),
    one.cancelled_because && make("p", { class: "title" }, say.cancelledWhy(one.cancelled_because)),
    facts([say.when, scheduleText(one, app.language)]),
    ["held", "hidden"].includes(one.visibility) && make("p", { class: "title" }, say[one.visibility]),
    one.state === "draft" && [make("p", {}, isReviewed ? say.declareHint : say.publishHint),
      isReviewed && make("label", { class: "choice" }, declared,
        make("span", {}, say.declare)), trouble],
    make("div", { class: "buttons" },
      one.state === "draft" && button(say.publish, publish, { kind: "main", key: "publish" }),
      one.state !== "cancelled" && link(say.edit, `#/edit/${one.id}`, "act"),
      link(say.copy, `#/copy/${one.id}`, "act"),
      one.state === "published" && link(say.thread, `#/comments/${one.id}`, "act")));
}

function poster(app, one) {
  const say = app.say(words);
  return make("details", { "data-fold": "poster" }, make("summary", {}, say.poster), make("div", {},
    make("p", {}, say.posterHint), make("img", { class: "poster", loading: "lazy", width: 240,
      height: 240, src: app.path(`/activities/${one.id}/qr.svg`),
      alt: say.posterAlt(inLanguage(one, "title", app.language)) })));
}

function meetings(app, occurrences) {
  const say = app.say(words);
  if (!occurrences.length) return make("p", { class: "card" }, say.none);
  return make("section", { "aria-labelledby": "meetings" },
    make("h2", { id: "meetings" }, say.meetings),
    make("ol", { class: "cards" }, occurrences.map((one) => make("li",
      { class: one.state === "cancelled" ? "card off" : "card" },
      make("a", { href: `#/manage/${one.id}`, class: "title" },
        spanText(one.begins, one.ends, app.language)),
      make("p", {}, one.state === "cancelled" ? say.cancelled : seatsLine(app, one))))));
}

function helpers(app, one, all) {
  const say = app.say(words);
  const isLead = one.organiser === app.person;
  const rows = one.organisers.map((person, index) => make("li", {},
    make("p", {}, make("b", {}, person === app.person ? say.me : one.organiser_names[index]), " ",
      make("span", { class: "mark quiet" }, person === one.organiser ? say.organiser : say.helper)),
    person !== one.organiser && (isLead || person === app.person)
      && confirmation(app, `remove-${person}`, {
        open: person === app.person ? say.leave : say.remove, question: say.removeSure,
        confirm: say.yesRemove,
      }, async () => {
        await write("DELETE", app.path(`/activities/${one.id}/organisers/${person}`));
        if (person === app.person) return app.go("#/organise");
        await app.refresh();
      }),
    person !== one.organiser && isLead && confirmation(app, `hand-${person}`, {
      open: say.hand, question: say.handSure, reason: say.because, confirm: say.yesHand,
    }, async (because) => {
      await write("POST", app.path(`/activities/${one.id}/successor`), { person, because });
      await app.refresh();
      app.tell(say.done);
    })));
  return make("section", { class: "card" }, make("h2", {}, say.helpers),
    make("ul", { class: "plain" }, rows), isLead && adding(app, one, all));
}

function adding(app, one, all) {
  const say = app.say(words);
  const candidates = Object.entries(all)
    .filter(([person]) => person !== app.person && !one.organisers.includes(person));
  const part = make("details", { "data-fold": "add" }, make("summary", {}, say.add));
  if (!candidates.length) {
    part.append(make("div", {}, make("p", {}, say.noCandidates)));
    return part;
  }
  const values = (app.state.adding ??= { person: candidates[0][0] });
  const form = new Form(app.language, values);
  part.append(make("div", {}, form.done(
    [form.field("/person", say.who, form.select("person", candidates), say.addHint)],
    say.addSend, async () => {
      await write("POST", app.path(`/activities/${one.id}/organisers`), { person: values.person });
      delete app.state.adding;
      await app.refresh();
      app.tell(say.done);
    })));
  return part;
}

function end(app, one) {
  const say = app.say(words);
  const isDraft = one.state === "draft";
  return make("section", {}, confirmation(app, "cancel", {
    open: isDraft ? say.drop : say.cancel, question: isDraft ? say.dropSure : say.cancelSure,
    reason: isDraft ? say.dropBecause : say.because,
    confirm: isDraft ? say.yesDrop : say.yesCancel, kind: "danger",
  }, async (because) => {
    await write("POST", app.path(`/activities/${one.id}/cancellation`), { because });
    if (isDraft) return app.go("#/organise");
    await app.refresh();
    app.tell(say.cancelled);
  }));
}
