internal import Support
import Testing

@testable internal import Platform

@Suite("CBOR as authenticators send it") struct CBORTests {
    @Test(
        "values are read as RFC 8949 shows them (appendix A)",
        arguments: [
            ("00", CBOR.unsigned(0)), ("17", .unsigned(23)), ("1818", .unsigned(24)),
            ("1903e8", .unsigned(1000)), ("1a000f4240", .unsigned(1_000_000)),
            ("1b000000e8d4a51000", .unsigned(1_000_000_000_000)), ("20", .negative(0)),
            ("3863", .negative(99)), ("40", .bytes([])), ("4401020304", .bytes([1, 2, 3, 4])),
            ("60", .text("")), ("62c3bc", .text("ü")), ("80", .array([])),
            ("83010203", .array([.unsigned(1), .unsigned(2), .unsigned(3)])), ("a0", .map([:])),
            ("a201020304", .map([.unsigned(1): .unsigned(2), .unsigned(3): .unsigned(4)])),
            ("f4", .bool(false)), ("f5", .bool(true)), ("f6", .null),
        ])
    func values(hex: String, value: CBOR) throws {
        #expect(CBOR(try #require(Hex.decoded(hex))) == value)
    }

    @Test(
        "what is longer than it need be, endless, tagged, repeated, deep or cut short is refused",
        arguments: [
            "", "1817", "190017", "1a0000ffff", "1b00000000ffffffff", "1c", "1f", "5f4101ff",
            "9f01ff", "bf0102ff", "c074", "f90000", "fb3ff199999999999a", "f7", "f818", "ff",
            "a201020103", "a1410102", "a18001", "62c328", "4401", "8201", "a101", "0000",
            "9bffffffffffffffff", "bbffffffffffffffff", "5bffffffffffffffff", "818181818100",
        ])
    func refused(hex: String) throws {
        #expect(CBOR(try #require(Hex.decoded(hex))) == nil)
    }

    @Test("four brackets deep is read, and five are not")
    func depth() {
        #expect(CBOR([0x81, 0x81, 0x81, 0x81, 0x00]) != nil)
        #expect(CBOR([0x81, 0x81, 0x81, 0x81, 0x81, 0x00]) == nil)
    }

    @Test("members are found by name and by number, and numbers read as they are")
    func members() throws {
        let map = try #require(CBOR([0xA2, 0x20, 0x39, 0x01, 0x00, 0x61, 0x61, 0x05]))
        #expect(map[-1]?.integer == -257)
        #expect(map["a"]?.integer == 5)
        #expect(map["b"] == nil && map[1] == nil)
        #expect(CBOR([0x3B] + [UInt8](repeating: 0xFF, count: 8))?.integer == nil)
    }
}
