internal import Support
import Testing

@testable internal import Platform

@Suite("Answers of authenticators") struct WebAuthnTests {
    @Test("a key that is cut short, of another kind or on no curve is none")
    func keys() {
        let good = SoftAuthenticator().coseKey
        #expect(COSEKey(good) != nil)
        #expect(COSEKey(Array(good.dropLast())) == nil)
        var otherCurve = good
        otherCurve[6] = 0x04
        #expect(COSEKey(otherCurve) == nil)
        let zeros = [UInt8](repeating: 0, count: 32)
        func p256(_ x: [UInt8], _ y: [UInt8]) -> COSEKey? {
            COSEKey(
                [0xA5, 0x01, 0x02, 0x03, 0x26, 0x20, 0x01, 0x21, 0x58, 0x20] + x
                    + [0x22, 0x58, 0x20] + y)
        }
        #expect(p256(zeros, zeros) == nil, "not on the curve")
        #expect(p256(Self.generatorX, Self.generatorY) != nil, "SEC 2 §2.4.2: the generator is")
        func rsa(_ modulus: [UInt8], _ exponent: [UInt8]) -> COSEKey? {
            COSEKey(
                [0xA4, 0x01, 0x03, 0x03, 0x39, 0x01, 0x00, 0x20, 0x59]
                    + [UInt8(modulus.count >> 8), UInt8(modulus.count & 0xFF)] + modulus
                    + [0x21, 0x40 | UInt8(exponent.count)] + exponent)
        }
        let modulus = [UInt8](repeating: 0xFF, count: 256)
        #expect(rsa(modulus, [1, 0, 1]) != nil)
        #expect(rsa(Array(modulus.dropLast()), [1, 0, 1]) == nil, "2040 bits")
        #expect(rsa([UInt8](repeating: 0xFF, count: 513), [1, 0, 1]) == nil)
        for exponent in [[1], [0, 3], [2], []] as [[UInt8]] {
            #expect(rsa(modulus, exponent) == nil, "\(exponent)")
        }
    }

    private static let generatorX =
        Hex.decoded("6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296") ?? []
    private static let generatorY =
        Hex.decoded("4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5") ?? []

    @Test("authenticator data is read whole, or not at all")
    func data() throws {
        let head = [UInt8](repeating: 7, count: 32)
        let plain = try #require(AuthenticatorData(head + [0x05, 0, 0, 1, 2]))
        #expect(plain.isUserPresent && plain.isUserVerified && plain.signCount == 258)
        #expect(AuthenticatorData(head + [0x05, 0, 0, 1]) == nil)
        #expect(AuthenticatorData(head + [0x05, 0, 0, 1, 2, 0]) == nil, "something follows")
        #expect(AuthenticatorData(head + [0x85, 0, 0, 1, 2, 0xA0]) != nil, "extensions")
        #expect(AuthenticatorData(head + [0x85, 0, 0, 1, 2, 0x80]) == nil, "that are no map")
        let key = SoftAuthenticator().coseKey
        let made = head + [0x45, 0, 0, 0, 0] + [UInt8](repeating: 0, count: 16)
        #expect(AuthenticatorData(made + [0, 2, 8, 9] + key)?.credential?.id == [8, 9])
        #expect(AuthenticatorData(made + [0, 2, 8, 9] + key)?.credential?.publicKey == key)
        #expect(AuthenticatorData(made + [0, 0] + key) == nil, "no id")
        #expect(AuthenticatorData(made + [0xFF, 0xFF, 8, 9] + key) == nil, "an id that lies")
        #expect(AuthenticatorData(made + [0, 2, 8, 9]) == nil, "no key")
    }

    @Test("a challenge is ours alone: for its purpose, its account and five minutes")
    func challenges() {
        let challenges = WebAuthnChallenges(.random())
        let (account, other) = (UUID(high: 7 << 12, low: 1 << 63 | 1), UUID(high: 7 << 12, low: 2))
        let start = Instant(microseconds: 1_700_000_000_000_000)
        let challenge = challenges.make(for: .prove, account: account, at: start)
        func end(
            _ challenge: [UInt8], _ account: UUID?,
            for purpose: WebAuthnChallenges.Purpose = .prove, after duration: Duration = .zero
        ) -> Instant? {
            challenges.end(of: challenge, for: purpose, account: account, at: start + duration)
        }
        #expect(end(challenge, account) == start + .seconds(300))
        #expect(end(challenge, account, after: .seconds(300) - .microseconds(1)) != nil)
        #expect(end(challenge, account, after: .seconds(300)) == nil)
        #expect(end(challenge, account, for: .add) == nil)
        #expect(end(challenge, other) == nil && end(challenge, nil) == nil)
        for place in challenge.indices {
            var altered = challenge
            altered[place] ^= 1
            #expect(end(altered, account) == nil)
        }
        #expect(end([], account) == nil)
        #expect(
            WebAuthnChallenges(.random()).end(
                of: challenge, for: .prove, account: account, at: start) == nil)
    }

    @Test("a device's code has sixty bits, and is read as people write it")
    func deviceCodes() {
        let code = DeviceCode.random()
        #expect(code.text.count == 14)
        #expect(DeviceCode(code.text) == code)
        #expect(DeviceCode(code.text.lowercased().replacing("-", with: " ")) == code)
        #expect(DeviceCode("oOiI-lL00-0000")?.text == "0011-1100-0000")
        for wrong in ["", "0000-0000-000", "0000-0000-00000", "0000-0000-000U", "０000-0000-0000"] {
            #expect(DeviceCode(wrong) == nil, "\(wrong)")
        }
        #expect("\(code)" == "a device's code")
    }
}
