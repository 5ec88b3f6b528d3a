internal import Platform

/// One whom a request wants to bring.
struct WantedMember: Hashable {
    var person: UUID
    /// `nil`: by age.
    var kind: SeatKind?
    /// Where the request names it.
    var pointer: String

    /// Reads the content of a request; nobody named means the subject alone.
    static func all(_ body: JSON, subject: UUID) -> [WantedMember] {
        guard let members = body["members"]?.elements else {
            return [WantedMember(person: subject, kind: nil, pointer: "")]
        }
        return members.enumerated().compactMap { index, member in
            guard let person = member["person"]?.text.flatMap({ UUID($0) }) else { return nil }
            return WantedMember(
                person: person, kind: member["kind"]?.text.flatMap { SeatKind($0) },
                pointer: "/members/\(index)")
        }
    }
}

/// What is known of whom a person can take along: its household now and the children that it guards.
struct PartyReading {
    /// What the database knows of one.
    struct Fact {
        var person: UUID
        /// The households that it shares with the subject.
        var households: [UUID]
        var birthSealed: [UInt8]?
        /// The day in the estate.
        var today: Day
        /// Whether the subject may bring it, if it is a child: its guardian with the right, or the
        /// child itself from 14 on with a guardian's consent.
        var mayBring: Bool
    }

    private let subject: UUID
    private var facts: [UUID: Fact] = [:]
    private var children: [UUID: Bool] = [:]

    /// Opens the sealed days of birth, and keeps of each only whether it is a child's.
    ///
    /// - Throws: `CryptoError` when a day was sealed under a key that is not held any more.
    init(_ all: [Fact], subject: UUID, _ vault: PersonVault) throws(CryptoError) {
        self.subject = subject
        for fact in all {
            facts[fact.person] = fact
            children[fact.person] = try Household.isChild(
                fact.person, birth: fact.birthSealed, on: fact.today, vault)
        }
    }

    /// The household that the whole group shares, for its limits; else the subject's first.
    func household(of members: [Reservation.Member]) -> UUID? {
        let own = facts[subject]?.households ?? []
        let shared = own.first { household in
            members.allSatisfy { facts[$0.person]?.households.contains(household) ?? false }
        }
        return shared ?? own.first
    }

    /// The group, each in a kind of seat.
    ///
    /// - Returns: Why not, when somebody is no member of the household, or a child is brought by who is
    ///   not its guardian.
    /// - Throws: `Stop` with faults where somebody is named twice, or in a seat of another age.
    func members(
        _ wanted: [WantedMember]
    ) throws(Stop) -> Result<[Reservation.Member], Refused> {
        var members: [Reservation.Member] = []
        var faults: [Problem.Fault] = []
        for each in wanted {
            guard let fact = facts[each.person] else { return .failure(Refused(.notOfHousehold)) }
            if members.contains(where: { $0.person == each.person }) {
                faults.append(Problem.Fault(each.pointer, Self.twice))
            }
            let isChild = children[each.person]
            if each.kind == .child, isChild == false {
                faults.append(Problem.Fault(each.pointer, Self.adultSeat))
            } else if each.kind == .adult, isChild == true {
                faults.append(Problem.Fault(each.pointer, Self.childSeat))
            }
            if isChild == true, !fact.mayBring { return .failure(Refused(.guardianNeeded)) }
            members.append(
                Reservation.Member(
                    each.person, each.kind ?? (isChild == true ? .child : .adult)))
        }
        guard faults.isEmpty else { throw Stop(Problem(.invalid, faults: faults)) }
        return .success(members)
    }

    /// Why a group may not be brought.
    struct Refused: Error, Hashable {
        var kind: ProblemKind

        init(_ kind: ProblemKind) { self.kind = kind }
    }

    private static let twice = Text(zh: "同一个人只能填一次。", en: "Name each person once.")
    private static let adultSeat = Text(
        zh: "年满 18 周岁，请选成人名额。", en: "Choose a seat for adults: the person is of age.")
    private static let childSeat = Text(
        zh: "未满 18 周岁，请选儿童名额。", en: "Choose a child's seat: the person is under age.")
}

/// What is known of some persons whom the subject may want to bring, and of itself.
struct FindPartyFacts: Statement {
    var persons: [UUID]

    var sql: SQL {
        """
        SELECT f.person_id, f.households, f.birth_sealed, f.today,
            linli.may_bring_child(linli.subject_id(), f.person_id)
        FROM (
            SELECT person_id, households, birth_sealed, today
            FROM linli.party_facts(\(persons))
            UNION ALL
            SELECT person_id, households, birth_sealed, today
            FROM linli.party_children(\(persons))
        ) AS f
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> PartyReading.Fact {
        PartyReading.Fact(
            person: try cells.read(), households: try cells.read(),
            birthSealed: try cells.read(), today: try cells.read(), mayBring: try cells.read())
    }
}
