internal import Platform

/// What each piece of periodic work does, in words: a line each, by its name.
enum WorkWords {
    static let all: [String: Text] = [
        "activity-successor": Text(
            zh: "发起人离开后，为活动找接手的人", en: "Finds who takes over an activity"),
        "ages": Text(zh: "按生日更新孩子的权限", en: "Keeps what children may do up to their age"),
        "alarms-out": Text(zh: "把紧急通知发到手机", en: "Sends alarms out"),
        "attendance-sweep": Text(zh: "清除过期的签到码", en: "Forgets old check-in codes"),
        "calendar-link-sweep": Text(
            zh: "清除已收回的日历链接", en: "Forgets calendar links that were revoked"),
        "care-due": Text(
            zh: "探访到期时派人上门或打电话", en: "Asks somebody to call on who is due on the care list"),
        "daily-check": Text(
            zh: "提醒报平安，没报的通知家人", en: "Reminds of the daily check, and tells those named"),
        "data-export": Text(zh: "制作居民要的资料副本", en: "Makes the copies of data that people asked for"),
        "erasure": Text(zh: "执行到期的注销", en: "Carries out erasures"),
        "event-heads": Text(zh: "给事件日志签名存证", en: "Signs the head of the event log"),
        "goods-road": Text(
            zh: "记下别的小区收到的物资，执行别处来的召回",
            en: "Posts goods that other estates counted, and carries out recalls from there"),
        "goods-sweep": Text(
            zh: "处理到期的物资和没人取的包裹", en: "Sees to goods that expire and parcels not collected"),
        "help-round": Text(zh: "为求助找人", en: "Looks for who helps"),
        "help-rota": Text(
            zh: "排互助小组的班，提醒没到的人",
            en: "Puts up the rota of help groups, and tells of who did not come"),
        "help-visits": Text(
            zh: "提醒没到或没签退的上门，公布到期的评价",
            en: "Tells of visits not begun or not ended, and reveals ratings that are due"),
        "idempotency-sweep": Text(
            zh: "清除两天前的办理凭号", en: "Forgets the outcomes of writes of two days ago"),
        "joining-sweep": Text(zh: "清除过期的加入请求", en: "Forgets old requests to join"),
        "notice-sweep": Text(zh: "清除过期的通知", en: "Forgets old notices"),
        "notices-out": Text(
            zh: "把通知发到站外", en: "Sends notices out, by the channels that people chose"),
        "pairings": Text(
            zh: "安排结对的探访，到期请双方续约", en: "Plans the visits of pairings, and asks whether they go on"),
        "reseal": Text(zh: "用新密钥重新加密小区资料", en: "Seals the estate's data under its newest key"),
        "reseal-accounts": Text(
            zh: "用新密钥重新加密账号资料", en: "Seals accounts' data under their newest keys"),
        "reservation-sweep": Text(
            zh: "收回没确认的名额，让给下一位", en: "Takes back places not accepted, for the next"),
        "retention": Text(zh: "删除保存期满的资料", en: "Takes out what is kept no longer"),
        "safety-notes": Text(
            zh: "核对别处传来的安全通报", en: "Compares safety notes with who came to be here"),
        "sign-in-sweep": Text(zh: "清除过期的验证码和登录", en: "Forgets old codes and sessions"),
        "task-climb": Text(zh: "没人接的事交给替补或上一级", en: "Passes on tasks that nobody takes"),
        "tie-sweep": Text(zh: "清除过期的关系码", en: "Forgets old codes of ties"),
        "webhooks-out": Text(zh: "把公开的事件发给登记的 webhook", en: "Sends public events to webhooks"),
    ]
}
