internal import Realtime

/// Why a second proof, or what belongs to it, is refused.
extension ProblemKind {
    static let passkeyNotGood = ProblemKind(
        "passkey-not-good", .unprocessableContent,
        Text(zh: "通行密钥没有通过验证", en: "The passkey was not accepted"),
        Text(
            zh: "请重新获取 challenge 后再试；须在本网站、由本人解锁设备操作。仍不行请用短信验证码登录，并到办公台确认。",
            en:
                "Ask for new options and try again, on this site, unlocking the device yourself. If "
                + "it still fails, sign in with a code, and let the desk confirm it."))
    static let passkeyKnown = ProblemKind(
        "passkey-known", .conflict,
        Text(zh: "这个通行密钥已经登记", en: "This passkey is registered already"),
        Text(zh: "请换一个，或直接用它登录。", en: "Use another, or sign in with it."))
    static let passkeysMax = ProblemKind(
        "passkeys-max", .conflict,
        Text(zh: "通行密钥太多", en: "There are as many passkeys as there may be"),
        Text(
            zh: "每个账号最多 \(Passkeys.countMax) 个；请先删去不用的。",
            en: "At most \(Passkeys.countMax) an account; remove one that is used no more."))
    static let passkeyLast = ProblemKind(
        "passkey-last", .conflict,
        Text(zh: "这是您最后一个通行密钥", en: "This is your last passkey"),
        Text(
            zh: "担任职务期间须保留一个；请先添加新的，再删去这个。",
            en: "Whoever holds an office keeps one: add another first, then remove this."))
    static let passkeyUntrusted = ProblemKind(
        "passkey-untrusted", .unprocessableContent,
        Text(zh: "这个通行密钥还不能作证明", en: "This passkey proves nothing yet"),
        Text(
            zh: "它是在未经再次验证的登录中添加的；请先由家人、纸质设备码或办公台确认一次，以后即可使用。",
            en: "It was added in a session without a second proof: let your household, a code on "
                + "paper or the desk confirm this one; from then on it will do."))
    static let deviceCodeWrong = ProblemKind(
        "device-code-wrong", .unprocessableContent,
        Text(zh: "设备码不对或已失效", en: "The device's code is wrong or has lapsed"),
        Text(
            zh: "请核对纸上的十二个字符；一小时最多试十次。用过、过期的请到办公台重新领取。",
            en:
                "Check the twelve characters on the paper; ten tries an hour. If it was used or has "
                + "lapsed, the desk gives you a new one."))
    static let numberWrong = ProblemKind(
        "number-wrong", .unprocessableContent,
        Text(zh: "数字不一致", en: "The numbers are not the same"),
        Text(
            zh: "请向对方当面或电话核对其屏幕上的两位数字；三次不符即作废。不是本人在登录的，请勿确认。",
            en: "Ask for the two digits on the other's screen, face to face or by telephone; after "
                + "three wrong ones it is over. Do not confirm what somebody else has begun."))
    static let askedTooOften = ProblemKind(
        "asked-too-often", .tooManyRequests,
        Text(zh: "请求确认过于频繁", en: "You have asked too often"),
        Text(
            zh: "每小时最多三次；请稍后再试，或到办公台办理。",
            en: "Three times an hour at most: wait, or come to the desk."))
    static let notForOneself = ProblemKind(
        "not-for-oneself", .forbidden,
        Text(zh: "不能给自己办理", en: "Nobody does this for itself"),
        Text(zh: "请由另一位值班人员办理。", en: "Let another officer do it for you."))
    static let signInProofWrong = ProblemKind(
        "sign-in-proof-wrong", .unprocessableContent,
        Text(zh: "还不能登录", en: "This does not sign you in yet"),
        Text(
            zh: "设备码不对，或还没有人确认；请等待确认、核对设备码，或重新获取验证码。",
            en:
                "The code is wrong, or nobody has confirmed it yet: wait, check the code, or ask for "
                + "a new sign-in code."))
}
