// The desk: what waits for whoever is on duty, and where each thing is done.

import { read, readIfAny } from "../activities/client.js";
import { Form } from "../activities/form.js";
import { link, make } from "../activities/parts.js";
import { named, roles } from "../activities/words.js";
import { menu } from "../people/me.js";

const words = {
  zh: {
    title: "办公台", duties: "在岗", open: (count, overdue) => `在办 ${count} 件`
      + (overdue ? `，其中逾期 ${overdue} 件` : ""), none: "手上没有在办的事。", tasks: "看待办",
    find: "按居民编号打开", number: "居民编号", numberHint: "来访者在“我的”里找得到。", go: "打开",
    menu: "办理",
    entries: {
      moderation: ["被举报、待审核、被申诉的内容", "审核长辈和孩子的活动也在这里。"],
      vouch: ["替来访者确认登录", "核对两位数字，写明怎样确认的。"],
      desks: ["办公台浏览器", "让来访者在这台电脑上登录。"],
      residences: ["各室住户和加入码", "签发纸质加入码，打开一位住户。"],
      people: ["未认领的和新来的人", "登记一人。"],
      offices: ["职务和身份", "给出、延长、结束。"],
      "care-list": ["探访关爱名单", "轮到谁、过期的、上次怎么样。"],
      "help-reports": ["说不安全的互助", "联系说的人，作出决定。"],
      "help-groups": ["互助小组", "指定组长，请出组员，解散。"],
      "desk-pairings": ["结对", "谁和谁合适；提议、到期、结束。"],
      "help-settings": ["互助的设定", "代买上限、安静时段、探访关爱的类别。"],
      callbacks: ["代办请求，等回电", "打电话给长辈本人，记录回答。"],
      objections: ["监护和同意的异议", "听取双方，作出处理。"],
      protections: ["保护", "凭依据设立、延长、解除。"],
      ends: ["离户申请", "核实后决定。"],
      merges: ["合并重复登记", "三十天内可撤销。"],
      corrections: ["请求更正资料", "姓名、生日、住址。"],
      retention: ["资料保存多久", "在法律允许的范围内修改期限。"],
      access: ["软件运维的查阅申请", "批准、拒绝、提前结束。"],
      work: ["后台工作", "服务器定时做的事，做得怎样。"],
    },
  },
  en: {
    title: "Desk", duties: "On duty as", open: (count, overdue) => `${count} in hand`
      + (overdue ? `, ${overdue} overdue` : ""), none: "Nothing is in hand.", tasks: "See the tasks",
    find: "Open a resident by number", number: "Number of a resident",
    numberHint: "Visitors find it under “Me”.", go: "Open", menu: "To do here",
    entries: {
      moderation: ["Reported, to review, appealed", "Activities for elders and children, too."],
      vouch: ["Vouch for a visitor", "Compare two digits, and say how you know."],
      desks: ["This browser as a desk", "Let visitors sign in at it."],
      residences: ["Residences and joining codes", "Issue a code on paper, open a resident."],
      people: ["Unclaimed and new people", "Enter somebody."],
      offices: ["Offices and roles", "Give, extend, end."],
      "care-list": ["The care list", "Whose turn, what is overdue, how it was."],
      "help-reports": ["Help that was not safe", "Reach who said so, and decide."],
      "help-groups": ["Help groups", "Name a steward, take a member out, close one."],
      "desk-pairings": ["Pairings", "Who might suit whom; proposing, reviews, ends."],
      "help-settings": ["Settings of help", "Caps of errands, quiet hours, classes of care."],
      callbacks: ["Delegates that wait for a call", "Call the elder, record the answer."],
      objections: ["Objections of guardians", "Hear both sides, and decide."],
      protections: ["Protections", "Set, extend, end, on evidence."],
      ends: ["Requests to end a membership", "Look into it, and decide."],
      merges: ["Merge double entries", "Undone within thirty days."],
      corrections: ["Corrections asked for", "Names, day of birth, homes."],
      retention: ["How long data is kept", "Change a term within the law’s bounds."],
      access: ["Requests of the software’s operators", "Approve, refuse, end."],
      work: ["Periodic work", "What the server does by itself, and how it went."],
    },
  },
};

const desks = ["residents_committee", "social_worker", "property_manager"];
const both = ["residents_committee", "social_worker"];
const admitting = ["residents_committee", "stair_leader"];

// Which offices a page is for; the server decides, this only spares them what is not theirs.
const offices = {
  moderation: both, vouch: desks, desks, residences: admitting, people: admitting,
  offices: ["residents_committee", "property_manager", "subdistrict_officer", "software_operator"],
  "care-list": both, "help-reports": both, "desk-pairings": both, "help-groups": both, "help-settings": both,
  callbacks: ["social_worker"], objections: both, protections: ["social_worker"],
  ends: ["residents_committee"], merges: ["residents_committee"],
  corrections: ["residents_committee"], retention: ["residents_committee"],
  access: ["residents_committee", "software_operator"],
  work: ["residents_committee", "social_worker", "property_manager", "software_operator"],
};

export const desk = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  async read(app) {
    const [{ load }, waiting, vouching] = await Promise.all([
      read(app.path("/task-load")),
      app.holds(...both) ? readIfAny(app.path("/moderation?limit=100"), { posts: [] })
        : { posts: [] },
      readIfAny(app.path("/proof-requests"), { requests: [] })]);
    return { own: load.filter((one) => one.person === app.person),
      counts: { moderation: waiting.posts.length, vouch: vouching.requests.length } };
  },
  sections(app, { own, counts }) {
    const say = app.say(words);
    const entries = Object.entries(say.entries).filter(([name]) => app.holds(...offices[name]));
    return [
      { key: "own", of: own, make: () => head(app, own) },
      { key: "menu", of: counts, make: () => menu(say.menu, entries.map(([name, [title, hint]]) =>
        [name, title, hint, counts[name] ?? 0])) },
      { key: "find", of: null, make: () => finding(app) },
    ];
  },
};

function head(app, own) {
  const say = app.say(words);
  const [open, overdue] = ["open", "overdue"].map((key) =>
    own.reduce((sum, one) => sum + one[key], 0));
  return make("section", { class: "card" }, make("h2", {}, say.duties),
    make("p", { class: "marks" }, [...new Set(app.duties)].map((role) =>
      make("span", { class: "mark quiet" }, named(roles, role, app.language)))),
    make("p", { class: "title" }, open ? say.open(open, overdue) : say.none),
    make("div", { class: "buttons" }, link(say.tasks, "#/tasks", "act main")));
}

function finding(app) {
  const say = app.say(words);
  const form = new Form(app.language, (app.state.find ??= {}));
  const input = form.input("person", "text", { maxlength: 36 });
  return make("section", { class: "card" }, make("h2", {}, say.find),
    form.done([form.field("/person", say.number, input, say.numberHint)], say.go, async () => {
      if (input.value.trim()) app.go(`#/person/${encodeURIComponent(input.value.trim())}`);
    }));
}
