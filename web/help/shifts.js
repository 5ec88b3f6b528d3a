// The reader's own shifts and those it is asked for, in all its groups; and who would come to its home.

import { readPages, read, write } from "../activities/client.js";
import { confirmation } from "../activities/form.js";
import { bilingual, inLanguage, make } from "../activities/parts.js";
import { named } from "../activities/words.js";
import { back, cards, doing, more } from "../people/doing.js";
import { isMember, isProposed, shiftCard, weeklyText } from "./group-words.js";
import { seatActs, shiftReasons } from "./shift.js";
import { kinds } from "./words.js";

const words = {
  zh: {
    title: "我的班次", back: "互助小组", asked: "请您来的", mine: "约好的", none: "没有约好的班次。", homes: "小组每周上门",
    homesHint: "您同意了才开始；随时可以不要，不用说原因。", agree: "好，请每周来", agreeTo: (what) => `好，请每周来：${what}`, no: "不要了",
    noTo: (what) => `不要了：${what}`, noSure: "不要了？以后的上门都取消，会告诉小组。", agreed: "✓ 您同意了", waits: "! 请答复",
    agreedDone: "已同意，谢谢您。", ended: "已停止。", aGroup: "一个小组", rota: "看班次：",
  },
  en: {
    title: "My shifts", back: "Help groups", asked: "You are asked", mine: "Agreed",
    none: "No shift is agreed.", homes: "Groups that come to a home each week",
    homesHint: "It begins when you agree, and ends when you like, without a reason.",
    agree: "Yes, please come each week", agreeTo: (what) => `Yes, please come each week: ${what}`,
    no: "No more", noTo: (what) => `No more: ${what}`,
    noSure: "No more? Later visits are off, and the group is told.", agreed: "✓ You agreed",
    waits: "! Please answer", agreedDone: "Agreed. Thank you.", ended: "Ended.", aGroup: "A group",
    rota: "Shifts of ",
  },
};

export const shifts = {
  needsPerson: true, forAnother: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [list, { rotas }, groups] = await Promise.all([
      readPages(app.pathFor("/me/help-shifts?limit=30"), "shifts", app.state.pages ?? 1),
      read(app.pathFor("/me/help-rotas")),
      readPages(app.pathFor("/help-groups?limit=100"), "groups", 2)]);
    return { ...list, rotas, groups: groups.items };
  },
  sections(app, { items, hasMore, rotas, groups }) {
    const say = app.say(words);
    const nameOf = (id) => {
      const found = groups.find((one) => one.id === id);
      return found ? inLanguage(found, "name", app.language) : say.aGroup;
    };
    const card = (one) => shiftCard(app, one, nameOf(one.group), shiftReasons(app, one),
      seatActs(app, one));
    const asked = items.filter(isProposed);
    return [
      back(say.back, "#/help-groups"),
      asked.length > 0 && cards("asked", say.asked, asked, card),
      cards("mine", say.mine, items.filter((one) => !isProposed(one)), card, say.none),
      more(app, hasMore),
      !app.acting && { key: "rotas", of: groups, make: () => make("div", { class: "buttons" },
        groups.filter(isMember).map((one) => make("a", { href: `#/help-rota/${one.id}`,
          class: "act" }, make("span", {}, say.rota, bilingual("span", one, "name", app.language))))) },
      rotas.length > 0 && { key: "homes-hint", of: null,
        make: () => make("p", { class: "card" }, say.homesHint) },
      rotas.length > 0 && cards("homes", say.homes, rotas, (one) => home(app, one, nameOf(one.group))),
    ];
  },
};

function home(app, one, group) {
  const say = app.say(words);
  const what = `${named(kinds, one.kind, app.language)} ${weeklyText(app, one)}`;
  const answer = (agrees) => write("PUT", app.pathFor(`/help-rotas/${one.id}/agreement`), { agrees });
  return make("li", { class: one.is_agreed ? "card" : "card urgent" },
    make("h3", {}, `${named(kinds, one.kind, app.language)} · ${group}`),
    make("p", { class: "marks" }, make("span", { class: one.is_agreed ? "mark fresh" : "mark urgent" },
      one.is_agreed ? say.agreed : say.waits)),
    make("p", { class: "when" }, weeklyText(app, one)),
    !one.is_agreed && doing(app, say.agree, async () => {
      await answer(true);
      return say.agreedDone;
    }, { key: `agree-${one.id}`, kind: "main", label: say.agreeTo(what) }),
    confirmation(app, `no-${one.id}`, { open: say.noTo(what), question: say.noSure, confirm: say.no,
      kind: "danger" }, async () => {
      await answer(false);
      await app.refresh();
      app.tell(say.ended);
    }));
}
