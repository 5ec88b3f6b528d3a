// What the committee decides about households, and requests of the software's operators.

import { readPages, write } from "../activities/client.js";
import { make } from "../activities/parts.js";
import { accessRequests } from "../people/access.js";
import { back, cards, foldedForm, more } from "../people/doing.js";
import { readKnown } from "../people/names.js";
import { requestCard } from "../family/membership-ends.js";
import { choosing, chosen } from "./choose.js";

const words = {
  zh: {
    ends: "离户申请", access: "软件运维的查阅申请", back: "办公台", none: "没有等决定的申请。", decide: "作出决定",
    hint: "本人答复后，或满三天；去世和不予办理随时可以。搬离和去世立即结束其在本小区的一切，不会自动恢复。", as: "怎么定",
    outcomes: { ended: "核实，离户", refused: "不予办理" }, because: "依据", send: "决定", done: "已决定，双方会收到通知。",
    ask: "申请查阅", kind: "资料种类", kinds: { person: "姓名和住址", proof: "核验记录", log: "运行日志" },
    scope: "谁的", one: "一个人", all: "全小区", who: "哪一位", hours: "多少小时（最多 24）", asked: "已申请，等居委会决定。",
  },
  en: {
    ends: "Requests to end a membership", access: "Requests of the software’s operators",
    back: "Desk", none: "None waits.", decide: "Decide",
    hint: "Once the person has answered, or after three days; a death or a refusal at any time. "
      + "Moved and dead end all that the person has here, and it does not come back by itself.",
    as: "Decision", outcomes: { ended: "Verified: it ends", refused: "Refused" },
    because: "On what it rests", send: "Decide", done: "Decided: both are told.",
    ask: "Ask to read data", kind: "Which data",
    kinds: { person: "Names and homes", proof: "Proofs", log: "Logs" }, scope: "Whose",
    one: "One person’s", all: "The whole estate’s", who: "Who", hours: "Hours (24 at most)",
    asked: "Asked: the committee decides.",
  },
};

export const ends = {
  needsPerson: true,
  title: (app) => app.say(words).ends,
  read: (app) => readPages(app.path("/membership-ends?state=open&limit=20"), "requests",
    app.state.pages ?? 1),
  sections: (app, { items, hasMore }) => [
    back(app.say(words).back, "#/desk"),
    cards("ends", app.say(words).ends, items, (one) =>
      requestCard(app, one, (open) => deciding(app, open)), app.say(words).none),
    more(app, hasMore),
  ],
};

function deciding(app, one) {
  const say = app.say(words);
  return foldedForm(app, `decide-${one.id}`, say.decide, {
    hint: say.hint, send: say.send, values: { outcome: "refused" },
    fields: (form) => [
      form.field("/outcome", say.as, form.select("outcome", Object.entries(say.outcomes))),
      form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 })),
    ],
    act: async ({ outcome, because }) => {
      await write("POST", app.path(`/membership-ends/${one.id}/decision`),
        { outcome, because: because?.trim() ?? "" });
      return say.done;
    },
  });
}

export const access = {
  needsPerson: true,
  title: (app) => app.say(words).access,
  async read(app) {
    const [list, { names }] = await Promise.all([
      readPages(app.path("/access-requests?limit=20"), "requests", app.state.pages ?? 1),
      readKnown(app)]);
    return { ...list, names };
  },
  sections: (app, { items, hasMore, names }) => [
    back(app.say(words).back, "#/desk"),
    app.holds("software_operator") && { key: "ask", of: null, make: () =>
      make("section", { class: "card" }, asking(app)) },
    ...accessRequests(app, items, names, app.holds("residents_committee")),
    !items.length && { key: "none", of: null,
      make: () => make("p", { class: "card" }, app.say(words).none) },
    more(app, hasMore),
  ],
};

function asking(app) {
  const say = app.say(words);
  return foldedForm(app, "ask", say.ask, {
    send: say.ask, values: { kind: "person", scope: "one", hours: "1" },
    fields: (form, values) => [
      form.field("/kind", say.kind, form.select("kind", Object.entries(say.kinds))),
      form.field("/scope", say.scope,
        form.select("scope", [["one", say.one], ["all", say.all]], app.show)),
      ...(values.scope === "one" ? choosing(app, form, values, "person", say.who) : []),
      form.field("/because", say.because, form.area("because", { maxlength: 400, rows: 2 })),
      form.field("/hours", say.hours, form.input("hours", "number", { min: 1, max: 24 })),
    ],
    act: async (values) => {
      await write("POST", app.path("/access-requests"), { kind: values.kind,
        because: values.because?.trim() ?? "", hours: Number(values.hours),
        ...(values.scope === "one" ? { person: chosen(values, "person") } : {}) });
      return say.asked;
    },
  });
}
