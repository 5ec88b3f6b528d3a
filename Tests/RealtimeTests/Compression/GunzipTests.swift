import Realtime
import Testing

@Suite("Gunzip")
struct GunzipTests {
    @Test(
        "it opens what was squeezed, also a file of several members",
        arguments: [0, 1, 65_536, 3_000_000])
    func opens(count: Int) throws {
        let bytes = (0..<count).map { UInt8(truncatingIfNeeded: $0 * $0 >> 3) }
        let squeezed = try #require(Gzip.compress(bytes))
        #expect(Gunzip.isGzip(squeezed))
        #expect(try Gunzip.open(squeezed, bytesMax: count) == bytes)
        #expect(try Gunzip.open(squeezed + squeezed, bytesMax: 2 * count) == bytes + bytes)
    }

    @Test("a file that is cut, changed or followed by something else is refused")
    func refuses() throws {
        let squeezed = try #require(Gzip.compress(Array("邻里相助".utf8)))
        for count in squeezed.indices {
            #expect(throws: Gunzip.Failure.broken) {
                try Gunzip.open(Array(squeezed[..<count]), bytesMax: 1000)
            }
        }
        var changed = squeezed
        changed[changed.count - 6] ^= 1
        #expect(throws: Gunzip.Failure.broken) { try Gunzip.open(changed, bytesMax: 1000) }
        #expect(throws: Gunzip.Failure.broken) { try Gunzip.open(squeezed + [7], bytesMax: 1000) }
    }

    @Test("a small file that holds very much is refused before it is held")
    func bomb() throws {
        let squeezed = try #require(Gzip.compress(Array(repeating: 0, count: 8_000_000)))
        #expect(squeezed.count < 40_000)
        #expect(throws: Gunzip.Failure.tooLong) { try Gunzip.open(squeezed, bytesMax: 1_000_000) }
    }
}
