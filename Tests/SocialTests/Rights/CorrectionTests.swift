internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Corrections of records, through the wire") struct CorrectionTests {
    typealias Estate = FamilyEstate

    private static let own = "/me/corrections"
    private static let wanted = #"{"field":"birth_date","wanted":"1985-05-06","because":"户口本"}"#

    private static func decision(_ outcome: String) -> String {
        #"{"outcome":"\#(outcome)","reason":"看过户口本"}"#
    }

    @Test("it is asked for sealed, decided by the committee with a reason, told, and puts it right")
    func corrected() async throws {
        try await Estate.with(RightsEstate.operations) { estate async throws in
            let asked = try estate.json(.mother, "POST", Self.own, Self.wanted, is: 201)
            let decide = "/corrections/\(asked["id"]?.text ?? "")/decision"
            #expect(
                try estate.refusal(.mother, "POST", Self.own, Self.wanted)
                    == "409 correction-there")
            for reader in [Estate.Reader.mother, .father, .worker, .neighbour] {
                #expect(try estate.refusal(reader, "GET", "/corrections") == "404 not-found")
                #expect(
                    try estate.refusal(reader, "POST", decide, Self.decision("corrected"))
                        == "404 not-found")
            }
            let seen = try estate.json(.officer, "GET", "/corrections")["corrections"]?.elements
            #expect(seen?.first?["was"]?.text == "1985-05-05")
            #expect(seen?.first?["wanted"]?.text == "1985-05-06")
            #expect(seen?.first?["because"]?.text == "户口本")
            #expect(
                try estate.count(
                    """
                    SELECT count(*) FROM linli.record_read
                    WHERE about_id = \(Estate.mother) AND kind = 'correction'
                    """) == 1)
            #expect(
                try estate.count(
                    """
                    SELECT count(*) FROM linli.task
                    WHERE kind = 'correction' AND finished_at IS NULL
                    """) == 1)
            #expect(
                try estate.ask(.officer, "POST", decide, Self.decision("corrected")).status == 204)
            #expect(try estate.opened(.birthDate, of: Estate.mother) == "1985-05-06")
            #expect(
                try estate.refusal(.officer, "POST", decide, Self.decision("refused"))
                    == "409 correction-decided")
            #expect(try estate.told(Estate.mother) == ["correction.decided"])
            let list = try estate.json(.mother, "GET", Self.own)
            #expect(list["corrections"]?.elements?.first?["reason"]?.text == "看过户口本")
            #expect(list["self_service"]?.elements?.count == RightsWords.selfService.count)
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.task WHERE finished_at IS NULL") == 0)
            #expect(estate.api.logged.lines == [])
        }
    }

    @Test("a refusal changes nothing; nobody judges its own home; a guardian asks for a child")
    func refused() async throws {
        let role = """
            INSERT INTO linli.role_term (estate_id, id, person_id, role, begins, ends, because)
            VALUES ('\(APIFixture.a)', '\(APIFixture.id(0x83))', '\(Estate.grandmother)',
                'residents_committee', '2026-01-01Z', '2030-01-01Z', 'elected');
            """
        try await Estate.with(RightsEstate.operations, prepare: role) { estate async throws in
            let bad = #"{"field":"birth_date","wanted":"1985-02-30"}"#
            #expect(try estate.refusal(.mother, "POST", Self.own, bad) == "400 invalid")
            let name = #"{"field":"display_name","wanted":"王晓芳"}"#
            let asked = try estate.json(.mother, "POST", Self.own, name, is: 201)
            let decide = "/corrections/\(asked["id"]?.text ?? "")/decision"
            #expect(
                try estate.refusal(.grandmother, "POST", decide, Self.decision("corrected"))
                    == "403 own-household")
            #expect(
                try estate.json(.grandmother, "GET", "/corrections")["corrections"]?.elements
                    == [])
            #expect(
                try estate.ask(.officer, "POST", decide, Self.decision("refused")).status == 204)
            #expect(
                try estate.texts(
                    "SELECT display_name FROM linli.person WHERE id = \(Estate.mother)")
                    == ["王小芳"])
            // For a child its guardian asks, and nobody else.
            let child = try estate.enter("小保")
            let body = #"{"field":"display_name","wanted":"小宝","person":"\#(child)"}"#
            #expect(try estate.refusal(.neighbour, "POST", Self.own, body) == "404 not-found")
            let second = try estate.json(.mother, "POST", Self.own, body, is: 201)
            #expect(
                try estate.ask(
                    .officer, "POST", "/corrections/\(second["id"]?.text ?? "")/decision",
                    Self.decision("corrected")
                ).status == 204)
            #expect(
                try estate.count(
                    "SELECT count(*) FROM linli.person WHERE display_name = '小宝'") == 1)
        }
    }
}
