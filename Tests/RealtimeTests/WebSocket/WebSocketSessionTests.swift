import Realtime
import Support
import Testing

@Suite("A WebSocket session")
struct WebSocketSessionTests {
    let session = WebSocketSession()

    func receive(_ frames: ClientFrame...) -> [WebSocketEvent] {
        session.receive(frames.flatMap(\.bytes))
    }

    func output() -> [UInt8] { session.takeOutput().flatMap { $0 } }

    @Test("reads the frames of RFC 6455 §5.7 and answers a ping with its payload")
    func examples() {
        let hello: [UInt8] = [
            0x81, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58,
        ]
        #expect(session.receive(hello) == [.text(Array("Hello".utf8))])
        let ping: [UInt8] = [0x89, 0x85, 0x37, 0xFA, 0x21, 0x3D, 0x7F, 0x9F, 0x4D, 0x51, 0x58]
        #expect(session.receive(ping) == [.ping(Array("Hello".utf8))])
        #expect(output() == [0x8A, 0x05] + Array("Hello".utf8))
    }

    @Test("puts fragments together, with control frames between them")
    func fragments() {
        let events = receive(
            .text("邻", isFinal: false), ClientFrame(opcode: 9, payload: [1]),
            .more(Array("里".utf8), isFinal: false), .more([], isFinal: false),
            ClientFrame(opcode: 10), .more(Array("!".utf8), isFinal: true),
            ClientFrame(opcode: 2, payload: [0, 0xFF]))
        #expect(
            events == [
                .ping([1]), .pong([]), .text(Array("邻里!".utf8)), .binary([0, 0xFF]),
            ])
        #expect(session.state == .open)
    }

    @Test("takes each length up to the limit, and one past it ends with 1009")
    func lengths() {
        for count in [0, 1, 125, 126, 127, 65_535, 65_536] {
            let payload = [UInt8](repeating: 7, count: count)
            #expect(receive(ClientFrame(opcode: 2, payload: payload)) == [.binary(payload)])
        }
        let long = [UInt8](repeating: 7, count: 65_537)
        // The announced length and one byte are enough.
        let head = Array(ClientFrame(opcode: 2, payload: long).bytes.prefix(15))
        #expect(session.receive(head) == [.failed(.messageTooBig)])
        #expect(session.state == .closed)
        #expect(output() == [0x88, 2, 0x03, 0xF1])
        #expect(receive(.text("late")).isEmpty)
    }

    @Test("counts all fragments of a message towards its limit")
    func fragmentedLimit() {
        let half = [UInt8](repeating: 7, count: 32 * 1024)
        let first = ClientFrame(opcode: 2, payload: half, isFinal: false)
        #expect(receive(first, .more(half, isFinal: false)).isEmpty)
        #expect(receive(.more([7], isFinal: true)) == [.failed(.messageTooBig)])
    }

    @Test(
        "ends with 1002 what breaks the framing",
        arguments: [
            ClientFrame(opcode: 1, payload: [65], isMasked: false),
            ClientFrame(opcode: 1, payload: [65], reserved: 4),
            ClientFrame(opcode: 1, payload: [65], reserved: 2),
            ClientFrame(opcode: 9, payload: [65], reserved: 1),
            ClientFrame(opcode: 3), ClientFrame(opcode: 7), ClientFrame(opcode: 11),
            ClientFrame(opcode: 15),
            ClientFrame(opcode: 0, payload: [65]),
            ClientFrame(opcode: 9, isFinal: false),
            ClientFrame(opcode: 8, isFinal: false),
            ClientFrame(opcode: 9, payload: [UInt8](repeating: 0, count: 126)),
            ClientFrame(opcode: 2, payload: [65], lengthBytes: 2),
            ClientFrame(opcode: 2, payload: [65], lengthBytes: 8),
        ])
    func framing(frame: ClientFrame) {
        #expect(session.receive(frame.bytes) == [.failed(.protocolError)])
        #expect(session.state == .closed)
        #expect(output() == [0x88, 2, 0x03, 0xEA])
    }

    @Test("ends with 1002 a new message inside another")
    func interleaved() {
        #expect(receive(.text("a", isFinal: false)).isEmpty)
        #expect(receive(.text("b")) == [.failed(.protocolError)])
    }

    @Test("ends with 1007 text that is not UTF-8, also when a fragment's end hides it")
    func badText() {
        let split = Array("里".utf8)
        #expect(
            receive(
                ClientFrame(opcode: 1, payload: [split[0]], isFinal: false),
                .more([split[1]], isFinal: false), .more([split[2]], isFinal: true))
                == [.text(split)])
        let bad: [[ClientFrame]] = [
            [ClientFrame(opcode: 1, payload: [0xC0, 0x80])],
            [ClientFrame(opcode: 1, payload: [0xED, 0xA0, 0x80])],
            [ClientFrame(opcode: 1, payload: [0xF4, 0x90, 0x80, 0x80])],
            [ClientFrame(opcode: 1, payload: [split[0]])],
            [
                ClientFrame(opcode: 1, payload: [split[0]], isFinal: false),
                .more([0x41], isFinal: true),
            ],
            [.close(1000, [0xFF])],
        ]
        for frames in bad {
            let session = WebSocketSession()
            #expect(session.receive(frames.flatMap(\.bytes)) == [.failed(.invalidPayload)])
            #expect(session.takeOutput() == [[0x88, 2, 0x03, 0xEF]])
        }
    }

    @Test("answers a close with its code", arguments: [1000, 1001, 1003, 1011, 3000, 4999])
    func close(code: UInt16) {
        let events = receive(.close(code, Array("再见".utf8)), .text("late"))
        #expect(events == [.close(code: WebSocketCloseCode(rawValue: code), reason: "再见")])
        #expect(output() == [0x88, 2, UInt8(code >> 8), UInt8(code & 0xFF)])
        #expect(session.state == .closed)
        #expect(session.send(text: [65]) == .closing)
    }

    @Test("answers a close without a code with one without")
    func closeWithoutCode() {
        #expect(receive(.close(nil)) == [.close(code: nil, reason: "")])
        #expect(output() == [0x88, 0])
    }

    @Test(
        "ends with 1002 codes that must not be sent",
        arguments: [0, 999, 1004, 1005, 1006, 1015, 1016, 2999, 5000, 65_535])
    func closeCodes(code: UInt16) {
        #expect(receive(.close(code)) == [.failed(.protocolError)])
        #expect(WebSocketCloseCode(rawValue: code) == nil)
    }

    @Test("ends with 1002 half a close code")
    func halfCode() {
        #expect(receive(ClientFrame(opcode: 8, payload: [3])) == [.failed(.protocolError)])
    }

    @Test("waits for the peer's close after its own, and still reads until then")
    func ownClose() {
        #expect(session.send(text: Array("last".utf8)) == .queued)
        session.close(.goingAway, reason: "停机")
        session.close()
        #expect(session.state == .closing)
        #expect(session.send(text: [65]) == .closing)
        #expect(receive(.text("crossing"), ClientFrame(opcode: 9)).count == 2)
        #expect(receive(.close(1001)) == [.close(code: .goingAway, reason: "")])
        #expect(session.state == .closed)
        let reason = Array("停机".utf8)
        #expect(output() == [0x81, 4] + Array("last".utf8) + [0x88, 8, 0x03, 0xE9] + reason)
    }

    @Test("refuses frames past the limit of its output, and may throw the queue away")
    func slowReader() {
        let session = WebSocketSession(limits: .init(outputBytesMax: 100))
        let frame = WebSocketFrame.encodeText([UInt8](repeating: 65, count: 48))
        #expect(session.send(frame: frame) == .queued)
        #expect(session.send(frame: frame) == .queued)
        #expect(session.send(frame: frame) == .full)
        for _ in 0..<100 { _ = session.receive(ClientFrame(opcode: 9, payload: [1]).bytes) }
        #expect(session.outputByteCount == 100)
        session.closeAtOnce(.resume)
        #expect(session.takeOutput() == [[0x88, 2, 0x0F, 0xA8]])
        #expect(session.outputByteCount == 0)
    }

    @Test("cuts a reason that is too long at the end of a character")
    func longReason() {
        let frame = WebSocketFrame.encodeClose(
            .normal, reason: "a" + String(repeating: "长", count: 50))
        #expect(frame.count == 2 + 2 + 1 + 120)
        #expect(String(validating: frame.dropFirst(4), as: UTF8.self) != nil)
    }

    @Test("makes each length of frame as RFC 6455 §5.2 says")
    func encodes() {
        #expect(WebSocketFrame.encodeText(Array("Hello".utf8)) == [0x81, 5] + Array("Hello".utf8))
        let heads: [(Int, [UInt8])] = [
            (125, [0x82, 125]), (126, [0x82, 126, 0, 126]), (65_535, [0x82, 126, 0xFF, 0xFF]),
            (65_536, [0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ]
        for (count, head) in heads {
            let frame = WebSocketFrame.encode(.binary, [UInt8](repeating: 1, count: count))
            #expect(Array(frame.prefix(head.count)) == head)
            #expect(frame.count == head.count + count)
        }
    }
}
