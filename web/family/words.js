// Codes of guardians' rights and of purposes that one agrees to.

export const rights = {
  activities: ["参加活动", "Activities"], alone_with_adult: ["与一位成年人单独相处", "Alone with one adult"],
  photographs: ["拍照", "Photographs"], location: ["位置", "Location"],
  pick_up: ["接送", "Picking up"], health: ["健康情况", "Health"],
  conversation: ["对话", "Conversations"],
};

export const purposes = {
  ...rights, pick_up: ["由指定的人接走", "Fetched by a named person"],
  join_activities: ["自己报名活动", "Joining by itself"], sign_in: ["自己登录", "Signing in"],
};

/** What is for 14 to 17 alone. */
export const fromFourteen = ["join_activities", "sign_in", "conversation"];

export const guardianWays = {
  entered: ["登记孩子时", "When the child was entered"], declared: ["本人声明", "By declaration"],
  office: ["居委会或社工凭证明登记", "By an office, on evidence"],
};

export const childStates = {
  waiting: ["候补中", "Waiting"], offered: ["有名额，请确认", "A place to accept"],
  held: ["名额保留中", "A place is kept"], confirmed: ["✓ 已报名", "✓ Has a place"],
};
