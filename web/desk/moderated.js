// One post: what it says, its reports and decisions, and the decision with its reason.

import { read, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { link, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, foldedForm } from "../people/doing.js";
import { nameOf, readKnown } from "../people/names.js";
import { reasons, visibilities } from "../people/post-words.js";
import { author, postHeading, postMarks } from "./moderation.js";

const words = {
  zh: {
    title: "处理一条内容", back: "内容审核", log: "记录（只增不改）", entries: { report: "举报", decision: "决定",
      appeal: "申诉" }, decide: "作出决定", as: "怎么处理", because: "原因", reason: "写给作者的原因",
    reasonHint: "作者会读到；不写谁举报的。", send: "决定", done: "已决定，作者会收到通知。", open: "看这个活动",
  },
  en: {
    title: "Decide on a post", back: "Moderation", log: "The log (it only grows)",
    entries: { report: "Reported", decision: "Decided", appeal: "Appealed" },
    decide: "Decide", as: "What becomes of it", because: "Because",
    reason: "The reason, for its author",
    reasonHint: "The author reads it; say nothing of who reported.", send: "Decide",
    done: "Decided: the author is told.", open: "See the activity",
  },
};

// What can become of a post; lists are of activities alone.
const choices = ({ thing_kind: kind }) => (kind === "activity"
  ? ["visible", "unlisted", "shadowed", "hidden"] : ["visible", "shadowed", "hidden"]);

export const moderated = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [shown, known] = await Promise.all([
      read(app.path(`/moderation/${app.id}`)), readKnown(app)]);
    return { ...shown, names: known.names };
  },
  sections: (app, { post, log, names }) => [
    back(app.say(words).back, "#/moderation"),
    { key: "post", of: post, make: () => make("article", { class: "card" },
      make("h2", {}, postHeading(app, post)), postMarks(app, post), author(app, post),
      post.words && make("p", { class: "body" }, post.words),
      post.thing_kind === "activity" && make("p", {},
        link(app.say(words).open, `#/see/${post.thing}`, "act"))) },
    { key: "decide", of: post, make: () => make("section", { class: "card" },
      deciding(app, post)) },
    log.length > 0 && { key: "log", of: log, make: () => make("section", { class: "card" },
      make("h2", {}, app.say(words).log),
      make("ol", { class: "plain" }, log.map((one) => entry(app, one, names)))) },
  ],
};

function deciding(app, post) {
  const say = app.say(words);
  return foldedForm(app, "decide", say.decide, {
    isOpen: true, send: say.send, values: { visibility: "visible", because: "fine" },
    fields: (form) => [
      form.field("/visibility", say.as, form.select("visibility", choices(post).map((code) =>
        [code, named(visibilities, code, app.language)]))),
      form.field("/because", say.because, form.select("because", options(reasons, app.language))),
      form.field("/reason", say.reason, form.area("reason", { maxlength: 1000 }), say.reasonHint),
    ],
    act: async ({ visibility, because, reason }) => {
      await write("POST", app.path(`/moderation/${app.id}/decisions`),
        { visibility, because, reason: reason?.trim() ?? "" });
      return say.done;
    },
  });
}

function entry(app, one, names) {
  const say = app.say(words);
  return make("li", {}, make("p", {}, make("b", {}, say.entries[one.what]), " · ", [
    one.visibility && named(visibilities, one.visibility, app.language),
    one.code && named(reasons, one.code, app.language), one.by && nameOf(app, names, one.by),
    momentText(one.at, app.language)].filter(Boolean).join(" · ")),
  one.words && make("p", { class: "body" }, one.words));
}
