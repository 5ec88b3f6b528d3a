// Codes of posts, of what is reported, and of what is decided on them.

export const postKinds = {
  activity: ["活动", "Activity"], comment: ["留言", "Comment"], feedback: ["反馈", "Feedback"],
  announcement: ["公告", "Announcement"], message: ["消息", "Message"],
  help_group: ["互助小组", "Help group"],
};

export const visibilities = {
  visible: ["公开可见", "Visible"], unlisted: ["不在列表里", "Not in lists"],
  shadowed: ["只有作者看得到", "Seen by its author alone"], hidden: ["已隐藏", "Hidden"],
  held: ["等待审核", "Waits for its review"],
};

export const reportKinds = {
  scam: ["诈骗", "Scam"], harassment: ["骚扰", "Harassment"], children: ["涉及孩子", "Children"],
  health_goods: ["保健品推销", "Health goods"], other: ["其他", "Something else"],
};

export const reasons = {
  ...reportKinds, investment: ["投资理财", "Investment"], cash: ["要求带现金", "Cash"],
  off_topic: ["与活动无关", "Off topic"], unfounded: ["举报不成立", "The report is unfounded"],
  fine: ["没有问题", "Nothing is wrong"],
};
