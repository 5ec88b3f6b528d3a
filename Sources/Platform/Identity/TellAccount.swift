package import Realtime

/// Tells an account, in every estate where it has a person, of what happened to it: an event and a
/// notice each, in the transaction of the change.
///
/// In the name of its person where the account itself asks, and of the job `second-proof` where
/// nobody is known yet.
package struct TellAccount: Command {
    /// Most estates that are told.
    static let estatesMax = 64

    private let account: UUID
    private let ids: [UUID]
    private let kind: String
    private let payload: String
    private let notice: String?
    private let details: String
    private let toHouseholds: Bool

    /// An event of `kind` whose payload is what `write` puts between the braces, and a notice of the
    /// kind `notice`, if there is one, with these details; for its households, too, if `toHouseholds`.
    package init(
        _ account: UUID, ids: UUIDGenerator, kind: String, notice: String?,
        details: String = "{}", toHouseholds: Bool = false,
        payload write: (inout JSONWriter) -> Void
    ) {
        self.account = account
        self.ids = (0..<Self.estatesMax).map { _ in ids.next() }
        self.kind = kind
        self.notice = notice
        self.details = details
        self.toHouseholds = toHouseholds
        var json = JSONWriter(capacity: 256)
        json.object { json in write(&json) }
        payload = String(decoding: json.bytes, as: UTF8.self)
    }

    /// That a session was proved, and how; a known device is no news.
    package static func proved(
        _ account: UUID, session: UUID, by how: String, ids: UUIDGenerator
    ) -> TellAccount {
        TellAccount(
            account, ids: ids, kind: "session.proved",
            notice: how == "known_device" ? nil : "session.proved",
            details: #"{"because":"\#(how)"}"#
        ) { json in
            json.member("session", session)
            json.member("how", how)
        }
    }

    package var sql: SQL {
        """
        SELECT linli.tell_account(\(account), \(ids), \(kind), \(payload), \(notice), \(details),
            \(toHouseholds))
        """
    }
}
