// The reader's own data: a copy of all of it, and corrections.

import { read, readPages, write } from "../activities/client.js";
import { momentText } from "../activities/moments.js";
import { facts, inLanguage, link, make } from "../activities/parts.js";
import { named, options } from "../activities/words.js";
import { back, cards, foldedForm, more } from "./doing.js";
import { nameOf } from "./names.js";

/** What can be corrected. */
export const fields = {
  display_name: ["怎么称呼", "Name"], legal_name: ["证件姓名", "Legal name"],
  birth_date: ["生日", "Day of birth"], residence: ["住址", "Home"], other: ["其他", "Something else"],
};

const words = {
  zh: {
    title: "我的资料", back: "我的", copies: "资料副本", noCopies: "还没有要过副本。", ask: "要一份资料副本",
    askHint: "包含关于您的全部资料，几分钟内生成，七天内可下载，只限您本人。须先验证这台设备。", of: "谁的", me: "我自己", send: "生成副本",
    asked: "正在生成，好了会通知您。", made: "生成于", until: "可下载到", making: "正在生成", failed: "没有生成成功，请再要一份",
    over: "已过期", size: "大小", open: "下载（ZIP）", corrections: "更正",
    noCorrections: "没有请求过更正。", self: "自己就能改的",
    correct: "请居委会更正", correctHint: "自己改不了的：姓名、生日、住址等。", field: "哪一项", wanted: "应该是什么",
    because: "依据（可不填）", correctSend: "请求更正", correctDone: "已请求，居委会核实后会通知您。", at: "请求于", now: "现在登记的",
    outcome: "结果", reason: "理由", waits: "等居委会决定", retention: "资料保存多久", erasure: "注销（删除我的资料）",
    outcomes: { corrected: "已更正", refused: "未更正" },
  },
  en: {
    title: "My data", back: "Me", copies: "Copies", noCopies: "You asked for no copy yet.",
    ask: "Ask for a copy of my data",
    askHint: "All that is kept of you; made within minutes, for seven days, and for you alone. Prove "
      + "this device first.", of: "Of whom", me: "Myself", send: "Make a copy",
    asked: "It is being made: you will be told.", made: "Made", until: "To be opened until",
    making: "Being made", failed: "It could not be made: ask for another", over: "Over",
    size: "Size", open: "Download (ZIP)", corrections: "Corrections",
    noCorrections: "You asked for none.", self: "What you change yourself",
    correct: "Ask the committee to correct something",
    correctHint: "What you cannot change: name, birth, home.", field: "Which", wanted: "It should be",
    because: "On what it rests, if you like", correctSend: "Ask for it",
    correctDone: "Asked: the committee looks into it, and you are told.", at: "Asked",
    now: "Recorded now", outcome: "Outcome", reason: "Reason", waits: "The committee decides",
    retention: "How long data is kept", erasure: "Erasure of my data",
    outcomes: { corrected: "Corrected", refused: "Not corrected" },
  },
};

export const data = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ exports }, own, list, { children }] = await Promise.all([
      read(app.path("/me/export")), read(app.path("/me/corrections?limit=1")),
      readPages(app.path("/me/corrections?limit=20"), "corrections", app.state.pages ?? 1),
      read(app.path("/children"))]);
    return { exports, self: own.self_service, corrections: list.items, hasMore: list.hasMore,
      children };
  },
  sections(app, { exports, self, corrections, hasMore, children }) {
    const say = app.say(words);
    const names = Object.fromEntries(children.map((one) => [one.child, one.display_name]));
    const people = [["", say.me], ...children.map((one) => [one.child, one.display_name])];
    return [
      back(say.back, "#/me"),
      { key: "ask", of: people, make: () => make("section", { class: "card" },
        askingCopy(app, people)) },
      cards("copies", say.copies, exports, (one) => copy(app, one, names), say.noCopies),
      { key: "correct", of: [people, self], make: () => make("section", { class: "card" },
        correcting(app, people), make("h3", {}, say.self),
        make("ul", {}, self.map((one) => make("li", {}, inLanguage(one, "title", app.language))))) },
      cards("corrections", say.corrections, corrections,
        (one) => correction(app, one, names), say.noCorrections),
      more(app, hasMore),
      { key: "erasure", of: null, make: () => make("div", { class: "buttons" },
        link(say.retention, "#/retention", "act"), link(say.erasure, "#/erasure", "act")) },
    ];
  },
};

function askingCopy(app, people) {
  const say = app.say(words);
  return foldedForm(app, "export", say.ask, {
    hint: say.askHint, send: say.send, values: { person: "" },
    fields: (form) => [people.length > 1
      && form.field("/person", say.of, form.select("person", people))],
    act: async ({ person }) => {
      await write("POST", app.path("/me/export"), person ? { person } : {});
      return say.asked;
    },
  });
}

function copy(app, one, names) {
  const say = app.say(words);
  const time = (instant) => instant && momentText(instant, app.language);
  const state = one.failed_at ? say.failed : one.is_open ? null : one.made_at ? say.over : say.making;
  return make("li", { class: "card" }, make("h3", {}, nameOf(app, names, one.person)),
    state && make("p", { class: "marks" }, make("span", { class: "mark quiet" }, state)),
    facts([say.at, time(one.asked_at)], [say.made, time(one.made_at)],
      [say.until, one.is_open && time(one.expires_at)],
      [say.size, one.size && `${Math.ceil(one.size / 1024)} KB`]),
    one.is_open && make("a", { class: "act main", download: "linli.zip",
      href: app.path(`/me/export/${one.id}`) }, say.open));
}

function correcting(app, people) {
  const say = app.say(words);
  return foldedForm(app, "correct", say.correct, {
    hint: say.correctHint, send: say.correctSend, values: { person: "", field: "display_name" },
    fields: (form) => [
      people.length > 1 && form.field("/person", say.of, form.select("person", people)),
      form.field("/field", say.field, form.select("field", options(fields, app.language))),
      form.field("/wanted", say.wanted, form.area("wanted", { maxlength: 1000, rows: 2 })),
      form.field("/because", say.because, form.area("because", { maxlength: 1000, rows: 2 })),
    ],
    act: async ({ person, field, wanted, because }) => {
      await write("POST", app.path("/me/corrections"), { field, wanted: wanted?.trim() ?? "",
        ...(because?.trim() ? { because: because.trim() } : {}), ...(person ? { person } : {}) });
      return say.correctDone;
    },
  });
}

function correction(app, one, names) {
  const say = app.say(words);
  return make("li", { class: "card" }, make("h3", {}, named(fields, one.field, app.language)),
    make("p", { class: "marks" }, make("span", { class: "mark quiet" },
      one.outcome ? say.outcomes[one.outcome] : say.waits)),
    facts([say.of, nameOf(app, names, one.person)], [say.at, momentText(one.asked_at, app.language)],
      [say.now, one.was], [say.wanted, one.wanted], [say.because, one.because],
      [say.reason, one.reason]));
}
