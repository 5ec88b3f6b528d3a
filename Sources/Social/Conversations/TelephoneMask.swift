/// Leaves telephone numbers out of what people write to each other.
///
/// Mobile numbers and landlines of the mainland are found as people write them: with spaces, dashes,
/// dots or brackets, in full-width, circled or Chinese digits, with or without +86. Dates, times,
/// prices and numbers of up to seven digits stay.
struct TelephoneMask {
    /// What stands where a number stood.
    static let mark = "［号码已隐去］"

    /// The text without the numbers, and whether there were any.
    static func masked(_ text: String) -> (text: String, isMasked: Bool) {
        let scalars = Array(text.unicodeScalars)
        let groups = groups(of: scalars)
        var ranges: [Range<Int>] = []
        var place = 0
        while place < groups.count {
            guard let last = lastGroup(ofNumberAt: place, groups, scalars) else {
                place += 1
                continue
            }
            var start = groups[place].range.lowerBound
            while start > 0, isPrefix(scalars[start - 1]) { start -= 1 }
            ranges.append(start..<groups[last].range.upperBound)
            place = last + 1
        }
        guard !ranges.isEmpty else { return (text, false) }
        var made = String.UnicodeScalarView()
        var end = 0
        for range in ranges where range.lowerBound >= end {
            made.append(contentsOf: scalars[end..<range.lowerBound])
            made.append(contentsOf: mark.unicodeScalars)
            end = range.upperBound
        }
        made.append(contentsOf: scalars[end...])
        return (String(made), true)
    }

    // MARK: Groups

    /// Digits side by side, and how the group before is joined to it.
    private struct Group {
        var range: Range<Int>
        var digits: [UInt8]
        var link: Link
    }

    private enum Link {
        /// Nothing of the number goes on.
        case none
        /// A space, a dash, a bracket.
        case loose
        /// A dot, a comma, a line break: they stand between other numbers, too.
        case tight
    }

    /// Most characters between two groups of one number.
    private static let linkMax = 3

    private static func groups(of scalars: [Unicode.Scalar]) -> [Group] {
        var groups: [Group] = []
        var link = Link.none
        var between = 0
        for (place, scalar) in scalars.enumerated() {
            if let digit = digit(scalar) {
                if between == 0, var last = groups.popLast(), last.range.upperBound == place {
                    last.range = last.range.lowerBound..<place + 1
                    last.digits.append(digit)
                    groups.append(last)
                } else {
                    groups.append(Group(range: place..<place + 1, digits: [digit], link: link))
                }
                link = .loose
                between = 0
                continue
            }
            if isInvisible(scalar), let last = groups.indices.last, link != .none, between == 0 {
                groups[last].range = groups[last].range.lowerBound..<place + 1
                continue
            }
            between += 1
            switch kind(of: scalar) {
            case .loose where between <= linkMax: break
            case .tight where between <= linkMax: if link == .loose { link = .tight }
            default: link = .none
            }
        }
        return groups
    }

    private static func kind(of scalar: Unicode.Scalar) -> Link {
        switch scalar {
        case "-", "_", "(", ")", "+", "~", "（", "）", "－", "＋", "～", "[", "]", "【", "】": .loose
        case "\n", "\r", ".", ",", "/", "·", "•", "．", "，", "、", "。", "／", "*", "＊": .tight
        default:
            switch scalar.properties.generalCategory {
            case .spaceSeparator, .dashPunctuation: .loose
            case .control where scalar == "\t": .loose
            default: .none
            }
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .format, .nonspacingMark, .enclosingMark: true
        default: false
        }
    }

    private static func isPrefix(_ scalar: Unicode.Scalar) -> Bool {
        "+＋(（".unicodeScalars.contains(scalar)
    }

    private static let chinese: [Unicode.Scalar: UInt8] = [
        "零": 0, "〇": 0, "○": 0, "洞": 0, "一": 1, "壹": 1, "幺": 1, "二": 2, "贰": 2, "两": 2,
        "三": 3, "叁": 3, "四": 4, "肆": 4, "五": 5, "伍": 5, "六": 6, "陆": 6, "七": 7, "柒": 7,
        "拐": 7, "八": 8, "捌": 8, "九": 9, "玖": 9,
    ]

    private static func digit(_ scalar: Unicode.Scalar) -> UInt8? {
        if scalar.isASCII { return ("0"..."9").contains(scalar) ? UInt8(scalar.value - 48) : nil }
        if let known = chinese[scalar] { return known }
        guard scalar.properties.numericType != nil, let value = scalar.properties.numericValue,
            value >= 0, value <= 9, value == value.rounded()
        else { return nil }
        return UInt8(value)
    }

    // MARK: Numbers

    /// The last group of the longest number that begins with a group.
    private static func lastGroup(
        ofNumberAt first: Int, _ groups: [Group], _ scalars: [Unicode.Scalar]
    ) -> Int? {
        var digits: [UInt8] = []
        var found: Int?
        for last in first..<min(groups.count, first + 20) {
            if last > first, groups[last].link == .none { break }
            digits += groups[last].digits
            if digits.count > 16, last > first { break }
            let whole = groups[first...last]
            if isNumber(digits, whole) || isLocal(digits, whole, scalars) { found = last }
        }
        return found
    }

    private static func isNumber(_ digits: [UInt8], _ groups: ArraySlice<Group>) -> Bool {
        let widths = groups.map(\.digits.count)
        if widths.count == 1 { return hasMobile(digits) || isLandline(digits) }
        let isSpelled = widths.allSatisfy { $0 == 1 }
        let isWide = widths.dropFirst().allSatisfy { $0 >= 3 }
        let isLoose = groups.dropFirst().allSatisfy { $0.link == .loose }
        if isMobile(digits) {
            return isSpelled || isWide
                || (isLoose && widths.count <= 6 && widths.contains { $0 >= 3 })
        }
        // The country and the area are shorter than what follows them.
        let first = groups.first?.digits ?? []
        let hasCountry = first == [8, 6] || first == [0, 0, 8, 6]
        let isParted = hasCountry && widths.dropFirst(2).allSatisfy { $0 >= 3 }
        return isLandline(digits) && (isSpelled || isWide || isParted)
    }

    /// A mobile number, with what stands before it for the country or the long distance.
    private static func isMobile(_ digits: [UInt8]) -> Bool {
        for prefix in [[], [8, 6], [0, 0, 8, 6], [0, 8, 6], [0]] as [[UInt8]]
        where digits.count == prefix.count + 11 && digits.starts(with: prefix) {
            let number = digits.dropFirst(prefix.count)
            if number.first == 1, let second = number.dropFirst().first, second >= 3 {
                return true
            }
        }
        return false
    }

    /// Whether a mobile number stands anywhere in digits side by side.
    private static func hasMobile(_ digits: [UInt8]) -> Bool {
        guard digits.count >= 11 else { return false }
        return (0...digits.count - 11).contains { place in
            digits[place] == 1 && digits[place + 1] >= 3
        }
    }

    /// A landline with its area: 010, 02x, or four digits from 03 to 09; without the 0 after 86.
    private static func isLandline(_ digits: [UInt8]) -> Bool {
        for prefix in [[], [8, 6], [0, 0, 8, 6]] as [[UInt8]]
        where digits.starts(with: prefix) {
            var rest = digits.dropFirst(prefix.count)
            if rest.first == 0 { rest.removeFirst() } else if prefix.isEmpty { continue }
            guard let first = rest.first else { continue }
            let area = first <= 2 ? 2 : 3
            guard first > 0, first > 1 || rest.dropFirst().first == 0 else { continue }
            let local = rest.dropFirst(area)
            guard let opening = local.first, (2...8).contains(opening) else { continue }
            if local.count == 8 || (area == 3 && local.count == 7) { return true }
        }
        return false
    }

    /// A landline of eight digits without its area, where neither a day nor a price is meant; in two
    /// halves, where a word says that it is a telephone.
    private static func isLocal(
        _ digits: [UInt8], _ groups: ArraySlice<Group>, _ scalars: [Unicode.Scalar]
    ) -> Bool {
        guard digits.count == 8, (2...8).contains(digits[0]), let first = groups.first,
            let last = groups.last
        else { return false }
        let before = String(
            String.UnicodeScalarView(
                scalars[max(0, first.range.lowerBound - 8)..<first.range.lowerBound])
        ).lowercased()
        if groups.count > 1 {
            guard groups.count == 2, first.digits.count == 4 else { return false }
            return ["电话", "座机", "拨", "打", "联系", "tel", "phone", "call"]
                .contains { before.contains($0) }
        }
        let next = scalars[last.range.upperBound...].first { $0 != " " }
        let isPrice =
            before.hasSuffix("¥") || before.hasSuffix("￥")
            || next.map { "元块万角年月日".unicodeScalars.contains($0) } == true
        return !isDay(digits) && !isPrice
    }

    private static func isDay(_ digits: [UInt8]) -> Bool {
        let number = digits.reduce(0) { $0 * 10 + Int($1) }
        let (year, month, day) = (number / 10_000, number / 100 % 100, number % 100)
        return (1900...2199).contains(year) && (1...12).contains(month) && (1...31).contains(day)
    }
}
