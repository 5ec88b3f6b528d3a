import Realtime
import Support
import Testing

@Suite("A WebSocket stream cut anywhere")
struct WebSocketSplitTests {
    /// A stream of frames, some of them broken.
    func stream(_ random: inout SplitMix64) -> [UInt8] {
        var bytes: [UInt8] = []
        var isInMessage = false
        for _ in 0..<Int.random(in: 1...30, using: &random) {
            let count =
                [0, 1, 5, 125, 126, 300, 4090, 4096, 5000].randomElement(using: &random) ?? 0
            let payload = [UInt8](repeating: 0x61, count: count)
            switch Int.random(in: 0..<20, using: &random) {
            case 0..<8:
                let isFinal = Bool.random(using: &random)
                let opcode: UInt8 = isInMessage ? 0 : Bool.random(using: &random) ? 1 : 2
                bytes += ClientFrame(opcode: opcode, payload: payload, isFinal: isFinal).bytes
                isInMessage = !isFinal
            case 8..<16:
                let opcode: UInt8 = Bool.random(using: &random) ? 9 : 10
                bytes += ClientFrame(opcode: opcode, payload: Array(payload.prefix(125))).bytes
            case 16: bytes += ClientFrame.close(1000, Array("bye".utf8)).bytes
            case 17: bytes += [UInt8.random(in: 0...255, using: &random)]
            case 18: bytes += ClientFrame(opcode: 1, payload: [0xE9, 0x82]).bytes
            default: bytes += ClientFrame(opcode: 2, payload: [1], isMasked: false).bytes
            }
        }
        return bytes
    }

    @Test("means the same as the stream in one piece")
    func splits() {
        let seed = UInt64.random(in: 0...UInt64.max)
        print("WebSocket split seed: \(seed)")
        var random = SplitMix64(state: seed)
        for _ in 0..<300 {
            let bytes = stream(&random)
            let whole = WebSocketSession()
            let expected = whole.receive(bytes)
            let cut = WebSocketSession()
            var events: [WebSocketEvent] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let longest = [1, 3, 14, 200, 9000].randomElement(using: &random) ?? 1
                let count = Int.random(in: 1...longest, using: &random)
                events += cut.receive(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            #expect(events == expected, "seed \(seed)")
            #expect(cut.state == whole.state, "seed \(seed)")
            #expect(cut.takeOutput().flatMap { $0 } == whole.takeOutput().flatMap { $0 })
        }
    }
}

/// A small seeded generator (Steele, Lea, Flood 2014), so that a failure can be repeated.
struct SplitMix64: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
