import Glibc
import Realtime
import Support
import Testing

@testable import Platform

@Suite("Keys of owners, and their rotation")
struct RotationTests {
    private static func key(_ digit: Int) -> String {
        String(repeating: "0\(digit)", count: SymmetricKey.byteCount)
    }

    private static let text = "pepper 1 \(key(1))\nsign 1 \(key(2))\nseal 1 \(key(3))\n"
    private static let (estate, other) = (EventScene.id(1), EventScene.id(2))
    private static let person = EventScene.id(3)

    @Test("what an estate seals, no other estate's key opens")
    func owners() throws {
        let keyring = try Keyring(text: Self.text)
        let (vault, neighbour) = (
            PersonVault(keyring, of: Self.estate), PersonVault(keyring, of: Self.other)
        )
        let sealed = try vault.seal("1931-01-28", .birthDate, of: Self.person)
        #expect(try vault.open(sealed, .birthDate, of: Self.person) == "1931-01-28")
        #expect(throws: CryptoError.notAuthentic) {
            try neighbour.open(sealed, .birthDate, of: Self.person)
        }
        #expect(throws: CryptoError.notAuthentic) {
            try vault.open(sealed, .contactPhone, of: Self.person)
        }
    }

    @Test("what was sealed before owners had keys still opens, and is to be sealed anew")
    func before() throws {
        let keyring = try Keyring(text: Self.text)
        let place = SealedPlace(
            table: "person_sealed", column: "birth_date", row: Self.person.bytes)
        let old = try keyring.sealer(for: "person_sealed").seal(Array("1931-01-28".utf8), at: place)
        let vault = PersonVault(keyring, of: Self.estate)
        #expect(try vault.open(old, .birthDate, of: Self.person) == "1931-01-28")
        #expect(Array(old[..<5]) != vault.head)
        let renewed = try vault.renewed(old, field: "birth_date", of: Self.person)
        #expect(Array(renewed[..<5]) == vault.head)
        #expect(keyring.standing(of: vault.head) == .current)
        #expect(keyring.standing(of: [2, 0, 0, 0, 9]) == .unknown)
    }

    @Test("a key is prepared, then used, and every step opens what each server may have sealed")
    func steps() throws {
        let first = try Keyring(text: Self.text)
        let (preparedText, prepared) = try Keyring.rotated(Self.text, .prepare)
        let (again, same) = try Keyring.rotated(preparedText, .prepare)
        #expect(again == preparedText && same == prepared && prepared == 2)
        let (usedText, used) = try Keyring.rotated(preparedText, .use)
        #expect(used == 2)
        let (second, third) = (try Keyring(text: preparedText), try Keyring(text: usedText))
        let vaults = [first, second, third].map { PersonVault($0, of: Self.estate) }
        let sealed = try vaults.map { try $0.seal("x", .attributes, of: Self.person) }
        // A prepared server opens what the first and the last seal; the first need not yet.
        for (sealer, opener) in [(0, 0), (1, 0), (0, 1), (1, 1), (2, 1), (0, 2), (1, 2), (2, 2)] {
            #expect(try vaults[opener].open(sealed[sealer], .attributes, of: Self.person) == "x")
        }
        #expect(vaults[0].head == vaults[1].head && vaults[1].head != vaults[2].head)
        let (direct, id) = try Keyring.rotated(usedText, .use)
        #expect(id == 3)
        #expect(try Keyring(text: direct).standing(of: vaults[2].head) == .old)
    }

    @Test("a key file is replaced whole, and one that is none stays as it was")
    func file() throws {
        let path = "/tmp/linli-rotation-\(Hex.encoded(SecureRandom.bytes(8)))"
        defer { _ = unsafe unlink(path) }
        let before = try Keyring.load(path: path, makesMissing: true)
        #expect(try Keyring.rotate(path: path, .use) == 2)
        let after = try Keyring.load(path: path, makesMissing: false)
        #expect(after.hashingKey(for: "p") == before.hashingKey(for: "p"))
        try PrivateFile.replace(path, with: Array("seal 1 ab\n".utf8))
        #expect(throws: KeyringError.unreadableLine(1)) { try Keyring.rotate(path: path, .use) }
        #expect(throws: KeyringError.fileMissing) {
            try Keyring.rotate(path: path + ".none", .prepare)
        }
    }
}
