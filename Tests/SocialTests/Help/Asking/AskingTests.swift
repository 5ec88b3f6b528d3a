internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Asking for help, through the wire") struct AskingTests {
    typealias Estate = AskingEstate

    @Test("an offer of help is its owner's alone, and is put as a whole")
    func profile() async throws {
        try await Estate.with { help async throws in
            let none = try help.estate.json(.neighbour, "GET", "/me/helping")
            #expect(none["is_active"]?.bool == false)
            try help.offer(.neighbour, ["pet"], #","monthly_max":3,"rest_days":1"#)
            let own = try help.estate.json(.neighbour, "GET", "/me/helping")
            #expect(own["kinds"]?.elements?.compactMap(\.text) == ["pet"])
            #expect(own["windows"]?.elements?.count == 7)
            #expect(own["monthly_max"]?.integer == 3)
            let others = try help.estate.json(.father, "GET", "/me/helping")
            #expect(others["kinds"]?.elements?.isEmpty == true)
            #expect(
                try help.estate.refusal(
                    .neighbour, "PUT", "/me/helping",
                    """
                    {"is_active":true,"kinds":[],"languages":[],"days_off":[],
                    "windows":[{"weekday":1,"begins_minute":600,"ends_minute":540}]}
                    """) == "422 helping-unfit")
        }
    }

    @Test("what is asked is seen by who asked and its household, and by the offices, never else")
    func readers() async throws {
        try await Estate.with { help async throws in
            let request = try help.ask(
                .mother, in: 48, #","words":"打我电话 13812345678，谢谢""#)
            let shown = try help.shown(.mother, request)
            #expect(shown["state"]?.text == "looking")
            #expect(shown["words"]?.text == "打我电话 ［号码已隐去］，谢谢")
            #expect(shown["helper_name"] == nil)
            for reader in [Estate.Reader.father, .neighbour] {
                #expect(
                    try help.estate.ask(reader, "GET", "/help-requests/\(request)").status == 404)
            }
            #expect(try help.state(.worker, request) == "looking")
            #expect(
                try help.count(
                    """
                    SELECT count(*) FROM linli.record_read
                    WHERE kind = 'help_request' AND about_id = \(FamilyEstate.mother)
                    """) == 1)
            #expect(
                try help.estate.ask(.father, "GET", "/help-requests?scope=estate").status == 404)
            let page = try help.estate.json(.worker, "GET", "/help-requests?scope=estate")
            #expect(page["requests"]?.elements?.count == 1)
            try help.tick()
            try help.estate.json(.mother, "DELETE", "/help-requests/\(request)", is: 204)
            #expect(try help.state(.mother, request) == "withdrawn")
            #expect(
                try help.estate.refusal(.mother, "DELETE", "/help-requests/\(request)")
                    == "409 help-over")
        }
    }

    @Test("what is out of bounds is refused with what to do")
    func bounds() async throws {
        try await Estate.with { help async throws in
            func refused(_ body: String) throws -> String {
                try help.estate.refusal(.mother, "POST", "/help-requests", body)
            }
            #expect(try refused(help.wanted(in: -1)) == "422 help-time-unfit")
            #expect(try refused(help.wanted(in: 24 * 61)) == "422 help-time-unfit")
            #expect(
                try refused(help.wanted(in: 48, #","urgency":"urgent""#)) == "422 help-not-urgent")
            #expect(
                try refused(help.wanted("repair", in: 48, #","is_listed":true"#))
                    == "422 help-not-listed")
            #expect(
                try refused(help.wanted("company", in: 48, #","is_listed":true,"is_elder":true"#))
                    == "422 help-not-listed")
            #expect(try refused(help.wanted("childcare")) == "422 help-child-needed")
            #expect(
                try refused(
                    help.wanted("company", in: 48, #","child":"\#(FamilyEstate.child)""#))
                    == "422 help-child-unfit")
            #expect(
                try refused(
                    help.wanted("company", in: 48, #","person":"\#(FamilyEstate.neighbour)""#))
                    == "404 not-found")
            #expect(
                try refused(
                    help.wanted("company", in: 48, #","place":"\#(APIFixture.id(0xA6))""#))
                    == "422 help-place-unfit")
            for number in 0..<20 { try help.ask(.mother, in: 48 + Int64(number)) }
            #expect(try refused(help.wanted()) == "409 help-too-many")
        }
    }

    @Test("a weekly asking is a request a week; the later weeks go with it if wanted")
    func weekly() async throws {
        try await Estate.with { help async throws in
            let made = try help.estate.json(
                .mother, "POST", "/help-requests",
                help.wanted("company", in: 48, #","until":"2026-03-25""#), is: 201)
            let ids = made["requests"]?.elements?.compactMap(\.text) ?? []
            #expect(ids.count == 4)
            try help.tick()
            try help.estate.json(.mother, "DELETE", "/help-requests/\(ids[3])", is: 204)
            try help.tick()
            try help.estate.json(
                .mother, "DELETE", "/help-requests/\(ids[1])?series=all", is: 204)
            #expect(
                try ids.map { try help.state(.mother, $0) }
                    == ["looking", "withdrawn", "withdrawn", "withdrawn"])
        }
    }

    @Test("a delegate asks for her within its scope; an office for who has no account")
    func onBehalf() async throws {
        try await Estate.with { help async throws in
            func delegate(_ scope: String) throws {
                try help.estate.run(
                    """
                    DELETE FROM linli.delegation;
                    INSERT INTO linli.delegation (estate_id, id, doer_id, beneficiary_id, scope,
                        begins, ends, because)
                    VALUES ('\(APIFixture.a)', gen_random_uuid(), '\(FamilyEstate.neighbour)',
                        '\(FamilyEstate.grandmother)', '{\(scope)}', '2026-01-01Z', '2027-01-01Z',
                        'x')
                    """)
            }
            let beneficiary = FamilyEstate.grandmother
            try delegate("activities")
            #expect(
                try help.estate.refusal(
                    .neighbour, "POST", "/help-requests", help.wanted(), for: beneficiary)
                    == "403 delegation-lacking")
            try delegate("help")
            let answer = try help.estate.ask(
                .neighbour, "POST", "/help-requests", help.wanted(), for: beneficiary)
            #expect(answer.status == 201, "\(answer.text)")
            let page = try help.estate.json(.grandmother, "GET", "/help-requests")
            #expect(page["requests"]?.elements?.first?["is_elder"]?.bool == true)
            let own = try help.estate.json(.neighbour, "GET", "/help-requests")
            #expect(own["requests"]?.elements?.isEmpty == true)
            try help.tick()
            let office = try help.estate.ask(
                .worker, "POST", "/help-requests",
                help.wanted("company", in: 50, #","person":"\#(beneficiary)""#))
            #expect(office.status == 201, "\(office.text)")
        }
    }

    @Test(
        "the board shows what may be listed, without whose it is; the asker takes an offer or not")
    func board() async throws {
        try await Estate.with { help async throws in
            let listed = #","is_listed":true"#
            let request = try help.ask(.mother, in: 48, listed)
            let hers = try help.estate.json(.mother, "GET", "/help-board")
            #expect(hers["requests"]?.elements?.isEmpty == true)
            let board = try help.estate.ask(.neighbour, "GET", "/help-board")
            #expect(board.text.contains(request))
            #expect(!board.text.contains("王小芳") && !board.text.contains("101室"))
            let begins = try help.shown(.mother, request)["begins"]?.text ?? ""
            let body = #"{"begins":"\#(begins)"}"#
            for reader in [Estate.Reader.neighbour, .father] {
                try help.tick()
                try help.estate.json(
                    reader, "POST", "/help-requests/\(request)/offers", body, is: 201)
            }
            #expect(
                try help.estate.refusal(
                    .neighbour, "POST", "/help-requests/\(request)/offers", body)
                    == "409 help-offered-before")
            let offers = try help.shown(.mother, request)["offers"]?.elements ?? []
            #expect(offers.count == 2)
            let ids = offers.compactMap { $0["id"]?.text }
            let path = "/help-requests/\(request)/offers/"
            try help.tick()
            try help.estate.json(
                .mother, "POST", path + ids[0] + "/answer", #"{"answer":"no"}"#, is: 204)
            let first = try help.estate.json(.neighbour, "GET", "/help-proposals/\(ids[0])")
            #expect(first["state"]?.text == "lapsed", "a no looks like silence")
            try help.tick()
            try help.estate.json(
                .mother, "POST", path + ids[1] + "/answer", #"{"answer":"yes"}"#, is: 204)
            #expect(try help.state(.mother, request) == "agreed")
            let second = try help.estate.json(.father, "GET", "/help-proposals/\(ids[1])")
            #expect(second["state"]?.text == "accepted")
            #expect(second["address_zh"]?.text?.contains("101室") == true)
        }
    }

    @Test("what an errand never takes is not asked for; who forgot a phone's code may say so")
    func secrets() async throws {
        try await Estate.with { help async throws in
            for words in ["我的银行卡在抽屉，密码是 1234", "my pension book is on the table"] {
                #expect(
                    try help.estate.refusal(
                        .mother, "POST", "/help-requests",
                        help.wanted("shopping", in: 48, #","words":"\#(words)""#))
                        == "422 help-names-secret")
            }
            #expect(
                try help.estate.texts("SELECT id::text FROM linli.help_request").isEmpty)
            try help.ask(.mother, "phone_help", in: 48, #","words":"忘了手机密码""#)
        }
    }
}
