internal import Platform
internal import Support
import Testing

@testable internal import Social

@Suite("Activities through the wire") struct ActivityTests {
    typealias Estate = ActivityEstate

    @Test("a draft is its organisers' alone; once published its audience sees it, list and id alike")
    func audiences() async throws {
        try await Estate.with { estate async throws in
            for (audience, publisher, readers) in [
                (#"{"kind":"everyone"}"#, .officer, Set(Estate.Reader.allCases)),
                (#"{"kind":"estate"}"#, .member, [.leader, .member, .neighbour, .officer]),
                (
                    AnnouncementEstate.place(AnnouncementEstate.stair), .member,
                    [.leader, .member, .officer]
                ),
                (#"{"kind":"role","role":"stair_leader"}"#, .leader, [.leader]),
                (#"{"kind":"role","role":"stair_leader"}"#, .officer, [.leader, .officer]),
            ] as [(String, Estate.Reader, Set<Estate.Reader>)] {
                let path = try estate.draft(publisher, Estate.body(["audience": "[\(audience)]"]))
                for reader in Estate.Reader.allCases {
                    let status = try estate.ask(reader, "GET", path).status
                    #expect(status == (reader == publisher ? 200 : 404), "draft, \(reader)")
                }
                _ = try estate.json(publisher, "POST", path + "/publication")
                let one = try estate.occurrences(path, as: publisher).first
                let id = one?["id"]?.text ?? ""
                for reader in Estate.Reader.allCases {
                    let expected = readers.contains(reader)
                    let list = try estate.ask(reader, "GET", Estate.base + "/occurrences")
                    #expect(list.text.contains(id) == (list.status == 200 && expected), "\(reader)")
                    for target in [path, Estate.path(of: one), path + "/qr.svg"] {
                        let status = try estate.ask(reader, "GET", target).status
                        #expect(status == (expected ? 200 : 404), "\(target) \(reader)")
                    }
                }
            }
        }
    }
}
