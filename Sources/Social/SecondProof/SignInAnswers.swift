internal import Platform
internal import Realtime

/// What signing in reads from a request and writes into its answer, however it was done.
///
/// A browser keeps the secrets of its devices and a desk's token in cookies of their own, which no
/// script reads; another client sends them in the content.
enum SignInAnswers {
    /// Where the sign-in comes from.
    static func client(_ call: Call) -> SignInClient {
        let cookies = SignInCookies(call)
        let sent = call.body["device_token"]?.text.flatMap { SessionToken($0) }
        let desk = call.body["desk_token"]?.text.flatMap { SessionToken($0) }
        return SignInClient(
            address: call.request.peerAddress,
            deviceLabel: call.body["device_label"]?.text ?? "",
            devices: (sent.map { [$0] } ?? []) + cookies.devices, desk: desk ?? cookies.desk)
    }

    /// The answer to somebody who is signed in now.
    static func signedIn(
        _ call: Call, _ signedIn: SignedIn, _ limits: SignInLimits
    ) -> Response {
        var response = call.json(.created) { json in
            json.object { json in
                json.member("account", signedIn.account)
                json.member("token", signedIn.token.text)
                json.member("is_proved", signedIn.provedBy != nil)
                json.member("offers_passkey", !signedIn.hasPasskey)
                if let device = signedIn.device { json.member("device_token", device.text) }
            }
        }
        response.add(
            "Set-Cookie",
            call.context.cookie.field(
                token: signedIn.token.text, seconds: limits.sessionLifetime.components.seconds))
        if let device = signedIn.device {
            response.add(
                "Set-Cookie",
                SignInCookies(call).field(
                    adding: device, seconds: limits.deviceLifetime.components.seconds))
        }
        return response
    }

    /// The members of content that any sign-in may have.
    static let members: [Schema.Member] = [
        .optional("device_label", AccountSchemas.deviceLabel),
        .optional(
            "device_token",
            .text(43...43, note: "这台设备以前登录时得到的 / As an earlier sign-in gave this device")),
        deskToken,
    ]

    static let deskToken = Schema.Member.optional(
        "desk_token", .text(43...43, note: "办公台的令牌 / The token of the desk that vouches"))
}

/// The cookies that a browser keeps beside the session's.
struct SignInCookies {
    let devices: [SessionToken]
    let desk: SessionToken?
    private let cookie: SessionCookie

    init(_ call: Call) {
        cookie = call.context.cookie
        let cookie = cookie
        func value(_ name: String) -> Substring? {
            let prefix = "\(cookie.name)-\(name)="
            return call.request.field("cookie")?.split(separator: ";")
                .map { $0.drop { $0 == " " } }.first { $0.hasPrefix(prefix) }?
                .dropFirst(prefix.count)
        }
        devices = (value("device") ?? "").split(separator: ".").prefix(SignInClient.devicesMax)
            .compactMap { SessionToken($0) }
        desk = value("desk").flatMap { SessionToken($0) }
    }

    /// The `Set-Cookie` with one more device, the oldest of too many left out.
    func field(adding device: SessionToken, seconds: Int64) -> String {
        let all = [device] + devices.filter { $0 != device }.prefix(SignInClient.devicesMax - 1)
        return field("device", all.map(\.text).joined(separator: "."), seconds)
    }

    /// The `Set-Cookie` with a desk's token; none ends it.
    func field(desk token: String, seconds: Int64) -> String { field("desk", token, seconds) }

    private func field(_ name: String, _ value: String, _ seconds: Int64) -> String {
        "\(cookie.name)-\(name)=\(value); Path=/; Max-Age=\(seconds); HttpOnly; SameSite=Lax"
            + (cookie.isSecure ? "; Secure" : "")
    }
}
