internal import Platform
internal import Realtime
internal import Support
import Testing

@testable internal import Social

@Suite("Visits of help, through the wire") struct HelpVisitTests {
    typealias Estate = HelpVisitEstate

    @Test("planned, come, left, confirmed by both; strangers see nothing, the address ends with it")
    func whole() async throws {
        try await Estate.with { help async throws in
            let visit = try help.planned()
            let path = "/visits/\(visit)"
            for reader in [Estate.Reader.neighbour, .leader] {
                let shown = try help.content(reader, "/me/visits")["visits"]?.elements ?? []
                #expect(shown.map { $0["id"]?.text } == [visit.description])
                #expect(try help.notices(reader) == ["helpVisit.planned"])
            }
            #expect(try help.said(.stranger, "GET", path) == "404 not-found")
            #expect(try help.said(.stranger, "POST", path + "/check-in") == "404 not-found")
            let before = try help.content(.neighbour, path)["visit"]
            #expect(before?["address_zh"]?.text?.contains("101室") == true)

            #expect(try help.said(.neighbour, "POST", path + "/check-in") == "409 visit-early")
            try help.at(minutes: -30)
            #expect(try help.said(.leader, "POST", path + "/check-in") == "404 not-found")
            #expect(try help.said(.neighbour, "POST", path + "/check-in") == "204")
            #expect(
                try help.said(.neighbour, "POST", path + "/check-in") == "409 visit-state-other")
            #expect(
                try help.said(.leader, "POST", path + "/confirmation", "{}")
                    == "409 visit-state-other")
            try help.at(minutes: 60)
            #expect(try help.said(.neighbour, "POST", path + "/check-out") == "204")
            #expect(
                try help.said(.neighbour, "POST", path + "/check-out") == "409 visit-state-other")
            // Whoever is of the household confirms for who is helped.
            #expect(try help.said(.member, "POST", path + "/confirmation", "{}") == "204")
            #expect(try help.said(.neighbour, "POST", path + "/confirmation", "{}") == "204")
            #expect(
                try help.said(.leader, "POST", path + "/confirmation", "{}")
                    == "409 visit-state-other")
            let after = try help.content(.neighbour, path)["visit"]
            #expect(after?["state"]?.text == "done")
            #expect(after?["address_zh"] == nil)
            #expect(after?["person_confirmed_at"] != nil)
            #expect(try help.events("helpVisit.confirmed") == 2)
            #expect(try help.notices(.leader).contains("helpVisit.checkedOut"))
        }
    }

    @Test("a check-in is taken back within ten minutes, not after")
    func undone() async throws {
        try await Estate.with { help async throws in
            let visit = try help.planned()
            let path = "/visits/\(visit)/check-in"
            try help.at(minutes: 0)
            #expect(try help.said(.neighbour, "POST", path) == "204")
            try help.at(minutes: 10)
            #expect(try help.said(.neighbour, "DELETE", path) == "204")
            #expect(try help.state(visit) == "planned")
            #expect(try help.said(.neighbour, "POST", path) == "204")
            try help.at(minutes: 21)
            #expect(try help.said(.neighbour, "DELETE", path) == "409 visit-late")
        }
    }

    @Test("either side cancels before it begins, with a code; then the time is free again")
    func cancelled() async throws {
        try await Estate.with { help async throws in
            let visit = try help.planned()
            let path = "/visits/\(visit)/cancellation"
            #expect(try help.plan(of: 2).verdict == "busy")
            #expect(
                try help.said(.stranger, "POST", path, #"{"because":"ill"}"#) == "404 not-found")
            #expect(try help.said(.leader, "POST", path, #"{"because":"ill"}"#) == "204")
            #expect(
                try help.said(.neighbour, "POST", path, #"{"because":"ill"}"#)
                    == "409 visit-state-other")
            #expect(try help.notices(.neighbour).contains("helpVisit.cancelled"))
            let other = try help.planned(of: 2)
            try help.at(minutes: 0)
            #expect(
                try help.said(
                    .leader, "POST", "/visits/\(other)/cancellation", #"{"because":"ill"}"#)
                    == "409 visit-late")
        }
    }

    @Test("nobody comes: both are told once, an hour later a person is, and it was missed")
    func missed() async throws {
        try await Estate.with { help async throws in
            let visit = try help.planned()
            try help.at(minutes: 14)
            #expect(try help.sweep() == 0)
            try help.at(minutes: 15)
            #expect(try help.sweep() == 1)
            #expect(try help.sweep() == 0)
            #expect(try help.notices(.leader).filter { $0 == "helpVisit.late" }.count == 1)
            #expect(try help.notices(.neighbour).filter { $0 == "helpVisit.late" }.count == 1)
            #expect(try help.tasks("help-missed") == 0)
            try help.at(minutes: 75)
            #expect(try help.sweep() == 1)
            #expect(try help.sweep() == 0)
            #expect(try help.state(visit) == "missed")
            #expect(try help.tasks("help-missed") == 1)
        }
    }

    @Test("nobody leaves: both are told once, then a person is, once; the visit stays open")
    func notLeft() async throws {
        try await Estate.with { help async throws in
            let visit = try help.planned()
            try help.at(minutes: 0)
            #expect(try help.said(.neighbour, "POST", "/visits/\(visit)/check-in") == "204")
            try help.at(minutes: 90)
            #expect(try help.sweep() == 1)
            #expect(try help.sweep() == 0)
            try help.at(minutes: 150)
            #expect(try help.sweep() == 1)
            #expect(try help.sweep() == 0)
            #expect(try help.tasks("help-missed") == 1)
            #expect(try help.state(visit) == "under_way")
            #expect(try help.said(.officer, "POST", "/visits/\(visit)/check-out") == "204")
        }
    }

    @Test("a note is read by the next helper of the same source, not by who is helped")
    func note() async throws {
        try await Estate.with { help async throws in
            let visit = try help.done()
            let path = "/visits/\(visit)/note"
            #expect(try help.said(.leader, "PUT", path, #"{"note":"x"}"#) == "404 not-found")
            #expect(
                try help.said(.neighbour, "PUT", path, #"{"note":"他的银行卡密码是1"}"#)
                    == "422 help-names-secret")
            #expect(try help.said(.neighbour, "PUT", path, #"{"note":"喜欢喝茶"}"#) == "204")
            #expect(try help.ask(.leader, "GET", "/visits/\(visit)").text.contains("喝茶") == false)
            let next = try help.planned(after: 1440, of: 2)
            _ = try help.estate.api.database.superuser().run(
                OneCell<Int32>(
                    sql: """
                        WITH u AS (UPDATE linli.help_visit SET source_id = \(visit)
                            WHERE id = \(next) RETURNING 1) SELECT count(*)::integer FROM u
                        """))
            let shown = try help.content(.neighbour, "/visits/\(next)")
            #expect(shown["handover"]?.text == "喜欢喝茶")
            #expect(try help.ask(.leader, "GET", "/visits/\(next)").text.contains("喝茶") == false)
        }
    }

    @Test(
        "an errand: a sum under the cap before, a receipt after, then both; a difference is looked at"
    )
    func errand() async throws {
        try await Estate.with { help async throws in
            let visit = try help.planned("shopping")
            let path = "/visits/\(visit)"
            #expect(
                try help.said(.leader, "PUT", path + "/cash", #"{"fen":20001}"#)
                    == "422 visit-cash-over")
            #expect(try help.said(.leader, "PUT", path + "/cash", #"{"fen":5000}"#) == "204")
            try help.at(minutes: 0)
            #expect(try help.said(.neighbour, "POST", path + "/check-in") == "204")
            try help.at(minutes: 50)
            #expect(try help.said(.neighbour, "POST", path + "/check-out") == "204")
            #expect(
                try help.said(.neighbour, "POST", path + "/confirmation", "{}")
                    == "409 visit-receipt-first")
            let receipt = #"{"paid_fen":4820,"receipt":"青菜、鸡蛋"}"#
            #expect(try help.said(.neighbour, "PUT", path + "/receipt", receipt) == "204")
            #expect(
                try help.content(.leader, path)["receipt"]?.text == "青菜、鸡蛋")
            #expect(
                try help.said(.leader, "POST", path + "/confirmation", #"{"paid_fen":5000}"#)
                    == "409 visit-sums-differ")
            #expect(try help.tasks("help-cash") == 1)
            #expect(
                try help.said(.leader, "POST", path + "/confirmation", #"{"paid_fen":4820}"#)
                    == "204")
            #expect(try help.said(.neighbour, "POST", path + "/confirmation", "{}") == "204")
            let other = try help.planned(after: 1440, of: 2)
            #expect(
                try help.said(.leader, "PUT", "/visits/\(other)/cash", #"{"fen":1}"#)
                    == "409 visit-no-cash")
        }
    }

    @Test("the committee sets the caps; nobody else does")
    func limits() async throws {
        try await Estate.with { help async throws in
            let wanted = #"{"cash_fen":3000,"pair_minutes":300}"#
            #expect(try help.said(.leader, "PUT", "/help/limits", wanted) == "404 not-found")
            #expect(try help.said(.officer, "PUT", "/help/limits", wanted) == "204")
            #expect(try help.content(.leader, "/help/limits")["cash_fen"]?.integer == 3000)
        }
    }
}
