// Periodic work: what the server does by itself, when it last did, and how that ended.

import { read } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, inLanguage, make } from "../activities/parts.js";
import { back, cards } from "../people/doing.js";

const words = {
  zh: {
    title: "后台工作", back: "办公台", hint: "这些事由服务器定时去做，不用人管；有“出错”或“没有按时做”时，请告诉软件运维。",
    done: "正常", waiting: "还没做过", running: "正在做", late: "没有按时做", failed: "出错",
    last: "上次", took: "用时", next: "下次", outcome: "错误代码",
    wrong: "要留意的", well: "正常的", seconds: (count) => `${count} 秒`,
  },
  en: {
    title: "Periodic work", back: "Desk",
    hint: "The server does these by itself. Tell the software’s operators of what failed or is late.",
    done: "As it should be", waiting: "Not done yet", running: "Under way", late: "Late",
    failed: "Failed", last: "Last", took: "Took", next: "Next", outcome: "Code",
    wrong: "To look at", well: "As it should be", seconds: (count) => `${count} s`,
  },
};

export const work = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: async (app) => (await read(app.path("/periodic-work"))).work,
  sections(app, all) {
    const say = app.say(words);
    const isWrong = (one) => one.state === "failed" || one.state === "late";
    const wrong = all.filter(isWrong);
    return [
      back(say.back, "#/desk"),
      { key: "hint", of: null, make: () => make("p", { class: "card" }, say.hint) },
      wrong.length > 0 && cards("wrong", say.wrong, wrong, (one) => piece(app, one)),
      cards("well", say.well, all.filter((one) => !isWrong(one)), (one) => piece(app, one)),
    ];
  },
};

const marks = { done: "✓", waiting: "…", running: "…", late: "!", failed: "!" };

function piece(app, one) {
  const say = app.say(words);
  const isWell = one.state === "done" || one.state === "running";
  return make("li", { class: one.state === "failed" ? "card urgent" : "card" },
    make("h3", {}, inLanguage(one, "title", app.language)),
    make("p", { class: "marks" }, make("span", { class: isWell ? "mark fresh" : "mark" },
      `${marks[one.state]} ${say[one.state]}`)),
    facts([say.last, one.last_finished && momentText(one.last_finished, app.language)],
      [say.took, one.milliseconds !== undefined && say.seconds((one.milliseconds / 1000).toFixed(2))],
      [say.next, one.state !== "running" && momentText(one.next_run, app.language)],
      [say.outcome, one.state === "failed" && one.outcome]));
}
