internal import Glibc
internal import Platform
import Testing

@Suite("Crypto") struct CryptoTests {
    @Test("SHA-256 and HMAC give the published answers")
    func hashes() throws {
        // FIPS 180-4 example "abc"; RFC 4231 §4.3.
        #expect(
            Hex.encoded(SHA256.digest(of: Array("abc".utf8)))
                == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")
        #expect(
            Hex.encoded(SHA256.digest(of: []))
                == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        let code = HMACSHA256.code(
            of: Array("what do ya want for nothing?".utf8), keyBytes: Array("Jefe".utf8))
        #expect(
            Hex.encoded(code)
                == "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843")
    }

    @Test("HKDF gives RFC 5869's first answer")
    func derivation() throws {
        let secret = [UInt8](repeating: 0x0b, count: 22)
        let key = HKDF.extract(secret, salt: Array(0x00...0x0c))
        let output = HKDF.expand(key, info: Array(0xf0...0xf9), byteCount: 42)
        #expect(
            Hex.encoded(output)
                == "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865"
        )
    }

    @Test("equal bytes are equal, others are not, whatever their lengths")
    func equality() {
        #expect(isEqualInConstantTime([1, 2, 3], [1, 2, 3]))
        #expect(isEqualInConstantTime([], []))
        #expect(!isEqualInConstantTime([1, 2, 3], [1, 2, 4]))
        #expect(!isEqualInConstantTime([1, 2, 3], [1, 2]))
    }

    @Test("Ed25519 gives RFC 8032's second answer, and a changed byte is no signature")
    func signing() throws {
        let seed = try #require(
            Hex.decoded("4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb"))
        let key = try SigningKey(seed: SymmetricKey(seed))
        #expect(
            Hex.encoded(key.verifyingKey.rawBytes)
                == "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
        let signature = try key.signature(of: [0x72])
        #expect(
            Hex.encoded(signature)
                == "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00")
        #expect(key.verifyingKey.isSignature(signature, of: [0x72]))
        #expect(!key.verifyingKey.isSignature(signature, of: [0x73]))
        var bent = signature
        bent[5] ^= 1
        #expect(!key.verifyingKey.isSignature(bent, of: [0x72]))
        #expect(!key.verifyingKey.isSignature([], of: [0x72]))
        #expect(
            key.verifyingKey.pem.contains(
                "MCowBQYDK2VwAyEAPUAXw+hDiVqStwqnTRt+vJyYLM8uxJaMwM1V8Sr0Zgw="))
    }

    @Test("what is sealed opens at its place, and nowhere else")
    func sealing() throws {
        let sealer = Keyring.random().sealer(for: "test")
        let place = SealedPlace(table: "person_sealed", column: "birth_date", row: [1, 2])
        for count in [0, 1, 15, 16, 17, 1000] {
            let plain = SecureRandom.bytes(count)
            let sealed = try sealer.seal(plain, at: place)
            #expect(sealed.count == plain.count + Sealer.overheadBytes)
            #expect(try sealer.open(sealed, at: place) == plain)
            for moved in [
                SealedPlace(table: "person_sealed", column: "birth_date", row: [1, 3]),
                SealedPlace(table: "person_sealedb", column: "irth_date", row: [1, 2]),
            ] {
                #expect(throws: CryptoError.notAuthentic) { try sealer.open(sealed, at: moved) }
            }
        }
    }

    @Test("no bent byte opens, and nothing shorter does")
    func bentBytes() throws {
        let sealer = Keyring.random().sealer(for: "test")
        let place = SealedPlace(table: "t", column: "c", row: [7])
        let sealed = try sealer.seal(Array("张三".utf8), at: place)
        for index in sealed.indices {
            var bent = sealed
            bent[index] ^= 0x40
            #expect(throws: CryptoError.self) { try sealer.open(bent, at: place) }
            #expect(throws: CryptoError.self) {
                try sealer.open(Array(sealed[..<index]), at: place)
            }
        }
    }

    @Test("a rotated keyring opens the old and seals with the new")
    func rotation() throws {
        let lines = "pepper 1 \(key(1))\nsign 1 \(key(2))\nseal 1 \(key(3))\n"
        let place = SealedPlace(table: "t", column: "c", row: [7])
        let before = try Keyring(text: lines).sealer(for: "p")
        let after = try Keyring(text: lines + "seal 2 \(key(4))\n").sealer(for: "p")
        let old = try before.seal([1], at: place)
        #expect(try after.open(old, at: place) == [1])
        #expect(!after.isCurrent(old))
        let new = try after.seal([1], at: place)
        #expect(after.isCurrent(new))
        #expect(throws: CryptoError.unknownKey(2)) { try before.open(new, at: place) }
    }

    @Test("keys differ by purpose and never print")
    func purposes() throws {
        let keyring = Keyring.random()
        #expect(keyring.hashingKey(for: "phone") == keyring.hashingKey(for: "phone"))
        #expect(keyring.hashingKey(for: "phone") != keyring.hashingKey(for: "address"))
        let secret = try SymmetricKey([UInt8](repeating: 0xAB, count: 32))
        #expect(!"\(secret)\(String(reflecting: secret))\(dumped(secret))".contains("171"))
    }

    @Test("a key file is made once, with mode 0600, and one that others can read is refused")
    func keyFile() throws {
        let path = "/tmp/linli-keys-\(Hex.encoded(SecureRandom.bytes(8)))"
        defer { _ = unsafe unlink(path) }
        #expect(throws: KeyringError.fileMissing) {
            try Keyring.load(path: path, makesMissing: false)
        }
        let first = try Keyring.load(path: path, makesMissing: true)
        let second = try Keyring.load(path: path, makesMissing: true)
        #expect(first.hashingKey(for: "p") == second.hashingKey(for: "p"))
        _ = unsafe chmod(path, 0o640)
        #expect(throws: KeyringError.readableByOthers) {
            try Keyring.load(path: path, makesMissing: true)
        }
    }

    @Test(
        "a bad key file says which line",
        arguments: [
            ("pepper 1 zz", KeyringError.unreadableLine(1)),
            ("# x\nseal x \(key(1))", .unreadableLine(2)),
            ("seal 1 \(key(1))\nseal 1 \(key(2))", .unreadableLine(2)),
            ("seal 1 \(key(1))", .keyMissing),
        ])
    func badKeyFile(text: String, error: KeyringError) {
        #expect(throws: error) { try Keyring(text: text) }
    }

    @Test("base64url and hexadecimal come back as they went, and have one spelling")
    func encodings() {
        for count in 0..<50 {
            let bytes = SecureRandom.bytes(count)
            #expect(Base64.urlDecoded(Base64.urlEncoded(bytes)) == bytes)
            #expect(Hex.decoded(Hex.encoded(bytes)) == bytes)
        }
        #expect(Base64.encoded(Array("fooba".utf8)) == "Zm9vYmE=")
        for wrong in ["A", "AB=", "AB", "A+AA", "AAAAA", "é"] {
            #expect(Base64.urlDecoded(wrong) == nil)
        }
        #expect(Hex.decoded("0") == nil)
        #expect(Hex.decoded("0g") == nil)
    }
}

private func key(_ byte: UInt8) -> String {
    Hex.encoded([UInt8](repeating: byte, count: 32))
}

private func dumped(_ value: Any) -> String {
    var text = ""
    dump(value, to: &text)
    return text
}
