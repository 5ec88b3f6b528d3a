internal import Platform
import Testing

@Suite("Phone numbers and masked names") struct PhoneNumberTests {
    @Test(
        "a number is one number however it is typed",
        arguments: [
            "13812345678", "138 1234 5678", "138-1234-5678", "+86 138 1234 5678",
            "0086 13812345678", "8613812345678", "１３８１２３４５６７８", "（138）12345678",
        ])
    func spelled(text: String) {
        #expect(PhoneNumber(text)?.e164 == "+8613812345678")
    }

    @Test("numbers of other countries keep theirs")
    func abroad() {
        #expect(PhoneNumber("+44 20 7946 0000")?.e164 == "+442079460000")
        #expect(PhoneNumber("+1 (212) 555-0100")?.e164 == "+12125550100")
    }

    @Test(
        "what is no number is refused",
        arguments: [
            "", "+", "12345", "12812345678", "1381234567", "138123456789", "+0123456789",
            "+1234567890123456", "13812345678x", "1'; DROP", "+86+13812345678",
            "138123456781381234567813812345678138123456", "\u{0}13812345678",
        ])
    func refused(text: String) {
        #expect(PhoneNumber(text) == nil)
    }

    @Test("a number never prints itself, and opens only from its own row")
    func sealed() throws {
        let phone = try #require(PhoneNumber("13812345678"))
        var dumped = ""
        dump(phone, to: &dumped)
        #expect(!"\(phone)\(String(reflecting: phone))\(dumped)".contains("138"))
        let vault = IdentifierVault(.random())
        let (row, account) = (Estates.id(1), Estates.id(3))
        let sealed = try vault.seal(phone, identifier: row, of: account)
        #expect(try vault.openPhone(sealed, identifier: row, of: account) == phone)
        for (row, account) in [(Estates.id(2), account), (row, Estates.id(4))] {
            #expect(throws: CryptoError.notAuthentic) {
                try vault.openPhone(sealed, identifier: row, of: account)
            }
        }
        #expect(vault.hash(of: phone) != IdentifierVault(.random()).hash(of: phone))
    }

    @Test("a masked name tells its bearer and no stranger")
    func masked() {
        #expect(MaskedName(masking: "张三").text == "张*")
        #expect(MaskedName(masking: "王小芳").text == "王*芳")
        #expect(MaskedName(masking: "欧阳娜娜").text == "欧**娜")
        #expect(MaskedName(masking: "Mary Smith").text == "M***")
        #expect(MaskedName(masking: "").text == "*")
    }

    @Test("a token comes back from its text, and nothing else is one")
    func tokens() throws {
        let token = SessionToken.random()
        #expect(SessionToken(token.text) == token)
        #expect(SessionToken(token.text + "A") == nil)
        #expect(SessionToken("") == nil)
        #expect(SessionToken(String(repeating: "é", count: 43)) == nil)
        #expect(!"\(token)\(String(reflecting: token))".contains(token.text))
    }
}
