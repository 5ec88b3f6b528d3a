/// The words of codes that notices and lists name.
enum StandingWords {
    /// Roles, kinds of ties and states, by code.
    static let all: [String: Text] = roles.merging(ties) { role, _ in role }
        .merging(states) { word, _ in word }

    static let states: [String: Text] = [
        "away": Text(zh: "外出", en: "away"),
        "in_hospital": Text(zh: "住院", en: "in hospital"),
        "leave": Text(zh: "不再属于这一户", en: "no longer of this household"),
        "moved": Text(zh: "已搬离小区", en: "moved out of the estate"),
        "dead": Text(zh: "已去世", en: "dead"),
    ]

    static let roles: [String: Text] = [
        "resident": Text(zh: "住户", en: "resident"),
        "owner": Text(zh: "业主", en: "owner"),
        "tenant": Text(zh: "租户", en: "tenant"),
        "family_elsewhere": Text(zh: "不同住的家属", en: "family elsewhere"),
        "carer": Text(zh: "照护人", en: "carer"),
        "volunteer": Text(zh: "志愿者", en: "volunteer"),
        "organiser": Text(zh: "活动组织者", en: "organiser"),
        "stair_leader": Text(zh: "楼组长", en: "stair leader"),
        "grid_worker": Text(zh: "网格员", en: "grid worker"),
        "social_worker": Text(zh: "社工", en: "social worker"),
        "residents_committee": Text(zh: "居委会成员", en: "member of the residents' committee"),
        "owners_committee": Text(zh: "业委会成员", en: "member of the owners' committee"),
        "property_manager": Text(zh: "物业管理员", en: "property manager"),
        "duty_guard": Text(zh: "值班保安", en: "guard on duty"),
        "installer": Text(zh: "安装维护人员", en: "installer"),
        "partner_organisation": Text(zh: "社会组织", en: "partner organisation"),
        "subdistrict_officer": Text(zh: "街道工作人员", en: "subdistrict officer"),
        "software_operator": Text(zh: "软件运维人员", en: "operator of the software"),
    ]

    static let ties: [String: Text] = [
        "kin": Text(zh: "亲戚", en: "kin"),
        "neighbour": Text(zh: "老邻居", en: "neighbour"),
        "fellow_townsman": Text(zh: "同乡", en: "fellow townsman"),
        "former_workmate": Text(zh: "老同事", en: "former workmate"),
        "classmate": Text(zh: "同学", en: "classmate"),
        "friend": Text(zh: "朋友", en: "friend"),
    ]
}
