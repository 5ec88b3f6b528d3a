internal import Realtime

/// Every refusal that the API itself knows; features add theirs in the same form.
extension ProblemKind {
    /// All of them, as they stand in the API's reference.
    package static let common: [ProblemKind] = [
        malformed, hostUnknown, notImplemented, versionUnknown, targetTooLong, headTooLarge,
        contentTooLarge, expectationUnknown, tooSlow, notFound, methodNotAllowed, internalFault,
        unavailable, invalid, notJSON, mediaTypeUnknown, cursorInvalid, unauthenticated,
        crossOrigin, keyMissing, keyReused, secretShownOnce, preconditionMissing,
        preconditionFailed, tooMany, codeWrong, ticketWrong, upgradeRequired,
        notForAnother, delegationLacking, secondProofNeeded, minorSignsIn,
    ]

    package static let malformed = ProblemKind(
        "malformed", .badRequest,
        Text(zh: "请求格式有误", en: "The request is malformed"),
        Text(
            zh: "请按 HTTP/1.1 的格式发送请求，且只带一个 Host。",
            en: "Send a well-formed HTTP/1.1 request with exactly one Host."))
    package static let hostUnknown = ProblemKind(
        "host-unknown", .misdirectedRequest,
        Text(zh: "这里不是所请求的主机", en: "This server does not serve that host"),
        Text(zh: "请使用公布的网址。", en: "Use the published address."))
    package static let notImplemented = ProblemKind(
        "method-unknown", .notImplemented,
        Text(zh: "不支持这种请求方法", en: "This method is not supported"),
        Text(zh: "请使用接口说明中列出的方法。", en: "Use a method that the API reference lists."))
    package static let versionUnknown = ProblemKind(
        "version-unknown", .versionNotSupported,
        Text(zh: "不支持这个 HTTP 版本", en: "This version of HTTP is not supported"),
        Text(zh: "请使用 HTTP/1.1。", en: "Use HTTP/1.1."))
    package static let targetTooLong = ProblemKind(
        "target-too-long", .uriTooLong,
        Text(zh: "网址过长", en: "The address is too long"),
        Text(zh: "请缩短路径或参数。", en: "Shorten the path or the query."))
    package static let headTooLarge = ProblemKind(
        "head-too-large", .fieldsTooLarge,
        Text(zh: "请求头过大", en: "The header fields are too large"),
        Text(zh: "请减少请求头，例如清理多余的 Cookie。", en: "Send fewer fields, such as cookies."))
    package static let contentTooLarge = ProblemKind(
        "content-too-large", .contentTooLarge,
        Text(zh: "内容过大", en: "The content is too large"),
        Text(zh: "请缩短内容后再发送。", en: "Send less content."))
    package static let expectationUnknown = ProblemKind(
        "expectation-unknown", .expectationFailed,
        Text(zh: "不支持这种 Expect", en: "This expectation is not supported"),
        Text(zh: "请只使用 100-continue。", en: "Expect nothing but 100-continue."))
    package static let tooSlow = ProblemKind(
        "too-slow", .requestTimeout,
        Text(zh: "请求到达太慢", en: "The request came too slowly"),
        Text(zh: "请检查网络后重试。", en: "Check the network and try again."))
    package static let notFound = ProblemKind(
        "not-found", .notFound,
        Text(zh: "没有找到", en: "Not found"),
        Text(
            zh: "请检查网址；内容可能已撤下，或不对您开放。",
            en: "Check the address; it may be gone, or not open to you."))
    package static let methodNotAllowed = ProblemKind(
        "method-not-allowed", .methodNotAllowed,
        Text(zh: "这个网址不接受这种方法", en: "This address does not take that method"),
        Text(zh: "请使用 Allow 中列出的方法。", en: "Use one of the methods in Allow."))
    package static let internalFault = ProblemKind(
        "internal", .internalServerError,
        Text(zh: "服务器出错了", en: "The server made a mistake"),
        Text(
            zh: "请稍后重试；若仍出错，请把 request_id 告诉管理员。",
            en: "Try again later; if it goes on, tell the operator the request_id."))
    package static let unavailable = ProblemKind(
        "unavailable", .serviceUnavailable,
        Text(zh: "暂时无法提供服务", en: "The service is not available right now"),
        Text(
            zh: "请按 Retry-After 稍后重试，并使用同一个 Idempotency-Key。",
            en: "Try again after Retry-After, with the same Idempotency-Key."))
    package static let invalid = ProblemKind(
        "invalid", .badRequest,
        Text(zh: "有几处需要改正", en: "Some of what was sent needs correcting"),
        Text(zh: "请按 errors 逐项改正后再发送。", en: "Correct each of the errors and send again."))
    package static let notJSON = ProblemKind(
        "not-json", .badRequest,
        Text(zh: "内容不是有效的 JSON", en: "The content is not valid JSON"),
        Text(
            zh: "请发送 UTF-8 编码、键不重复、嵌套不超过 16 层的 JSON。",
            en: "Send JSON in UTF-8, without repeated keys, nested 16 deep at most."))
    package static let mediaTypeUnknown = ProblemKind(
        "media-type-unknown", .unsupportedMediaType,
        Text(zh: "不支持这种内容类型", en: "This content type is not supported"),
        Text(zh: "请使用 Content-Type: application/json。", en: "Use Content-Type: application/json."))
    package static let cursorInvalid = ProblemKind(
        "cursor-invalid", .badRequest,
        Text(zh: "翻页标记无效", en: "The cursor is not valid"),
        Text(
            zh: "请去掉 cursor 从头读取，并使用 Link 给出的网址翻页。",
            en: "Start again without a cursor, and follow the addresses in Link."))
    package static let unauthenticated = ProblemKind(
        "unauthenticated", .unauthorized,
        Text(zh: "请先登录", en: "Sign in first"),
        Text(
            zh: "登录已失效或未登录；请用手机验证码登录。",
            en: "There is no session, or it has ended; sign in with a code sent to your phone."))
    package static let crossOrigin = ProblemKind(
        "cross-origin", .forbidden,
        Text(zh: "请求来自别的网站", en: "The request came from another site"),
        Text(
            zh: "请从本网站操作；程序请用 Authorization: Bearer。",
            en: "Act from this site's own pages; programs use Authorization: Bearer."))
    package static let keyMissing = ProblemKind(
        "idempotency-key-missing", .badRequest,
        Text(zh: "缺少 Idempotency-Key", en: "Idempotency-Key is missing"),
        Text(
            zh: "请为每次操作附上新的 Idempotency-Key（1 至 255 个可见 ASCII 字符），重试时用同一个。",
            en: "Send a new Idempotency-Key (1 to 255 visible ASCII characters) with each act, "
                + "and the same one when you repeat it."))
    package static let keyReused = ProblemKind(
        "idempotency-key-reused", .unprocessableContent,
        Text(zh: "这个 Idempotency-Key 已用于别的请求", en: "This key belongs to another request"),
        Text(zh: "请换一个新的 Idempotency-Key。", en: "Use a new Idempotency-Key."))
    package static let secretShownOnce = ProblemKind(
        "secret-shown-once", .conflict,
        Text(zh: "已经完成，但密钥只显示一次", en: "It is done, but its secret is shown only once"),
        Text(
            zh: "若没有收到，请作废后重新生成。",
            en: "If you did not receive it, revoke it and make a new one."))
    package static let preconditionMissing = ProblemKind(
        "if-match-missing", .preconditionRequired,
        Text(zh: "缺少 If-Match", en: "If-Match is missing"),
        Text(
            zh: "请先读取，再把得到的 ETag 放在 If-Match 中。",
            en: "Read it first, then send its ETag in If-Match."))
    package static let preconditionFailed = ProblemKind(
        "changed-meanwhile", .preconditionFailed,
        Text(zh: "内容已被别人修改", en: "It was changed meanwhile"),
        Text(
            zh: "请重新读取，核对 changed 中的内容，再用新的 ETag 提交。",
            en: "Read it again, look at what changed, and send yours with the new ETag."))
    package static let tooMany = ProblemKind(
        "too-many", .tooManyRequests,
        Text(zh: "请求过于频繁", en: "Too many requests"),
        Text(zh: "请按 Retry-After 稍后再试。", en: "Try again after Retry-After."))
    package static let codeWrong = ProblemKind(
        "code-wrong", .unprocessableContent,
        Text(zh: "验证码不对或已失效", en: "The code is wrong or has lapsed"),
        Text(
            zh: "请核对短信；五次或五分钟后请重新获取验证码。",
            en: "Check the message; after five tries or five minutes ask for a new code."))
    package static let safetyBanned = ProblemKind(
        "safety-banned", .conflict,
        Text(zh: "安全禁令期间不能组织面向儿童和老人的活动", en: "A safety ban keeps this person from it"),
        Text(
            zh: "请在「我的」查看禁令的原因、期限和申诉办法；面向所有人的活动不受影响。",
            en: "See your safety page for why, until when, and how to appeal; what is for "
                + "everybody is not affected."))
    package static let minorSignsIn = ProblemKind(
        "minor-signs-in", .forbidden,
        Text(zh: "未成年人须经监护人同意才能登录", en: "A minor signs in with a guardian's consent"),
        Text(
            zh: "未满 14 周岁不能自己登录，请由监护人办理；14 至 17 周岁请监护人先在「家庭」里同意登录。",
            en: "Nobody under 14 signs in: a guardian acts. From 14 to 17 let a guardian agree to "
                + "it first, under \"family\"."))
    package static let ticketWrong = ProblemKind(
        "ticket-wrong", .unprocessableContent,
        Text(zh: "选择已失效", en: "The choice has lapsed"),
        Text(zh: "请重新获取验证码。", en: "Ask for a new code."))
    package static let upgradeRequired = ProblemKind(
        "upgrade-required", .upgradeRequired,
        Text(zh: "这里只说 WebSocket", en: "This address speaks WebSocket alone"),
        Text(
            zh: "请用 WebSocket（版本 13）连接，或改用事件流。",
            en: "Connect by WebSocket, version 13, or read the stream instead."))
}
