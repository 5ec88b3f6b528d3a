package import Platform

/// The rooms of help that follow a promise: visits, what comes afterwards, time credits.
package enum HelpRooms {
    /// Their operations; `signals` hears of each commit.
    package static func visits(keyring: Keyring, signals: EventSignals) -> [Operation] {
        HelpVisitOperations.all(keyring: keyring, signals: signals)
            + HelpAfterwardsOperations.all(keyring: keyring, signals: signals)
            + HelpEvidenceOperations.all(signals: signals)
            + HelpVouchOperations.all(signals: signals)
            + TimeCreditOperations.all(signals: signals)
    }
}
