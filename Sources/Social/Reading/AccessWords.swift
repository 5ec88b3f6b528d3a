internal import Platform

/// What kinds of data, purposes and roles are called where people read who reads what.
///
/// A code that this version does not know is shown as it is.
enum AccessWords {
    /// The words of a kind of data.
    static func kind(_ code: String) -> Text { kinds[code] ?? Text(zh: code, en: code) }

    /// The words of a purpose.
    static func purpose(_ code: String) -> Text { purposes[code] ?? Text(zh: code, en: code) }

    /// The words of a role.
    static func role(_ code: String) -> Text { roles[code] ?? Text(zh: code, en: code) }

    private static let kinds: [String: Text] = [
        "address": Text(zh: "住址", en: "the address"),
        "alarm": Text(zh: "警情", en: "alarms"),
        "booking": Text(zh: "场地预订人", en: "who has booked a venue"),
        "care_list": Text(zh: "关爱名单", en: "the care list"),
        "correction": Text(zh: "资料更正", en: "corrections of records"),
        "conversation": Text(zh: "交谈", en: "conversations"),
        "count": Text(zh: "统计数字（不满五不显示）", en: "counts, none below five"),
        "delivery": Text(zh: "送不到的通知", en: "what could not be delivered"),
        "device": Text(zh: "设备", en: "devices"),
        "dispute": Text(zh: "纠纷", en: "disputes"),
        "door": Text(zh: "门禁", en: "doors"),
        "door_log": Text(zh: "开门记录", en: "who opened which door"),
        "guardianship": Text(zh: "监护关系", en: "who guards a child"),
        "log": Text(zh: "查阅记录", en: "who has read what"),
        "need": Text(zh: "需求", en: "needs"),
        "help": Text(zh: "互助上门", en: "visits of help"),
        "help_request": Text(zh: "求助", en: "requests for help"),
        "person": Text(zh: "姓名、家庭和住址", en: "name, household and residence"),
        "proof": Text(zh: "身份核验记录", en: "proofs of who somebody is"),
        "safety": Text(zh: "安全禁令和通报", en: "safety bans and their notes"),
        "role": Text(zh: "任职", en: "roles and their terms"),
        "task": Text(zh: "待办涉及的人", en: "whom a task is about"),
    ]

    private static let purposes: [String: Text] = [
        "admission": Text(zh: "住户登记和核实", en: "letting residents in"),
        "alarm": Text(zh: "处置警情", en: "handling an alarm"),
        "appointment": Text(zh: "任职管理", en: "giving and ending roles"),
        "care": Text(zh: "探访关爱", en: "visiting and care"),
        "decision": Text(zh: "裁定异议", en: "deciding an appeal"),
        "desk": Text(zh: "办公台当面办理", en: "serving somebody at the desk"),
        "duty": Text(zh: "值守", en: "being on duty"),
        "mediation": Text(zh: "纠纷调解", en: "mediation"),
        "moderation": Text(zh: "处理举报", en: "deciding on a report"),
        "safety": Text(zh: "处理不安全的反馈", en: "acting on what was not safe"),
        "statistics": Text(zh: "统计", en: "statistics"),
        "support": Text(zh: "技术支持（须第二人批准）", en: "support, approved by a second person"),
        "venue": Text(zh: "场地管理", en: "looking after venues"),
        "visit": Text(zh: "上门帮忙", en: "coming to help"),
        "verification": Text(zh: "身份核验", en: "proving who somebody is"),
    ]

    private static let roles: [String: Text] = [
        "duty_guard": Text(zh: "值班保安", en: "duty guard"),
        "grid_worker": Text(zh: "网格员", en: "grid worker"),
        "helper": Text(zh: "来帮忙的人", en: "who comes to help"),
        "owners_committee": Text(zh: "业委会", en: "owners' committee"),
        "property_manager": Text(zh: "物业", en: "property manager"),
        "residents_committee": Text(zh: "居委会", en: "residents' committee"),
        "social_worker": Text(zh: "社工", en: "social worker"),
        "software_operator": Text(zh: "软件运维", en: "operator of the software"),
        "stair_leader": Text(zh: "楼组长", en: "stair leader"),
        "subdistrict_officer": Text(zh: "街道", en: "subdistrict officer"),
    ]
}
