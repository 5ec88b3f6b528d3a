// Words that several pages use.

export const kinds = {
  sport: ["运动健身", "Sport"], culture: ["文艺", "Culture"], learning: ["学习讲座", "Learning"],
  festival: ["节庆", "Festival"], repair: ["修修补补", "Repair"], cleaning: ["打扫整理", "Cleaning"],
  market: ["集市交换", "Market"], health: ["健康义诊", "Health"],
  volunteering: ["志愿服务", "Volunteering"], meeting: ["议事开会", "Meeting"],
  other: ["其他", "Other"],
};

export const seatKinds = {
  adult: ["成人", "Adults"], child: ["儿童", "Children"], wheelchair: ["轮椅位", "Wheelchairs"],
  child_seat: ["儿童座椅", "Child seats"], helper: ["帮手", "Helpers"],
};

/** The place of one. */
export const seatOfOne = {
  adult: ["成人", "Adult"], child: ["儿童", "Child"],
  wheelchair: ["轮椅位", "Wheelchair"], child_seat: ["儿童座椅", "Child seat"],
  helper: ["帮手", "Helper"],
};

export const accessibilities = {
  step_free: ["无台阶", "Step-free"], lift: ["有电梯", "Lift"],
  accessible_toilet: ["无障碍厕所", "Accessible toilet"], seating: ["有座位", "Seating"],
  hearing_loop: ["助听感应", "Hearing loop"], sign_language: ["手语", "Sign language"],
  large_print: ["大字材料", "Large print"], quiet: ["安静", "Quiet"],
};

export const roles = {
  residents_committee: ["居委会", "Residents’ committee"],
  owners_committee: ["业委会", "Owners’ committee"], property_manager: ["物业", "Property manager"],
  stair_leader: ["楼组长", "Stair leaders"], volunteer: ["志愿者", "Volunteers"],
  owner: ["业主", "Owners"], tenant: ["租户", "Tenants"], grid_worker: ["网格员", "Grid workers"],
  social_worker: ["社工", "Social workers"], resident: ["住户", "Residents"],
  organiser: ["组织者", "Organisers"], carer: ["照护人", "Carers"],
  family_elsewhere: ["不同住的家人", "Family elsewhere"], duty_guard: ["保安", "Guards"],
  partner_organisation: ["社会组织", "Partner organisations"],
};

/** The words of a code in a list; the code itself where it has none. */
export const named = (list, code, language) => list[code]?.[language === "zh" ? 0 : 1] ?? code;

/** All codes of a list as the options of a choice. */
export const options = (list, language) =>
  Object.keys(list).map((code) => [code, named(list, code, language)]);

/** How many of each kind: 成人 2 · 儿童 1. */
export function seatText(seats, language) {
  return seats.filter(({ count }) => count > 0)
    .map(({ kind, count }) => `${named(seatKinds, kind, language)} ${count}`).join(" · ");
}

/** Those of these members by kind. */
export function membersByKind(members) {
  const counts = new Map();
  for (const { kind } of members) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  return [...counts].map(([kind, count]) => ({ kind, count }));
}
