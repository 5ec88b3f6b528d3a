import Platform
import Realtime
import Support
import Testing

@Suite("The chain of events")
struct ChainTests {
    /// Ten events of mixed audiences, numbered.
    private func log(_ database: Database) async throws -> [Event] {
        let audiences: [[EventAudience]] = [[.estate], [.everyone], [.place(EventScene.building)]]
        try await EventScene.append((0..<10).map { audiences[$0 % 3] }, to: database)
        _ = try await EventScene.number(database)
        return try await EventScene.log(from: database)
    }

    private func verdict(_ events: [Event]) -> ChainVerifier.Break? {
        var verifier = ChainVerifier()
        do throws(ChainVerifier.Break) {
            for event in events { try verifier.verify(event) }
            return nil
        } catch {
            return error
        }
    }

    @Test("verifies whole; an altered, missing, swapped or foreign row is named, the first of them")
    func altered() async throws {
        try await EventScene.with { database, _, _ in
            let log = try await log(database)
            #expect(log.count == 10)
            #expect(verdict(log) == nil)

            func flaw(_ change: (inout [Event]) -> Void) -> ChainVerifier.Break? {
                var changed = log
                change(&changed)
                return verdict(changed)
            }
            func broken(_ index: Int, _ flaw: ChainVerifier.Flaw) -> ChainVerifier.Break {
                .init(sequence: log[index].sequence, id: log[index].id, flaw: flaw)
            }
            #expect(flaw { $0[3].payload = "{}" } == broken(3, .payloadAltered))
            #expect(flaw { $0[3].salt = nil } == broken(3, .payloadAltered))
            #expect(flaw { $0[4].kind = "test.other" } == broken(4, .hashMismatch))
            #expect(flaw { $0[4].audience = ["officer"] } == broken(4, .hashMismatch))
            #expect(flaw { $0[5].about = [] } == broken(5, .hashMismatch))
            #expect(flaw { $0[6].at = .epoch } == broken(6, .hashMismatch))
            #expect(flaw { $0[6].actor = EventScene.tenant } == broken(6, .hashMismatch))
            #expect(flaw { $0[7].hash = Chain.start } == broken(7, .hashMismatch))
            #expect(flaw { $0.remove(at: 2) } == broken(3, .outOfOrder(expected: 3)))
            #expect(flaw { $0.swapAt(1, 2) } == broken(2, .outOfOrder(expected: 2)))
            #expect(flaw { $0[2].estate = EventScene.otherEstate } == broken(2, .otherEstate))
        }
    }

    @Test("still verifies when a payload was erased, which only the job erasure may do")
    func erased() async throws {
        try await EventScene.with { database, _, _ in
            let log = try await log(database)
            let erase = Erase(id: log[4].id)
            await #expect(throws: PostgresError.self) {
                try await database.write(EventScene.principal(EventScene.officer)) { tx in
                    try await tx.run(erase)
                }
            }
            let isErased = try await database.write(.job("erasure", estate: EventScene.estate)) {
                tx in try await tx.run(erase)
            }
            #expect(isErased == [true])
            let after = try await EventScene.log(from: database)
            #expect(after[4].payload == nil && after[4].salt == nil)
            #expect(verdict(after) == nil)
        }
    }

    private struct Erase: Statement {
        var id: UUID
        var sql: SQL { "SELECT linli.erase_event_payload(\(id))" }
        func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
    }

    @Test("an export of it reads back the same, verifies alone, and a changed line is named")
    func exported() async throws {
        try await EventScene.with { database, _, _ in
            let log = try await log(database)
            var lines = log.map(EventExport.line)
            #expect(lines.map { EventExport.event($0) } == log)
            var verifier = EventExport.Verifier()
            for line in lines { try verifier.verify(line) }
            #expect(verifier.chain.sequence == 10)

            lines[6] = lines[5]
            var second = EventExport.Verifier()
            let fault = #expect(throws: EventExport.Fault.self) {
                for line in lines { try second.verify(line) }
            }
            #expect(
                fault
                    == .broken(
                        line: 7,
                        .init(sequence: 6, id: log[5].id, flaw: .outOfOrder(expected: 7))))
            var third = EventExport.Verifier()
            #expect(throws: EventExport.Fault.unreadableLine(1)) {
                try third.verify(Array("{}".utf8))
            }
        }
    }

    @Test("against signed heads, an end that was cut off and a log written anew show")
    func heads() async throws {
        try await EventScene.with { database, _, _ in
            let log = try await log(database)
            let key = Keyring.random().signingKey
            func line(_ event: Event, hash: [UInt8]? = nil, by signer: SigningKey = key) throws
                -> [UInt8]
            {
                let head = SignedHead.Head(
                    estate: event.estate, sequence: event.sequence, hash: hash ?? event.hash,
                    at: event.at)
                return SignedHead(head: head, signature: try signer.signature(of: head.signedBytes))
                    .line
            }
            func verdict(_ events: [Event], _ lines: [[UInt8]]) throws -> HeadCheck.Fault? {
                do throws(HeadCheck.Fault) {
                    let check = try HeadCheck(lines, key: key.verifyingKey)
                    var chain = ChainVerifier()
                    for event in events {
                        do { try chain.verify(event) } catch { Issue.record("\(error)") }
                        try check.check(chain)
                    }
                    try check.finish(chain)
                    return nil
                } catch {
                    return error
                }
            }
            let lines = try [line(log[3]), line(log[7])]
            #expect(lines.map { SignedHead(line: $0)?.line } == lines)
            #expect(try verdict(log, lines) == nil)
            #expect(try verdict(Array(log.prefix(8)), lines) == nil)
            #expect(
                try verdict(Array(log.prefix(7)), lines) == .cutOff(line: 2, sequence: 8))
            #expect(try verdict([], lines) == .cutOff(line: 2, sequence: 8))
            #expect(
                try verdict(log, [line(log[3], hash: Chain.start)])
                    == .rewritten(line: 1, sequence: 4))
            let forged = try line(log[7], by: Keyring.random().signingKey)
            #expect(try verdict(log, [lines[0], forged]) == .notSigned(line: 2))
            var altered = lines[1]
            altered.replace("\"seq\":8".utf8, with: "\"seq\":9".utf8)
            #expect(try verdict(log, [altered]) == .notSigned(line: 1))
            #expect(try verdict(log, [Array("{}".utf8)]) == .unreadable(line: 1))
            #expect(VerifyingKey(pem: key.verifyingKey.pem) == key.verifyingKey)
            #expect(VerifyingKey(pem: key.verifyingKey.pem.replacing("MCow", with: "MCox")) == nil)
        }
    }

    @Test(
        "the serving role adds to the log, and can neither change it nor take from it",
        arguments: [
            "UPDATE linli.event SET payload = '{}'",
            "UPDATE linli.event SET seq = NULL, hash = NULL",
            "DELETE FROM linli.event", "TRUNCATE linli.event",
            "UPDATE linli.event_head SET seq = 0", "DELETE FROM linli.event_head",
            "INSERT INTO linli.event_head SELECT * FROM linli.event_head",
        ])
    func appendOnly(_ text: String) async throws {
        try await EventScene.with { database, clone, _ in
            let log = try await log(database)
            // As every kind of principal, through the very role that serves.
            let serving = try BlockingConnection(clone.connection(as: "linli"))
            for principal in ["person", "job", "account", "device", ""] {
                let settings = """
                    BEGIN;
                    SELECT set_config('linli.principal', '\(principal)', true),
                        set_config('linli.estate', '\(EventScene.estate)', true),
                        set_config('linli.person', '\(EventScene.officer)', true),
                        set_config('linli.job', 'erasure', true);
                    """
                let error = #expect(throws: PostgresError.self) {
                    try serving.run(settings + text)
                }
                #expect(error?.state == "42501", "\(principal) \(text)")
                try serving.run("ROLLBACK")
            }
            #expect(try await EventScene.log(from: database) == log)
        }
    }

    @Test("a signed head holds for its key and for nothing that was changed")
    func signedHead() throws {
        let key = Keyring.random().signingKey
        let head = SignedHead.Head(
            estate: EventScene.estate, sequence: 7, hash: Chain.start, at: .epoch)
        var signed = SignedHead(head: head, signature: try key.signature(of: head.signedBytes))
        #expect(signed.isSigned(by: key.verifyingKey))
        #expect(!signed.isSigned(by: Keyring.random().signingKey.verifyingKey))
        signed.head.sequence = 8
        #expect(!signed.isSigned(by: key.verifyingKey))
    }
}
