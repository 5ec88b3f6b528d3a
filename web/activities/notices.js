// What the reader was told.

import { read, readPages, write } from "./client.js";
import { momentText } from "./moments.js";
import { bilingual, button, make, problemPlace, tellProblem } from "./parts.js";
import { ownAgain } from "./whose.js";

const words = {
  zh: {
    title: "通知", none: "没有通知。", unread: "未读", all: "全部标为已读", more: "再看一些",
    open: "打开", read: "标为已读", done: "已全部标为已读。",
  },
  en: {
    title: "Notices", none: "No notices.", unread: "Unread", all: "Mark all as read",
    more: "Show more", open: "Open", read: "Mark as read", done: "All are marked as read.",
  },
};

// Notices about people lead to the page where one does something about it.
const pagesOf = {
  "proof.asked": "vouch", "moderation.told": "posts", tie: "ties", role: "roles",
  recordWatcher: "readers", access: "readers", absence: "absences", session: "devices",
  passkey: "devices", phone: "devices", guardianship: "family", family: "family",
  "child.daysSet": "family", consent: "consents", delegation: "delegates", membership: "members",
  joinCode: "members", task: "tasks", export: "data", erasure: "erasure", correction: "data",
  "pairing.standInAsked": "pairings", "helpGroup.invited": "help-groups",
  "helpRota.asked": "help-shifts", timeCredit: "credits", parcel: "my-goods", care: "care",
  "dailyCheck.reminded": "well", "dailyCheck.said": "well",
};

// Others lead to what they are about.
const pagesOfSubjects = {
  conversation: "talk", help_request: "help-request", help_proposal: "proposal",
  help_visit: "visit", occurrence: "occurrence", pairing: "pairing",
  help_group: "help-group", help_shift: "help-shift",
};

const pageOf = ({ kind }) => pagesOf[kind] ?? pagesOf[kind.split(".")[0]];

const leads = (one) => Boolean(pageOf(one))
  || one.kind === "dailyCheck.told" || one.subject.kind === "activity"
  || Object.hasOwn(pagesOfSubjects, one.subject.kind);

/** Where a notice leads. */
async function target(app, one) {
  const { kind, subject } = one;
  // The organisers' own list of them stands with the meeting.
  if (kind.startsWith("noShow.") && kind !== "noShow.answered") return "#/no-shows";
  // It is said for the one that it is about.
  if (kind === "dailyCheck.told") return `#/well/${subject.id}`;
  if (subject.kind !== "conversation" && pageOf(one)) return `#/${pageOf(one)}`;
  const page = pagesOfSubjects[subject.kind];
  if (page) return `#/${page}/${subject.id}`;
  if (subject.kind !== "activity") return null;
  const { activity, occurrences } = await read(app.path(`/activities/${subject.id}`));
  if (activity.organisers.includes(app.person)) return `#/activity/${activity.id}`;
  return occurrences.length ? `#/occurrence/${occurrences[0].id}` : `#/comments/${activity.id}`;
}

export const notices = {
  needsPerson: true,
  title: (app) => app.say(words).title,
  read: (app) => readPages(app.path("/notices?limit=20"), "notices", app.state.pages ?? 1),

  sections(app, { items, hasMore }) {
    const say = app.say(words);
    const trouble = problemPlace("notices");
    const isUnread = items.some((one) => !one.read_at);
    return [
      isUnread && { key: "all", of: items[0].id, make: () => make("div", {}, button(say.all,
        () => attempt(app, trouble, async () => {
          await write("POST", app.path("/notices/receipts"), { until: items[0].id });
          app.tell(say.done);
        }), { key: "all" }), trouble) },
      { key: "list", of: items, make: () => (items.length
        ? make("ol", { class: "cards" }, items.map((one) => entry(app, one)))
        : make("p", { class: "card" }, say.none)) },
      hasMore && { key: "more", of: null, make: () => button(say.more, async () => {
        app.state.pages = (app.state.pages ?? 1) + 1;
        await app.refresh();
      }, { key: "more" }) },
    ];
  },
};

async function attempt(app, trouble, act) {
  tellProblem(trouble, null);
  try {
    await act();
    await app.refresh();
  } catch (problem) {
    if (problem.status === undefined) throw problem;
    tellProblem(trouble, problem, app.language);
  }
}

function entry(app, one) {
  const say = app.say(words);
  const trouble = problemPlace(one.id);
  const receive = () => write("PUT", app.path(`/notices/${one.id}/receipt`));
  const id = `notice-${one.id}`;
  return make("li", { class: one.read_at ? "card" : "card unread" },
    make("p", { class: "marks" }, !one.read_at && make("span", { class: "mark fresh" }, say.unread),
      make("time", { class: "quiet", datetime: one.at }, momentText(one.at, app.language))),
    Object.assign(bilingual("p", one, "text", app.language), { id }), trouble,
    make("div", { class: "buttons" },
      leads(one) && button(say.open, () =>
        attempt(app, trouble, async () => {
          const to = await target(app, one);
          if (!one.read_at) await receive();
          // Notices are the reader's own, and so is what they are about.
          ownAgain(app);
          app.go(to);
        }), { describedBy: id, key: `open-${one.id}` }),
      !one.read_at && button(say.read, () => attempt(app, trouble, receive),
        { describedBy: id, key: `read-${one.id}` })));
}
