// Codes of help in words, and what the server knows of each kind.

export const kinds = {
  company: ["陪伴聊天", "Company"], walk: ["陪同散步", "A walk together"],
  shopping: ["代买代取", "Shopping and fetching"], parcel: ["代取快递", "Fetching parcels"],
  clinic: ["陪同就医", "Going along to the clinic"], meal: ["送餐", "Bringing a meal"],
  repair: ["小修小补", "Small repairs"], chores: ["家务搭手", "A hand with chores"],
  check_in: ["上门探望", "A visit at home"], phone_help: ["手机教学", "Help with a phone"],
  read_write: ["代读代写", "Reading and writing"], translate: ["翻译", "Translating"],
  delivery: ["物资送上门", "Bringing goods home"], pet: ["照看宠物", "Looking after a pet"],
  childcare: ["照看孩子", "Looking after a child"], fetch_child: ["接孩子", "Fetching a child"],
  homework: ["陪做作业", "Homework together"],
};

/** In the home of who is helped, and nowhere else. */
export const isAtHome = (kind) => ["repair", "chores", "check_in"].includes(kind);

export const isWithChild = (kind) => ["childcare", "fetch_child", "homework"].includes(kind);

export const takesCash = (kind) => kind === "shopping";

export const mayBeUrgent = (kind) => kind !== "homework";

export const mayBeListed = (kind) => !isAtHome(kind) && !isWithChild(kind);

export const languages = {
  mandarin: ["普通话", "Mandarin"], shanghainese: ["上海话", "Shanghainese"],
  cantonese: ["广东话", "Cantonese"], wu: ["吴语", "Wu"], min: ["闽语", "Min"],
  hakka: ["客家话", "Hakka"], sichuanese: ["四川话", "Sichuanese"], english: ["英语", "English"],
  japanese: ["日语", "Japanese"], korean: ["韩语", "Korean"], russian: ["俄语", "Russian"],
  french: ["法语", "French"], german: ["德语", "German"], sign: ["手语", "Sign language"],
};

export const genders = { female: ["女", "Woman"], male: ["男", "Man"] };

export const declines = {
  busy: ["那时没空", "I have no time then"], far: ["太远了", "It is too far"],
  not_my_thing: ["做不了这件事", "I cannot do this"], other: ["其他原因", "Another reason"],
  not_this_person: ["不想帮这个人（以后也不再问我）", "Not this person, now or later"],
};

/** Why a side cancels a visit. */
export const causes = {
  not_needed: ["这次不需要了", "It is not needed now"], ill: ["身体不舒服", "Illness"],
  no_time: ["临时有事", "Something came up"], moved: ["改约时间", "Another time"],
  other: ["其他原因", "Another reason"],
};

/** Why a visit was cancelled. */
export const becauses = {
  ...causes, office: ["由办公台取消", "The desk cancelled it"],
  withdrawn: ["求助撤回了", "The request was taken back"],
  released: ["帮忙的人来不了，另外找人", "The helper cannot come: another is looked for"],
};

export const matters = {
  no_show: ["没有来", "Nobody came"], late: ["迟到", "Late"], money: ["钱的事", "Money"],
  damage: ["东西坏了", "Something broke"], conduct: ["言行", "Conduct"], other: ["其他", "Other"],
};

export const decisions = {
  upheld: ["认为提出的一方有道理", "Who raised it is right"],
  dismissed: ["认为不成立", "It does not hold"],
};

export const domains = {
  home_visits: ["上门", "At home"], errands: ["跑腿", "Errands"], childcare: ["照看孩子", "Childcare"],
  driving: ["接送", "Driving"], goods: ["物资", "Goods"], teaching: ["教和翻译", "Teaching"],
  company: ["陪伴", "Company"],
};

export const careClasses = {
  weekly: ["每周一次", "Every week"], fortnightly: ["两周一次", "Every two weeks"],
  monthly: ["每月一次", "Every month"],
};

export const contactKinds = {
  visit: ["上门看望", "I went there"], call: ["打了电话", "I called"], met: ["碰到了", "We met"],
};

export const contactOutcomes = {
  well: ["都好", "All is well"], needs_help: ["需要帮忙（会告诉社工）", "Help is needed (a social worker is told)"],
  not_reached: ["没联系上", "Not reached"],
};

export const creditReasons = {
  issued: ["帮忙记入", "For help"], given: ["赠送", "Given"], returned: ["退回公共池", "Back to the pot"],
  reversed: ["核对后收回", "Taken back after a look"],
};

/** Those of a list that the choices of a form are made of, with one before them for none. */
export const orNone = (none, list) => [["", none], ...list];
