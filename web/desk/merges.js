// Two entries of one human made one, and made two again within thirty days.

import { now, readPages, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { facts, make } from "../activities/parts.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { nameOf } from "../people/names.js";
import { choosing, chosen } from "./choose.js";

const words = {
  zh: {
    title: "合并重复登记", back: "办公台", merge: "合并两份登记",
    hint: "两份都能登录的，须本人先分别同意。合并后，报名、关系等归保留的一份；同意书须重新给出。三十天内可撤销。",
    keep: "保留哪一份", drop: "并入的另一份", because: "依据", send: "合并", done: "已合并，本人会收到通知。",
    list: "合并记录", none: "没有合并过。", kept: "保留", dropped: "并入", at: "合并于", rows: "移动的记录", why: "依据",
    until: "可撤销至", undone: "已撤销", undo: "撤销合并", undoSure: "撤销这次合并，恢复成两份？此后新增的归保留的一份。",
    undoWhy: "原因", undoDone: "已撤销。",
  },
  en: {
    title: "Merge double entries", back: "Desk", merge: "Merge two entries",
    hint: "Where somebody signs in as each, both agree first. What was joined goes to the one that "
      + "is kept; consents are given anew. It can be undone for thirty days.",
    keep: "Which is kept", drop: "Which goes into it", because: "On what it rests",
    send: "Merge", done: "Merged: the person is told.", list: "Merges", none: "None so far.",
    kept: "Kept", dropped: "Merged into it", at: "Merged", rows: "Rows moved", why: "On",
    until: "Undone until", undone: "Undone", undo: "Undo it",
    undoSure: "Make two entries of it again? What came since stays with the kept one.",
    undoWhy: "Why", undoDone: "Undone.",
  },
};

export const merges = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.path("/merges?limit=20"), "merges", app.state.pages ?? 1),
  sections: (app, { items, hasMore }) => [
    back(app.say(words).back, "#/desk"),
    { key: "merge", of: null, make: () => make("section", { class: "card" }, merging(app)) },
    cards("merges", app.say(words).list, items, (one) => merge(app, one), app.say(words).none),
    more(app, hasMore),
  ],
};

function merging(app) {
  const say = app.say(words);
  return foldedForm(app, "merge", say.merge, {
    hint: say.hint, send: say.send,
    fields: (form, values) => [
      ...choosing(app, form, values, "keep", say.keep),
      ...choosing(app, form, values, "drop", say.drop, values.keep),
      form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 })),
    ],
    act: async (values) => {
      await write("POST", app.path("/merges"), { keep: chosen(values, "keep"),
        drop: chosen(values, "drop"), because: values.because?.trim() ?? "" });
      return say.done;
    },
  });
}

function merge(app, one) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  const mayUndo = !one.undone_at && Date.parse(one.until) > now();
  return make("li", { class: one.undone_at ? "card off" : "card" },
    facts([say.kept, nameOf(app, {}, one.kept)], [say.dropped, nameOf(app, {}, one.dropped)],
      [say.at, time(one.merged_at)], [say.why, one.because], [say.rows, String(one.rows_moved)],
      [say.until, mayUndo && time(one.until)],
      [say.undone, one.undone_at && `${time(one.undone_at)} · ${one.undone_because ?? ""}`]),
    mayUndo && confirmation(app, `undo-${one.id}`, { open: say.undo, question: say.undoSure,
      reason: say.undoWhy, confirm: say.undo }, async (because) => {
      await write("POST", app.path(`/merges/${one.id}/undo`), { because: because ?? "" });
      await app.refresh();
      app.tell(say.undoDone);
    }));
}
