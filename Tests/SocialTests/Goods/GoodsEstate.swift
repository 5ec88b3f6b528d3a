internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

/// The estate of the announcements with a goods room at a public place, and another: the neighbour is a
/// volunteer on duty at the first, the officer's committee manages both.
struct GoodsEstate: Sendable {
    typealias Reader = AnnouncementEstate.Reader

    static let base = "/api/v1/estates/\(APIFixture.a)/goods"
    static let room = APIFixture.id(0xB1)
    static let otherRoom = APIFixture.id(0xB2)
    static let plain = APIFixture.id(0xB3)
    static let leader = APIFixture.id(0xF1)
    static let member = APIFixture.id(0xF3)
    /// On duty at the room.
    static let volunteer = APIFixture.id(0xF4)
    /// The leader's and the member's; the volunteer's.
    static let household = APIFixture.id(0xD1)
    static let volunteersHousehold = APIFixture.id(0xD2)

    /// Signs what leaves the house.
    static let keyring = Keyring.random()

    let estate: AnnouncementEstate
    var api: APIFixture { estate.api }

    static func with(_ body: @Sendable (GoodsEstate) async throws -> Void) async throws {
        let signals = EventSignals()
        let operations =
            GoodsOperations.all(signals: signals)
            + NeedOperations.all(signals: signals)
            + HandOverOperations.all(keyring: keyring, signals: signals)
            + HelpRooms.operations(keyring: keyring, signals: signals)
            + TaskOperations.all(keyring: .random(), signals: signals)
            + NoticeOperations.all(signals: signals, titles: GoodsTitles.all + TaskTitles.all)
            + EventOperations.all(
                cursors: EventCursors(Keyring.random().sealer(for: "event-cursor")))
        try await AnnouncementEstate.with(operations: operations, prepare: rows) { estate in
            let goods = GoodsEstate(estate: estate)
            try await body(goods)
            // Whatever a test does: the two kernels agree, and the ledger is the sum of its movements.
            #expect(try goods.astray() == [])
            #expect(try goods.unsummed() == 0)
            #expect(estate.api.logged.lines.isEmpty)
        }
    }

    // MARK: Asking

    func ask(
        _ reader: Reader, _ method: String, _ target: String, _ body: String? = nil,
        key: String? = nil, match: String? = nil, for beneficiary: UUID? = nil
    ) throws -> TestClient.Answer {
        // No two acts are of one instant: what came later shows above.
        try api.clock.set(api.clock.now() + .milliseconds(1))
        return try estate.ask(
            reader, method, target.hasPrefix("/api") ? target : Self.base + target,
            key: key ?? (method == "GET" ? nil : UUID.random()),
            fields: (match.map { [("If-Match", $0)] } ?? [])
                + (beneficiary.map { [("On-Behalf-Of", $0.description)] } ?? []), body: body)
    }

    /// What an answer says that must have this status.
    @discardableResult
    func content(_ answer: TestClient.Answer, _ status: Int = 200) throws -> JSON {
        try #require(answer.status == status, "\(answer.text)")
        return answer.body.isEmpty ? .null : try JSON(parsing: answer.body)
    }

    /// The status and the code of a refusal.
    func refusal(_ answer: TestClient.Answer) throws -> String {
        "\(answer.status) \(try JSON(parsing: answer.body)["code"]?.text ?? "")"
    }

    /// The events of some kinds that a reader finds, the oldest first.
    func events(_ reader: Reader, _ prefix: String) throws -> [JSON] {
        try api.database.superuser().run("SELECT linli.number_events(10000)")
        let page = try content(
            ask(reader, "GET", "/api/v1/estates/\(APIFixture.a)/events?limit=100"))
        return (page["items"]?.elements ?? []).filter {
            $0["kind"]?.text?.hasPrefix(prefix) == true
        }
    }

    // MARK: Goods

    /// Adds an item as the committee; its id.
    func item(
        _ name: String = "大米", unit: String = "kilogram", scale: Int = 3, more: String = ""
    ) throws -> String {
        let made = try content(
            ask(
                .officer, "POST", "/items",
                """
                {"name_zh":"\(name)","name_en":"Rice","category":"food","unit":"\(unit)",
                "scale":\(scale),"is_perishable":true\(more)}
                """), 201)
        return try #require(made["id"]?.text)
    }

    /// Takes some of an item in as the volunteer; the lot's id.
    func lot(
        of item: String, _ quantity: String = "10", expires: String = "2026-06-30",
        at place: UUID = room
    ) throws -> String {
        let made = try content(
            ask(
                .neighbour, "POST", "/intakes",
                """
                {"place":"\(place)","source":"anonymous","lines":[
                {"item":"\(item)","quantity":"\(quantity)","expires_on":"\(expires)"}]}
                """), 201)
        return try #require(made["lots"]?.elements?.first?["id"]?.text)
    }

    /// Free, reserved and held back of a lot.
    func amounts(_ lot: String) throws -> [String?] {
        let shown = try content(ask(.neighbour, "GET", "/lots/\(lot)"))
        return ["free", "reserved", "quarantine"].map { shown[$0]?.text }
    }

    // MARK: The entry

    /// Runs the entry as the volunteer in a transaction of its own, undone unless it posted.
    func lots(
        as principal: Principal = .person(
            estate: APIFixture.a, person: volunteer, account: APIFixture.husband),
        _ work: @escaping @Sendable (Lots, UUID) async throws -> Lots.Answer
    ) async throws -> Lots.Answer {
        let ids = UUIDGenerator(clock: api.clock)
        return try await concurrently(1, on: api.server.shard) { _, shard in
            try await shard.lots(principal, ids, work)
        }.first ?? .unknown
    }

    // MARK: What must hold

    func astray() throws -> [UUID] {
        try estate.connect(person: Self.volunteer, account: APIFixture.husband).run(
            OneCell<UUID>(sql: "SELECT linli.lots_astray()"))
    }

    /// How many accounts are not the sum of their movements.
    func unsummed() throws -> Int64? {
        try estate.count(
            """
            SELECT count(*)
            FROM linli.ledger_account AS a
            WHERE a.balance <> (
                SELECT coalesce(sum(CASE WHEN m.to_id = a.id THEN m.quantity
                    ELSE -m.quantity END), 0)
                FROM linli.ledger_movement AS m
                WHERE m.estate_id = a.estate_id AND a.id IN (m.from_id, m.to_id))
            """)
    }

    private static var rows: String {
        let (a, id) = (APIFixture.a, APIFixture.id)
        return """
            INSERT INTO linli.place (estate_id, id, parent_id, kind, code, name_zh, name_en) VALUES
                ('\(a)', '\(room)', NULL, 'public', 'G1', '爱心物资间', 'Goods room'),
                ('\(a)', '\(otherRoom)', NULL, 'public', 'G2', '东物资间', 'East room'),
                ('\(a)', '\(plain)', NULL, 'public', 'G3', '花园', 'Garden');
            INSERT INTO linli.goods_place (estate_id, place_id, room_id, opened_at) VALUES
                ('\(a)', '\(room)', '\(room)', '2026-01-01Z'),
                ('\(a)', '\(otherRoom)', '\(otherRoom)', '2026-01-01Z');
            INSERT INTO linli.role_term
                (estate_id, id, person_id, role, place_id, begins, ends, because) VALUES
                ('\(a)', '\(id(0x8A))', '\(volunteer)', 'volunteer', '\(room)', '2026-01-01Z',
                    '2027-01-01Z', 'volunteered'),
                ('\(a)', '\(id(0x8B))', '\(member)', 'volunteer', NULL, '2026-01-01Z',
                    '2027-01-01Z', 'volunteered');
            """
    }
}

extension Shard {
    /// Runs the entry in a transaction of the shard's database, undone unless it posted.
    func lots(
        _ principal: Principal, _ ids: UUIDGenerator,
        _ work: @Sendable (Lots, UUID) async throws -> Lots.Answer
    ) async throws -> Lots.Answer {
        guard let database = local(Database.self) else {
            preconditionFailure("the fixture's shard has a database")
        }
        let event: UUID = ids.next()
        do {
            return try await database.write(principal) { tx in
                let answer = try await work(Lots(in: tx), event)
                guard answer == .posted else { throw Undone(answer: answer) }
                _ = try await tx.run(
                    AppendEvent(
                        EventDraft(id: event, kind: "goods.tested", audience: [.estate]) { _ in }))
                return answer
            }
        } catch let undone as Undone {
            return undone.answer
        }
    }

    private struct Undone: Error {
        var answer: Lots.Answer
    }
}
