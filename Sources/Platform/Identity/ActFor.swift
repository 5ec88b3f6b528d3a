/// What a delegation may cover; its codes stand in `linli.delegation.scope`.
package enum DelegationScope: String, Sendable, Hashable, CaseIterable {
    /// Reading what the beneficiary has not read, and marking it as read.
    case announcements
    /// Joining activities and leaving them, and reading and marking the notices of that.
    case activities
    /// Asking for donated goods for the beneficiary's household, and seeing what became of that.
    case needs
    /// Asking for help by neighbours, and seeing what became of that.
    case help
}

/// What the database says about acting for another, in the transaction of the act.
package enum DelegationCover: String, Sendable, Hashable {
    /// The transaction acts for the beneficiary from here on.
    case covered
    /// A live delegation is for other things.
    case otherScope = "other_scope"
    /// It has ended, or its beneficiary is here no more.
    case ended
    /// It begins later.
    case notBegun = "not_begun"
    /// There is none, or no such person: the two look the same.
    case unknown
}

/// Makes the transaction act for another, if a delegation to its person covers that now.
///
/// Where it answers anything but `covered`, the transaction acts for nobody.
package struct ActFor: Statement {
    private let beneficiary: UUID
    private let scope: DelegationScope

    /// For this person, within this scope.
    package init(_ beneficiary: UUID, _ scope: DelegationScope) {
        self.beneficiary = beneficiary
        self.scope = scope
    }

    package var sql: SQL { "SELECT linli.act_for(\(beneficiary), \(scope.rawValue))" }

    package func decode(_ cells: inout Cells) throws(PostgresError) -> DelegationCover {
        let word: String = try cells.read()
        guard let cover = DelegationCover(rawValue: word) else {
            throw PostgresError(.decoding, message: "act_for answered \(word)")
        }
        return cover
    }
}
