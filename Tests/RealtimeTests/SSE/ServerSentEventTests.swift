import Realtime
import Testing

@Suite("A server-sent event")
struct ServerSentEventTests {
    func text(_ event: ServerSentEvent) -> String {
        String(decoding: event.encode(), as: UTF8.self)
    }

    @Test("is written with id, name and one line for each line of its payload")
    func encodes() {
        let event = ServerSentEvent(id: "7f.3", name: "announcement", payload: "停水\n两小时\r\n\r完")
        #expect(
            text(event) == """
                id: 7f.3
                event: announcement
                data: 停水
                data: 两小时
                data: \("")
                data: 完


                """)
        #expect(text(ServerSentEvent(payload: "")) == "data: \n\n")
        #expect(text(ServerSentEvent(payload: "a\n")) == "data: a\ndata: \n\n")
    }

    @Test("cannot be forged from inside its payload")
    func injection() {
        let event = ServerSentEvent(payload: "a\n\nid: 9\rdata: b")
        #expect(text(event) == "data: a\ndata: \ndata: id: 9\ndata: data: b\n\n")
    }

    @Test("has a heartbeat that is a comment, and a wait in milliseconds")
    func others() {
        #expect(ServerSentEvent.heartbeat == Array(":\n\n".utf8))
        #expect(ServerSentEvent.retry(after: .seconds(3)) == Array("retry: 3000\n\n".utf8))
    }

    @Test("is resumed only from an id that is short, single and visible")
    func lastEventID() {
        #expect(LastEventID(values: []) == .none)
        #expect(LastEventID(values: [""]) == .none)
        #expect(LastEventID(values: ["abc.12"]) == .resume("abc.12"))
        let longest = String(repeating: "a", count: LastEventID.bytesMax)
        #expect(LastEventID(values: [longest]) == .resume(longest))
        for bad in [[longest + "a"], ["a", "a"], ["", "a"], ["a b"], ["里"], ["a\u{0}"]] {
            #expect(LastEventID(values: bad) == .invalid)
        }
    }
}
