// Whom the reader blocks, and what a block does and does not do.

import { readPages, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { momentText } from "../activities/moments.js";
import { make } from "../activities/parts.js";
import { back, cards, doing, foldedForm, more } from "./doing.js";
import { nameOf, personOptions, readKnown } from "./names.js";

const words = {
  zh: {
    title: "屏蔽名单", back: "我的", does: "屏蔽会怎样",
    doesList: ["你们互相看不到对方的留言、反馈和名字。", "小范围的活动（六人以内）不会安排你们坐在一起。",
      "对方不会收到通知，也查不出来。", "随时可以解除。"],
    doesNot: "屏蔽不会怎样",
    doesNotList: ["大型活动里还可能遇到：活动和名额照常对大家开放。", "对方履行职务时（如居委会、物业），公事照办。",
      "一户人家里，家人之间仍互相看得到。", "有危险请打 110；需要保护请找社工，比屏蔽更严密。"],
    list: "我屏蔽的人", none: "没有屏蔽任何人。", somebody: "一位居民", since: (time) => `${time} 起`,
    add: "屏蔽一个人", who: "谁", number: "或者填对方的居民编号", send: "屏蔽", done: "已屏蔽，对方不会得知。",
    end: "解除屏蔽", endSure: (name) => `解除对 ${name} 的屏蔽？可以再屏蔽。`, ended: "已解除。",
    other: "别的人（填编号）", this: (name) => `屏蔽 ${name}`,
    thisHint: "您从对方的留言来到这里。",
  },
  en: {
    title: "People I block", back: "Me", does: "What a block does",
    doesList: ["Neither of you sees the other’s comments, feedback and name.",
      "Small company (six places or fewer) never brings the two of you together.",
      "The other is not told, and cannot find out.", "You can end it at any time."],
    doesNot: "What it does not do",
    doesNotList: ["You may still meet at larger activities: they stay open to everybody.",
      "Who is on duty, as the committee or the property manager, still serves you.",
      "Within one household everybody still sees each other.",
      "In danger call 110; a social worker can set a protection, which is stricter."],
    list: "Whom I block", none: "You block nobody.", somebody: "A resident",
    since: (time) => `Since ${time}`, add: "Block somebody", who: "Whom",
    number: "Or the other’s number as a resident", send: "Block",
    done: "Blocked. The other is not told.", end: "End the block",
    endSure: (name) => `End the block of ${name}? You can block again.`, ended: "Ended.",
    other: "Somebody else (by number)", this: (name) => `Block ${name}`,
    thisHint: "You came here from what this person wrote.",
  },
};

export const blocks = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [list, known] = await Promise.all([
      readPages(app.path("/me/blocks?limit=50"), "blocks", app.state.pages ?? 1), readKnown(app)]);
    return { blocks: list.items, hasMore: list.hasMore, known };
  },
  sections(app, { blocks: all, hasMore, known }) {
    const say = app.say(words);
    const isNew = app.id && app.id !== app.person && !all.some((one) => one.person === app.id);
    return [
      back(say.back, "#/me"),
      { key: "words", of: null, make: () => make("section", { class: "card" },
        make("h2", {}, say.does), make("ul", {}, say.doesList.map((one) => make("li", {}, one))),
        make("h2", {}, say.doesNot),
        make("ul", {}, say.doesNotList.map((one) => make("li", {}, one)))) },
      isNew && { key: "this", of: known.names, make: () => make("section", { class: "card" },
        make("p", {}, say.thisHint), doing(app, say.this(nameOf(app, known.names, app.id)),
          () => block(app, app.id), { key: "this", kind: "main" })) },
      cards("blocks", say.list, all, (one) => blocked(app, one), say.none), more(app, hasMore),
      { key: "add", of: known, make: () => adding(app, known) },
    ];
  },
};

async function block(app, person) {
  await write("POST", app.path("/me/blocks"), { person });
  return app.say(words).done;
}

function blocked(app, one) {
  const say = app.say(words);
  const name = one.display_name ?? say.somebody;
  return make("li", { class: "card" }, make("h3", {}, name),
    make("p", { class: "quiet" }, say.since(momentText(one.begins, app.language))),
    confirmation(app, `unblock-${one.id}`, { open: say.end, question: say.endSure(name),
      confirm: say.end, kind: "danger" }, async () => {
      await write("DELETE", app.path(`/me/blocks/${one.id}`));
      await app.refresh();
      app.tell(say.ended);
    }));
}

function adding(app, { ties, officers }) {
  const say = app.say(words);
  const people = [...personOptions(app, ties, officers), ["", say.other]];
  return make("section", { class: "card" }, foldedForm(app, "block", say.add, {
    send: say.send, values: { person: people[0][0] },
    fields: (form, values) => [
      form.field("/person", say.who, form.select("person", people, app.show)),
      !values.person && form.field("/number", say.number,
        form.input("number", "text", { maxlength: 36 })),
    ],
    act: ({ person, number }) => block(app, person || (number?.trim() ?? "")),
  }));
}
