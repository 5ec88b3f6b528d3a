// Codes that several pages about people name: levels, roles, ties.

export const levels = {
  guest: ["访客", "Guest"], phone: ["手机已验证", "Phone proved"],
  household: ["住户已验证", "Household proved"], in_person: ["当面核验", "Proved in person"],
};

export const proofWays = {
  roster: ["小区名册", "The estate’s register"], paper_code: ["纸质加入码", "A code on paper"],
  invitation: ["家人邀请", "An invitation"], operator: ["居委会登记", "The committee’s entry"],
  desk: ["当面核验", "In person"],
};

export const provedBy = {
  passkey: ["通行密钥", "A passkey"], member: ["家人确认", "One of the household"],
  paper_code: ["纸质设备码", "A code on paper"], desk: ["办公台确认", "The desk"],
  known_device: ["认得的设备", "A known device"], operator_code: ["首次运维码", "An operator’s code"],
  development: ["演示环境", "The demonstration"],
};

export const officeRoles = ["residents_committee", "social_worker", "property_manager",
  "stair_leader", "grid_worker", "duty_guard", "owners_committee", "subdistrict_officer",
  "software_operator"];

export const tieKinds = {
  kin: ["亲属", "Kin"], neighbour: ["邻居", "Neighbours"],
  fellow_townsman: ["同乡", "From the same town"], former_workmate: ["老同事", "Former workmates"],
  classmate: ["同学", "Classmates"], friend: ["朋友", "Friends"],
};

export const absenceKinds = {
  away: ["外出", "Away"], in_hospital: ["住院", "In hospital"],
};

export const standings = {
  head: ["户主", "Head"], spouse: ["配偶", "Spouse"], child: ["子女", "Child"],
  parent: ["父母", "Parent"], grandparent: ["祖父母", "Grandparent"],
  grandchild: ["孙辈", "Grandchild"], relative: ["亲戚", "Relative"], tenant: ["租户", "Tenant"],
  flatmate: ["合租室友", "Flatmate"], carer: ["照护人", "Carer"], other: ["其他", "Other"],
};

/** What somebody may do for another. */
export const scopes = {
  announcements: ["看公告、标为已读", "Read announcements, and mark them as read"],
  activities: ["报名和退出活动", "Join and leave activities"],
  help: ["求助、结对、确认上门的帮忙", "Ask for help, pairings, and confirming help"],
  needs: ["家里的需求，领物资", "What the household needs, and fetching goods"],
};

export const becauses = {
  registry: ["名册", "Register"], deed: ["产权证", "Deed"], inherited: ["继承", "Inherited"],
  family: ["家人", "Family"], contract: ["合同", "Contract"],
  volunteered: ["自愿", "Volunteered"], appointed: ["任命", "Appointed"],
  elected: ["选举", "Elected"], recalled: ["免去", "Recalled"], replaced: ["换人", "Replaced"],
  contract_ended: ["合同到期", "Contract ended"], moved_away: ["搬走", "Moved away"],
  mistake: ["登记有误", "A mistake"], laid_down: ["自己辞去", "Laid down"],
};
