internal import Platform
internal import Realtime

/// Writes a copy of what is kept of a person: for each kind a JSON file and a CSV file, the calendar of
/// its activities, and a page that says what is in it and what is not.
///
/// Only values: rows go in, bytes come out. It takes milliseconds a kind, so not on a loop.
struct ExportFile: Sendable {
    /// Opens what is sealed, for one person of one estate and for one account.
    struct Vaults: Sendable {
        var person: UUID
        var account: UUID?
        var persons: PersonVault
        var texts: EstateVault
        var identifiers: IdentifierVault

        /// The vaults of an estate.
        init(_ keyring: Keyring, of estate: UUID, person: UUID, account: UUID?) {
            self.person = person
            self.account = account
            persons = PersonVault(keyring, of: estate)
            texts = EstateVault(keyring, of: estate)
            identifiers = IdentifierVault(keyring)
        }
    }

    /// The folders in the archive.
    private static let tables = "表格 csv"
    private static let records = "数据 json"

    private(set) var archive: ZipWriter
    private let vaults: Vaults
    /// What is in it: file, kind, rows.
    private var contents: [(kind: PersonalDataKinds.Row, name: String, rows: Int, isCut: Bool)] =
        []

    /// An empty copy whose files bear this UTC instant.
    init(at instant: Instant, _ vaults: Vaults) {
        let day = Day(daysSinceEpoch: Int32(clamping: instant.microseconds / 86_400_000_000))
        let second = Int(instant.microseconds / 1_000_000 % 86_400)
        let civil = day.civil
        archive = ZipWriter(
            year: civil.year, month: civil.month, day: civil.day, hour: second / 3600,
            minute: second / 60 % 60, second: second % 60)
        self.vaults = vaults
    }

    /// The bytes since the last time in pieces of at most so many, once there are as many, or at the end.
    mutating func pieces(of count: Int, isEnd: Bool = false) -> [[UInt8]] {
        guard isEnd || archive.waiting >= count else { return [] }
        let bytes = archive.take()
        return stride(from: 0, to: bytes.count, by: count).map {
            Array(bytes[$0..<min($0 + count, bytes.count)])
        }
    }

    /// Adds the rows of a kind; none leave no file.
    mutating func add(_ kind: PersonalDataKinds.Row, _ rows: [ExportRows.Row], isCut: Bool) throws {
        guard let first = rows.first else { return }
        let names = first.names
        var json = JSONWriter(capacity: 256 * rows.count)
        var table = CSVWriter(byteOrderMark: true)
        table.write(names.map(Self.plainName))
        json.beginArray()
        for row in rows {
            let values = try opened(try JSON(parsing: Array(row.shown.utf8)), kind)
            json.beginObject()
            for name in names {
                json.key(Self.plainName(name))
                Self.write(values[name] ?? .null, to: &json)
            }
            json.endObject()
            table.write(names.map { Self.cell(values[$0] ?? .null) })
        }
        json.endArray()
        let name = "\(kind.title.zh) \(kind.table).\(kind.column)"
        try archive.add("\(Self.records)/\(name).json", json.bytes)
        try archive.add("\(Self.tables)/\(name).csv", table.bytes)
        contents.append((kind, name, rows.count, isCut))
    }

    /// Adds the calendar.
    mutating func add(calendar bytes: [UInt8]) throws {
        try archive.add("我的活动 activities.ics", bytes)
    }

    /// Adds the page about the copy, and ends it.
    mutating func finish(_ kinds: [PersonalDataKinds.Row], at instant: Instant) throws {
        var json = JSONWriter(capacity: 16_384)
        json.beginObject()
        json.member("made_at", instant)
        json.member("person", vaults.person)
        json.key("files")
        json.beginArray()
        for each in contents {
            json.beginObject()
            json.member("name", each.name)
            Self.describe(each.kind, to: &json)
            json.member("rows", each.rows)
            if each.isCut { json.member("cut", true) }
            json.endObject()
        }
        json.endArray()
        json.key("left_out")
        json.beginArray()
        for kind in kinds {
            guard let because = RightsWords.leftOut[kind.handedOut] else { continue }
            json.beginObject()
            Self.describe(kind, to: &json)
            json.member("because_zh", because.zh)
            json.member("because_en", because.en)
            json.endObject()
        }
        json.endArray()
        json.endObject()
        try archive.add("说明 about.json", json.bytes)
        try archive.add("请先读 read-me-first.txt", Array(RightsWords.readMe.utf8))
        archive.finish()
    }

    private static func describe(_ kind: PersonalDataKinds.Row, to json: inout JSONWriter) {
        json.member("what", "\(kind.table).\(kind.column)")
        json.member("title_zh", kind.title.zh)
        json.member("title_en", kind.title.en)
        json.member("erasure", kind.erasure)
        json.member("kept", kind.kept)
    }

    // MARK: Values

    /// The members of a row, what is sealed in it opened; what no key here opens is null.
    private func opened(
        _ row: JSON, _ kind: PersonalDataKinds.Row
    ) throws -> [String: JSON] {
        guard case .object(var members) = row else { return [:] }
        for (name, value) in members where name.hasSuffix("_sealed") {
            guard let sealed = value.text.flatMap({ Hex.decoded(String($0.dropFirst(2))) }) else {
                continue
            }
            let text = try? clear(sealed, name, members, kind)
            members[name] = text.map { .string($0) } ?? .null
        }
        return members
    }

    private func clear(
        _ sealed: [UInt8], _ name: String, _ row: [String: JSON], _ kind: PersonalDataKinds.Row
    ) throws -> String? {
        let id = row["id"]?.text.flatMap { UUID($0) }
        switch kind.table {
        case "person_sealed":
            guard let field = row["field"]?.text.flatMap({ SealedField(rawValue: $0) }) else {
                return nil
            }
            return try vaults.persons.open(sealed, field, of: vaults.person)
        case "account_identifier":
            guard let id, let account = vaults.account else { return nil }
            return try vaults.identifiers.openPhone(sealed, identifier: id, of: account).e164
        default:
            guard let id, let column = SealedColumn(rawValue: "\(kind.table).\(name)") else {
                return nil
            }
            return try vaults.texts.open(sealed, column, of: id)
        }
    }

    /// The name under which a value is handed out.
    private static func plainName(_ name: String) -> String {
        name.hasSuffix("_sealed") ? String(name.dropLast(7)) : name
    }

    private static func write(_ value: JSON, to json: inout JSONWriter) {
        switch value {
        case .null: json.null()
        case .bool(let bool): json.bool(bool)
        case .integer(let number): json.int(number)
        case .number(let number): json.double(number)
        case .string(let text): json.string(text)
        case .array(let elements):
            json.beginArray()
            for element in elements { write(element, to: &json) }
            json.endArray()
        case .object(let members):
            json.beginObject()
            for (name, member) in members.sorted(by: { $0.key < $1.key }) {
                json.key(name)
                write(member, to: &json)
            }
            json.endObject()
        }
    }

    private static func cell(_ value: JSON) -> String {
        switch value {
        case .null: return ""
        case .string(let text): return text
        default:
            var json = JSONWriter(capacity: 64)
            write(value, to: &json)
            return String(decoding: json.bytes, as: UTF8.self)
        }
    }
}
