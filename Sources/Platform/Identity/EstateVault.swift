/// Seals and opens what people wrote in an estate that is not for everybody, under that estate's own
/// keys.
///
/// Which columns there are, `SealedColumn` says: the job `reseal` takes each of them.
package struct EstateVault: Sendable {
    private let sealer: Sealer

    /// The vault of one estate.
    package init(_ keyring: Keyring, of estate: UUID) {
        sealer = keyring.sealer(for: "estate_text", of: estate)
    }

    /// What each value begins with that is sealed now; another beginning is to be sealed anew.
    package var head: [UInt8] { sealer.head }

    /// The text sealed for the row of a column.
    package func seal(
        _ text: String, _ column: SealedColumn, of row: UUID
    ) throws(CryptoError) -> [UInt8] {
        try sealer.seal(Array(text.utf8), at: place(column, row))
    }

    /// The text that was sealed for this row.
    ///
    /// - Throws: `CryptoError` when it is another's, or under a key that is not held any more.
    package func open(
        _ sealed: [UInt8], _ column: SealedColumn, of row: UUID
    ) throws(CryptoError) -> String {
        String(decoding: try sealer.open(sealed, at: place(column, row)), as: UTF8.self)
    }

    /// The same value under the key of now.
    package func renewed(
        _ sealed: [UInt8], _ column: SealedColumn, of row: UUID
    ) throws(CryptoError) -> [UInt8] {
        try sealer.seal(try sealer.open(sealed, at: place(column, row)), at: place(column, row))
    }

    private func place(_ column: SealedColumn, _ row: UUID) -> SealedPlace {
        SealedPlace(table: column.table, column: column.name, row: row.bytes)
    }
}

/// A column of an estate's table that holds texts sealed by `EstateVault`; the row's id is `id`.
package enum SealedColumn: String, Sendable, Hashable, CaseIterable {
    /// What a steward wrote at the end of a task.
    case taskNote = "task.note_sealed"
    /// What a steward wrote who said no.
    case taskRefusal = "task_refusal.note_sealed"
    /// What a protection was set on, as its document says.
    case protectionEvidence = "protection.evidence_sealed"
    /// What somebody wrote who reported a post.
    case reportWords = "report.words_sealed"
    /// Why a post was decided on, as its author reads it.
    case decisionReason = "moderation_decision.reason_sealed"
    /// What its author wrote against that.
    case appealWords = "appeal.words_sealed"
    /// What stood in somebody's record before a correction.
    case correctionWas = "correction.was_sealed"
    /// What should stand there.
    case correctionWanted = "correction.wanted_sealed"
    /// What somebody wrote who asked for it.
    case correctionBecause = "correction.because_sealed"
    /// Why it was decided so.
    case correctionReason = "correction.reason_sealed"
    /// What somebody said in a conversation, without telephone numbers.
    case messageBody = "conversation_message.body_sealed"
    /// What an erasure of one who died rests on.
    case erasureEvidence = "erasure.evidence_sealed"
    /// Why somebody is under a safety ban, as it reads it.
    case banReason = "safety_ban.reason_sealed"
    /// What a safety ban rests on.
    case banEvidence = "safety_ban.evidence_sealed"
    /// What the person wrote against it.
    case banAppealWords = "safety_appeal.words_sealed"
    /// How that was answered.
    case banAppealAnswer = "safety_appeal.answer_sealed"
    /// Whom another committee's note is about.
    case noteWhom = "safety_note.whom_sealed"
    /// Why that committee decided so.
    case noteReason = "safety_note.reason_sealed"
    /// Why this committee decided as it did about somebody whom a note may be about.
    case matchBecause = "safety_match.because_sealed"
    /// What a helper tells the next.
    case visitNote = "help_visit.note_sealed"
    /// What an errand's money was paid for.
    case visitReceipt = "help_visit.receipt_sealed"
    /// What somebody wrote of what went wrong with help.
    case helpDisputeWords = "help_dispute.words_sealed"
    /// What somebody wrote who said that help was not safe.
    case helpSafetyNote = "help_safety_report.note_sealed"
    /// Why an office keeps somebody on the care list who has not agreed.
    case careBecause = "care_entry.because_sealed"
    /// What was written down at a visit or a call.
    case careNote = "care_contact.note_sealed"
    /// What a coded list checks a pick-up word with.
    case wordListed = "goods_word.listed_sealed"
    /// What it checks a household's card with.
    case cardListed = "goods_card.listed_sealed"
    /// What somebody wrote who asked for help, without telephone numbers.
    case helpWords = "help_request.words_sealed"
    /// What one leaves to the next shift of a help group.
    case helpSeatNote = "help_seat.note_sealed"
    /// Where a browser is reached by Web Push.
    case pushTarget = "push_subscription.target_sealed"
    /// Where an operator's webhook is.
    case webhookURL = "webhook.url_sealed"
    /// What signs what goes there.
    case webhookSecrets = "webhook.secrets_sealed"

    var table: String { String(rawValue.prefix { $0 != "." }) }
    var name: String { String(rawValue.drop { $0 != "." }.dropFirst()) }
}
