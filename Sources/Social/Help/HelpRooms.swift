package import Platform

/// The rooms of help: asking and pairing, visits and what comes after them, the care list, groups.
package enum HelpRooms {
    /// Their operations; `signals` hears of each commit.
    package static func operations(keyring: Keyring, signals: EventSignals) -> [Operation] {
        AskingOperations.all(keyring: keyring, signals: signals)
            + visits(keyring: keyring, signals: signals)
            + CareListOperations.all(keyring: keyring, signals: signals)
            + PairedFamilyOperations.all(signals: signals)
            + HelpGroupOperations.all(keyring: keyring, signals: signals)
    }

    /// The operations of visits, of what comes after them, and of the time bank.
    static func visits(keyring: Keyring, signals: EventSignals) -> [Operation] {
        HelpVisitOperations.all(keyring: keyring, signals: signals)
            + HelpAfterwardsOperations.all(keyring: keyring, signals: signals)
            + HelpEvidenceOperations.all(signals: signals)
            + HelpVouchOperations.all(signals: signals)
            + TimeCreditOperations.all(signals: signals)
    }

    /// The names of their periodic work.
    static let jobNames = [
        CareSweep.name, DailyCheckSweep.name, HelpGroupRound.name, HelpRound.name,
        HelpVisitSweep.name, PairingSweep.name,
    ]

    /// Their periodic work.
    static func jobs(ids: UUIDGenerator, signals: EventSignals) -> [Job] {
        [
            HelpRound.job(ids: ids) { signals.committed() },
            HelpVisitSweep.job { signals.committed() },
            CareSweep.job { signals.committed() },
            DailyCheckSweep.job { signals.committed() },
            PairingSweep.job { signals.committed() },
            HelpGroupRound.job(ids: ids) { signals.committed() },
        ]
    }
}
