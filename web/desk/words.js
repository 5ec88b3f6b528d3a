// Codes of tasks, and of what an office decides.

export const outcomes = {
  done: ["办好了", "Done"], not_needed: ["不需要办", "Not needed"],
  not_reached: ["联系不上", "Not reached"], referred: ["已转交别处", "Referred"],
  other: ["其他", "Other"],
};

export const refusals = {
  busy: ["忙不过来", "Too busy"], too_near: ["与当事人太近", "Too near to the person"],
  not_mine: ["不归我管", "Not mine"], other: ["其他", "Other"],
};

export const evidences = {
  protective_order: ["人身安全保护令", "Protective order"],
  police_warning: ["告诫书", "Police warning"], police_report: ["报警记录", "Police report"],
  court_judgment: ["法院判决", "Court judgment"], other: ["其他依据", "Other evidence"],
};

// Of help it is one request, visit or disagreement that a task is about.
const pagesOfHelp = {
  "help-nobody": "help-request", "help-missed": "visit", "help-cash": "visit",
  "help-dispute": "help-dispute", "help-dispute-appeal": "help-dispute",
  "pairing-missed": "pairing", "pairing-review": "pairing", "help-group-steward": "help-group",
};

/** Where a matter that a task is about is decided; of a post by its id. */
export function matterOf({ kind, about }) {
  if (["report", "appeal", "review", "post-watch", "unusual-pattern"].includes(kind)) {
    return about && `#/moderated/${about}`;
  }
  const page = pagesOfHelp[kind];
  if (page) return about && `#/${page}/${about}`;
  return { "consent-objection": "#/objections", "delegate-callback": "#/callbacks",
    "membership-end": "#/ends", "access-second": "#/access", correction: "#/corrections",
    "help-safety": "#/help-reports", "care-due": "#/care-list", "care-help": "#/care-list",
    "protection-tell": "#/protections",
    "protection-meeting": "#/protections" }[kind] ?? null;
}
