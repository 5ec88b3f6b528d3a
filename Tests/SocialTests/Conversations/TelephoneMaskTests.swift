internal import Platform
internal import Testing

@testable internal import Social

@Suite("Telephone numbers in what people write") struct TelephoneMaskTests {
    @Test(
        "a number is left out however it is written",
        arguments: [
            "13812345678", "138 1234 5678", "138-1234-5678", "+86 138-1234-5678",
            "86 13812345678", "0086-138 1234 5678", "（138）1234 5678", "138.1234.5678",
            "１３８１２３４５６７８", "一三八一二三四五六七八", "幺三八 幺二三四 五六七八",
            "壹叁捌壹贰叁肆伍陆柒捌", "1 3 8 1 2 3 4 5 6 7 8", "1、3、8、1、2、3、4、5、6、7、8",
            "一 三 八 一 二 三 四 五 六 七 八", "①③⑧①②③④⑤⑥⑦⑧", "138一二三四5678", "138\n1234\n5678",
            "138\u{200B}1234\u{200B}5678", "1\u{200B}3812345678", "013812345678", "138 12 34 56 78",
            "138–1234–5678", "021-62881234", "(021) 6288 1234", "021 62881234", "010-62881234",
            "0516-8371234", "0516 83712345", "+86 21 6288 1234", "62881234", "电话 6288-1234",
            "零二一六二八八一二三四",
        ])
    func numbers(_ number: String) {
        for text in [number, "请打\(number)找我", "号码：\(number)。", "\(number) 或 \(number)"] {
            let masked = TelephoneMask.masked(text)
            #expect(masked.isMasked, "\(text)")
            #expect(masked.text.contains(TelephoneMask.mark))
            #expect(!masked.text.contains("5678") && !masked.text.contains("1234"), "\(masked)")
        }
    }

    @Test(
        "days, times, prices and short numbers stay",
        arguments: [
            "2026-03-05 10:30", "2026年3月5日上午10:30到11:30", "20260305", "2026.03.05-2026.03.07",
            "3/5 19:00-20:30", "13:30-15:00，16:30-18:00", "13.30-15.00 16.30-18.00",
            "每人 138 元，两人 260 元", "138.00元", "¥25000000", "28000000元", "1,380,000 元",
            "订单 1234567", "3号楼1203室", "15-17 18-20 9-11", "周一 15-17 周三 18-20",
            "2025-2026 学年", "十二个人，一共三十八元", "第一、第二、第三", "一百三十八块五",
            "1、2、3、4、5、6、7、8、9、10、11、12", "身高 1.38 米", "楼道 3-1203、3-1204、5-301",
            "9月1日至10月8日", "200 元押金 300 元饭费", "6800-7200 元", "12345", "110、119、120",
        ])
    func others(_ text: String) {
        #expect(TelephoneMask.masked(text) == (text, false))
    }

    @Test("any number in any dress is left out, and what is around it stays")
    func dresses() {
        let seed = UInt64.random(in: 0...UInt64.max)
        var random = SplitMix(state: seed)
        for _ in 0..<2000 {
            let number = Self.number(&random)
            let dressed = Self.dress(number, &random)
            let (before, after) = (
                Self.around[random.below(Self.around.count)],
                Self.around[random.below(Self.around.count)]
            )
            let masked = TelephoneMask.masked("\(before)，\(dressed)。\(after)")
            #expect(
                masked.text == "\(before)，\(TelephoneMask.mark)。\(after)"
                    || masked.text == "\(before)，\(TelephoneMask.mark)）。\(after)",
                "seed \(seed): \(dressed) left \(masked.text)")
        }
    }

    private static let around = [
        "明天见", "3 月 5 日 19:00", "每人 20 元", "带两把椅子", "在 3 号楼 1203 室", "",
    ]

    private static func number(_ random: inout SplitMix) -> [String] {
        func digits(_ count: Int) -> String {
            (0..<count).map { _ in "\(random.below(10))" }.joined()
        }
        switch random.below(3) {
        case 0: return ["1\(3 + random.below(7))" + digits(1), digits(4), digits(4)]
        case 1: return ["02\(random.below(10))", "\(2 + random.below(7))" + digits(3), digits(4)]
        default:
            return [
                "0\(3 + random.below(7))" + digits(2), "\(2 + random.below(7))" + digits(3),
                digits(4),
            ]
        }
    }

    private static func dress(_ number: [String], _ random: inout SplitMix) -> String {
        let links = ["", " ", "-", " - ", "\u{3000}", "—", ".", "\u{A0}"]
        var text = number.joined(separator: links[random.below(links.count)])
        let alphabets = [
            "０１２３４５６７８９", "零一二三四五六七八九", "〇壹贰叁肆伍陆柒捌玖", "零幺两三四五六拐八九",
        ].map(Array.init)
        if random.below(2) == 0 {
            let letters = alphabets[random.below(alphabets.count)]
            text = String(
                text.map { character in
                    guard character.isASCII, let digit = character.wholeNumberValue else {
                        return character
                    }
                    return letters[digit]
                })
        }
        return number[0].hasPrefix("1") && random.below(3) == 0 ? "+86 " + text : text
    }
}

/// Numbers of a seed (Steele, Lea and Flood's SplitMix64).
private struct SplitMix {
    var state: UInt64

    mutating func below(_ bound: Int) -> Int {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return Int((mixed ^ (mixed >> 31)) % UInt64(bound))
    }
}
