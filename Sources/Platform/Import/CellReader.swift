/// The words of a column and the codes that they stand for, in the order they are listed to people.
struct Choice {
    let words: [(word: String, code: String)]

    static let placeKind = Choice(words: [
        ("楼栋", "building"), ("商业楼", "building"), ("门牌", "stair"), ("公共场所", "public"),
        ("出入口", "public"), ("地库", "public"), ("车位", "parking"),
    ])
    static let tenure = Choice(words: [("自住", "owned"), ("租住", "rented"), ("合租", "shared")])
    static let language = Choice(words: [("zh", "zh"), ("en", "en")])
    static let yesNo = Choice(words: [("是", "yes"), ("否", "no")])
    static let standing = Choice(words: [
        ("户主", "head"), ("配偶", "spouse"), ("子女", "child"), ("父母", "parent"),
        ("祖父母", "grandparent"), ("孙辈", "grandchild"), ("亲属", "relative"), ("租户", "tenant"),
        ("合租", "flatmate"), ("照护人", "carer"), ("其他", "other"),
    ])
    static let role = Choice(words: [
        ("居委会委员", "residents_committee"), ("业委会委员", "owners_committee"),
        ("物业员工", "property_manager"), ("值班保安", "duty_guard"), ("楼组长", "stair_leader"),
        ("志愿者", "volunteer"), ("社工", "social_worker"), ("网格员", "grid_worker"),
    ])
    static let scope = Choice(words: [
        ("居委会", "committee"), ("小区", "estate"), ("楼栋", "building"), ("门牌", "stair"),
    ])
    static let matter = Choice(words: [
        ("公告", DelegationScope.announcements.rawValue),
        ("活动", DelegationScope.activities.rawValue),
        ("需求", DelegationScope.needs.rawValue),
        ("互助", DelegationScope.help.rawValue),
    ])
    static let dayKind = Choice(words: [("节假日", "holiday"), ("调休上班", "workday")])
    /// Who may book a venue; 居民 is whoever belongs to a household.
    static let openTo = Choice(words: [
        ("居民", "resident"), ("业主", "owner"), ("志愿者", "volunteer"),
        ("楼组长", "stair_leader"), ("居委会委员", "residents_committee"),
        ("业委会委员", "owners_committee"), ("物业员工", "property_manager"),
        ("社工", "social_worker"), ("网格员", "grid_worker"),
    ])
    static let weekday = Choice(words: [
        ("周一", "1"), ("周二", "2"), ("周三", "3"), ("周四", "4"), ("周五", "5"), ("周六", "6"),
        ("周日", "7"),
    ])
    static let feature = Choice(words: [("活动", "activity")])
    static let per = Choice(words: [("个人", "person"), ("家庭", "household")])
    static let counts = Choice(words: [("名额", "seats"), ("预约", "holds"), ("候补", "waiting")])
    static let period = Choice(words: [
        ("日", "day"), ("周", "week"), ("月", "month"), ("当前", "live"),
    ])
    static let tie = Choice(words: [
        ("配偶", "kin"), ("父母", "kin"), ("监护", "kin"), ("亲属", "kin"), ("邻里", "neighbour"),
        ("同乡", "fellow_townsman"), ("老同事", "former_workmate"), ("同学", "classmate"),
        ("朋友", "friend"),
    ])
}

/// Reads the cells of one row by column, and keeps what is wrong with them.
struct CellReader {
    let line: Int
    private let file: String
    private let cells: [ImportColumn: CSVCell]
    private(set) var problems: [ImportProblem] = []

    init(line: Int, file: String, cells: [ImportColumn: CSVCell]) {
        self.line = line
        self.file = file
        self.cells = cells
    }

    /// Marks a cell as wrong.
    mutating func refuse(_ column: ImportColumn, _ reason: ImportReason) {
        let position = cells[column]?.position
        problems.append(
            ImportProblem(
                file: file, line: position?.line ?? line, header: column.header,
                character: position?.column, reason: reason))
    }

    /// The trimmed text; nil when it is empty, which is a problem in a required column.
    mutating func text(_ column: ImportColumn, charactersMax: Int = 80) -> String? {
        let cell = cells[column]?.text ?? ""
        let text = FormulaGuard.unguarded(cell.trimmed)
        guard !text.isEmpty else {
            if column.isRequired { refuse(column, .empty) }
            return nil
        }
        guard text.unicodeScalars.count <= charactersMax else {
            refuse(column, .tooLong(charactersMax: charactersMax))
            return nil
        }
        // Bidirectional overrides and zero-width marks make one name look like another.
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            ![0x200B...0x200F, 0x2028...0x202E, 0x2060...0x2069, 0xFEFF...0xFEFF]
                .contains { $0.contains(scalar.value) }
        }
        guard isPlain else {
            refuse(column, .invisibleCharacter)
            return nil
        }
        return text
    }

    /// A code: letters, digits and `-`, `_`, `.`, as other rows will name it.
    mutating func code(_ column: ImportColumn) -> String? {
        guard let text = text(column, charactersMax: 40) else { return nil }
        let isCode = text.unicodeScalars.allSatisfy {
            $0.properties.isAlphabetic || $0.properties.numericType == .decimal
                || $0 == "-" || $0 == "_" || $0 == "."
        }
        guard isCode else {
            refuse(column, .notACode)
            return nil
        }
        return text
    }

    /// A whole number within bounds.
    mutating func integer(_ column: ImportColumn, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(column) else { return nil }
        guard let number = Int(text) else {
            refuse(column, .notANumber)
            return nil
        }
        guard range.contains(number) else {
            refuse(column, .outOfRange(range.lowerBound, range.upperBound))
            return nil
        }
        return number
    }

    /// A decimal with at most two places, in hundredths; `range` is in whole units.
    mutating func hundredths(_ column: ImportColumn, in range: ClosedRange<Int>) -> Int? {
        guard let text = text(column) else { return nil }
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        let isNumber =
            (1...2).contains(parts.count)
            && parts.allSatisfy { (1...9).contains($0.utf8.count) && $0.utf8.allSatisfy(isDigit) }
            && (parts.count == 1 || parts[1].utf8.count <= 2)
        guard isNumber, let whole = Int(parts[0]) else {
            refuse(column, .notANumber)
            return nil
        }
        let places = parts.count == 1 ? "00" : String((parts[1] + "0").prefix(2))
        let value = whole * 100 + (Int(places) ?? 0)
        guard (range.lowerBound * 100...range.upperBound * 100).contains(value) else {
            refuse(column, .outOfRange(range.lowerBound, range.upperBound))
            return nil
        }
        return value
    }

    /// A day.
    mutating func date(_ column: ImportColumn) -> CalendarDate? {
        guard let text = text(column) else { return nil }
        guard let date = CalendarDate(text) else {
            refuse(column, .notADate)
            return nil
        }
        return date
    }

    /// A first and a last day in their order.
    mutating func term(_ from: ImportColumn, _ until: ImportColumn) -> Term? {
        let first = date(from)
        let last = date(until)
        guard let first else { return nil }
        if let last, last < first {
            refuse(until, .endsBeforeStart)
            return nil
        }
        return Term(first: first, last: last)
    }

    /// One of the words of `choice`, as its code.
    mutating func choice(_ column: ImportColumn, _ choice: Choice) -> String? {
        guard let text = text(column) else { return nil }
        guard let found = choice.words.first(where: { $0.word == text }) else {
            refuse(column, .notOneOf(choice.words.map(\.word)))
            return nil
        }
        return found.code
    }

    /// One or more of the words of `choice`, between `、`, as their codes.
    mutating func choices(_ column: ImportColumn, _ choice: Choice) -> [String]? {
        guard let text = text(column) else { return nil }
        var codes: [String] = []
        for word in text.split(separator: "、", omittingEmptySubsequences: false) {
            guard let found = choice.words.first(where: { $0.word == word }) else {
                refuse(column, .notOneOf(choice.words.map(\.word)))
                return nil
            }
            if !codes.contains(found.code) { codes.append(found.code) }
        }
        return codes
    }

    /// A time of day such as `09:00`, as minutes since midnight; `24:00` is the day's end.
    mutating func timeOfDay(_ column: ImportColumn) -> Int? {
        guard let text = text(column) else { return nil }
        let parts = text.split(separator: ":", omittingEmptySubsequences: false)
        let isTime =
            parts.count == 2 && (1...2).contains(parts[0].utf8.count) && parts[1].utf8.count == 2
            && parts.allSatisfy { $0.utf8.allSatisfy(isDigit) }
        guard isTime, let hour = Int(parts[0]), let minute = Int(parts[1]), minute < 60,
            hour * 60 + minute <= 24 * 60
        else {
            refuse(column, .notATime)
            return nil
        }
        return hour * 60 + minute
    }

    /// A telephone number.
    mutating func phone(_ column: ImportColumn) -> PhoneNumber? {
        guard let text = text(column) else { return nil }
        guard let phone = PhoneNumber(text) else {
            refuse(column, .notAPhone)
            return nil
        }
        return phone
    }
}

private func isDigit(_ byte: UInt8) -> Bool { (48...57).contains(byte) }

extension String {
    /// Without white space, full-width space included, at both ends.
    fileprivate var trimmed: String {
        let scalars = unicodeScalars
        guard let first = scalars.firstIndex(where: { !$0.properties.isWhitespace }),
            let last = scalars.lastIndex(where: { !$0.properties.isWhitespace })
        else { return "" }
        return String(scalars[first...last])
    }
}
