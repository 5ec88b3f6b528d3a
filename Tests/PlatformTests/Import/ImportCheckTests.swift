import FoundationEssentials
import Platform
import Testing

@Suite("Checking an import")
struct ImportCheckTests {
    private static let today = CalendarDate(year: 2026, month: 9, day: 1)

    /// A sound estate of one stair, one residence, one household and two persons.
    private static let sound: [ImportTable: String] = [
        .estates: """
        小区编号,小区名称,英文名称,市,区,街道,居委会,建成年份,时区,物业服务企业
        T1,试验小区,,上海市,普陀区,长寿路街道,试验居委,2004,Asia/Shanghai,
        """,
        .places: """
        地点编号,类型,名称,英文名称,上级编号
        1号,门牌,1号,,1幢
        1幢,楼栋,1幢,,
        V1,公共场所,活动室,,
        V2,公共场所,花园,,
        """,
        .residences: "门牌号,室号,楼层,面积\n1号,101,1,88.5\n1号,102,1,",
        .households: "户编号,门牌号,室号,居住方式,入住日期,迁出日期\nH1,1号,101,自住,2010/1/2,",
        .persons: """
        编号,姓名,出生日期,手机号,语言,账号编号
        P1,张伟,1970-02-28,+86 154 0000 0001,,A1
        P2,张伟,2015-01-01,,en,
        """,
        .memberships: """
        编号,户编号,身份,业主,起始日期,终止日期
        P1,H1,户主,是,2010-01-02,
        P2,H1,子女,,2015-01-01,
        """,
        .roles: """
        编号,角色,范围类型,范围,起始日期,终止日期
        P1,居委会委员,居委会,试验居委,2024-01-01,2028-12-31
        P1,楼组长,门牌,1号,2024-01-01,2028-12-31
        """,
        .ties: "编号甲,关系,编号乙,起始日期,终止日期\nP1,父母,P2,2015-01-01,",
        .delegations: "代办人编号,委托人编号,事项,起始日期,终止日期\nP1,P2,公告,2025-01-01,2026-12-31",
        .venues: "地点编号,准备分钟,清场分钟,提前分钟,每月小时上限,可用对象\nV1,15,,,,",
        .venueHours: "地点编号,星期,开始,结束\nV1,周一,9:00,12:00\nV1,周一,12:00,24:00",
        .placeMinutes: "起点编号,终点编号,分钟\nV1,V2,3",
        .reservationLimits: "用途,对象,计量,周期,上限\n活动,个人,候补,当前,10",
        .calendarDays: "日期,类型,名称,英文名称,年份,来源\n2026-01-01,节假日,元旦,,2026,通知",
    ]

    private func check(
        _ changes: [ImportTable: String], known: KnownEstate = KnownEstate()
    ) throws -> ImportReading {
        let files = Self.sound.merging(changes) { $1 }.map {
            ImportFile(name: $0.key.fileName, bytes: Array($0.value.utf8))
        }
        return ImportReader(today: try #require(Self.today)).read(files).checked(against: known)
    }

    @Test("a sound estate has no problem, and its rows are read as meant")
    func soundEstate() throws {
        let reading = try check([:])
        #expect(reading.problems == [])
        let person = try #require(reading.rows.persons.first)
        #expect(person.phone?.e164 == "+8615400000001")
        #expect(reading.rows.residences.first?.areaSquareDecimetres == 8850)
        #expect(reading.rows.households.first?.term.first.description == "2010-01-02")
        #expect(reading.rows.memberships.map(\.isOwner) == [true, false])
        #expect(reading.rows.persons.map(\.language) == ["zh", "en"])
    }

    struct Bad: Sendable, CustomTestStringConvertible {
        var table: ImportTable
        var row: String
        var header: String?
        var reason: ImportReason
        var testDescription: String { "\(table): \(row)" }
    }

    static let bad: [Bad] = [
        Bad(
            table: .estates, row: "T2,乙,,市,区,街,居,2004,Asia/Shanghai,", header: "小区编号",
            reason: .notOneEstate),
        Bad(
            table: .places, row: "2幢,塔楼,2幢,,", header: "类型",
            reason: .notOneOf(["楼栋", "商业楼", "门牌", "公共场所", "出入口", "地库", "车位"])),
        Bad(table: .places, row: "1幢,楼栋,1幢,,", header: "地点编号", reason: .taken(line: 3)),
        Bad(table: .places, row: "2号,门牌,2号,,", header: "上级编号", reason: .wrongParent),
        Bad(table: .places, row: "2号,门牌,2号,,9幢", header: "上级编号", reason: .unknown("9幢")),
        Bad(table: .places, row: "G1,公共场所,园,,G1", header: "上级编号", reason: .circle),
        Bad(table: .places, row: "G 1,公共场所,园,,", header: "地点编号", reason: .notACode),
        Bad(table: .residences, row: "1号,101,1,", header: "室号", reason: .taken(line: 2)),
        Bad(table: .residences, row: "7号,101,1,", header: "门牌号", reason: .unknown("7号")),
        Bad(table: .residences, row: "1号,201,二,", header: "楼层", reason: .notANumber),
        Bad(table: .residences, row: "1号,201,0,", header: "楼层", reason: .outOfRange(-9, 200)),
        Bad(table: .residences, row: "1号,201,201,", header: "楼层", reason: .outOfRange(-9, 200)),
        Bad(table: .residences, row: "1号,201,2,88.555", header: "面积", reason: .notANumber),
        Bad(table: .residences, row: ",201,2,", header: "门牌号", reason: .empty),
        Bad(
            table: .residences, row: "1号,201,2,,x", header: nil, reason: .tooManyCells(expected: 4)),
        Bad(
            table: .households, row: "H1,1号,102,自住,2010-01-02,", header: "户编号",
            reason: .taken(line: 2)),
        Bad(
            table: .households, row: "H2,1号,999,自住,2010-01-02,", header: "室号",
            reason: .unknown("1号 999")),
        Bad(table: .households, row: "H2,1号,102,自住,2010-02-30,", header: "入住日期", reason: .notADate),
        Bad(
            table: .households, row: "H2,1号,102,自住,2010-02-02,2010-02-01", header: "迁出日期",
            reason: .endsBeforeStart),
        Bad(table: .persons, row: "P1,李娜,,,,", header: "编号", reason: .taken(line: 2)),
        Bad(table: .persons, row: "P3,,,,,", header: "姓名", reason: .empty),
        Bad(table: .persons, row: "P3,李\u{202E}娜,,,,", header: "姓名", reason: .invisibleCharacter),
        Bad(
            table: .persons, row: "P3,\(String(repeating: "李", count: 81)),,,,", header: "姓名",
            reason: .tooLong(charactersMax: 80)),
        Bad(
            table: .calendarDays, row: "2026/1/1,调休上班,元旦,,2026,通知", header: "日期",
            reason: .taken(line: 2)),
        Bad(
            table: .calendarDays, row: "2026-01-04,上班,元旦,,2026,通知", header: "类型",
            reason: .notOneOf(["节假日", "调休上班"])),
        Bad(
            table: .calendarDays, row: "2026-01-04,调休上班,元旦,,2028,通知", header: "年份",
            reason: .outOfRange(2025, 2027)),
        Bad(
            table: .calendarDays, row: "2026-01-04,调休上班,元旦,,2026,", header: "来源", reason: .empty),
        Bad(table: .persons, row: "P3,李娜,2026-09-02,,,", header: "出生日期", reason: .dateInFuture),
        Bad(table: .persons, row: "P3,李娜,,12345678901,,", header: "手机号", reason: .notAPhone),
        Bad(table: .persons, row: "P3,李娜,,1540000000,,", header: "手机号", reason: .notAPhone),
        Bad(table: .persons, row: "P3,李娜,,,fr,", header: "语言", reason: .notOneOf(["zh", "en"])),
        Bad(table: .persons, row: "P3,李娜,,,,A1", header: "账号编号", reason: .taken(line: 2)),
        Bad(table: .persons, row: "P3,李\"娜,,,,", header: nil, reason: .csv(.quoteInsideCell)),
        Bad(
            table: .memberships, row: "P9,H1,子女,,2015-01-01,", header: "编号", reason: .unknown("P9")),
        Bad(
            table: .memberships, row: "P1,H9,户主,,2015-01-01,", header: "户编号", reason: .unknown("H9")
        ),
        Bad(
            table: .memberships, row: "P2,H1,子女,,2016-01-01,", header: "起始日期",
            reason: .overlaps(line: 3)),
        Bad(
            table: .memberships, row: "P2,H1,子女,,2014-01-01,2014-12-31", header: "起始日期",
            reason: .beforeBirth),
        Bad(
            table: .memberships, row: "P2,H1,子女,也许,2015-01-01,", header: "业主",
            reason: .notOneOf(["是", "否"])),
        Bad(
            table: .roles, row: "P1,楼组长,门牌,9号,2024-01-01,2028-12-31", header: "范围",
            reason: .unknown("9号")),
        Bad(table: .roles, row: "P1,楼组长,门牌,1号,2029-01-01,", header: "终止日期", reason: .empty),
        Bad(
            table: .roles, row: "P1,楼组长,门牌,1号,2028-12-31,2029-12-31", header: "起始日期",
            reason: .overlaps(line: 3)),
        Bad(
            table: .roles, row: "P1,志愿者,小区,T9,2024-01-01,2028-12-31", header: "范围",
            reason: .unknown("T9")),
        Bad(
            table: .roles, row: "P1,社工,居委会,别的居委,2024-01-01,2028-12-31", header: "范围",
            reason: .unknown("别的居委")),
        Bad(
            table: .roles, row: "P2,社工,居委会,试验居委,2024-01-01,2028-12-31", header: "编号",
            reason: .accountMissing),
        Bad(
            table: .roles, row: "P1,志愿者,居委会,试验居委,2024-01-01,2028-12-31", header: "范围类型",
            reason: .notOneOf(["小区", "楼栋", "门牌"])),
        Bad(table: .ties, row: "P1,亲属,P9,2015-01-01,", header: "编号乙", reason: .unknown("P9")),
        Bad(table: .ties, row: "P1,朋友,P1,2015-01-01,", header: "编号乙", reason: .tiedToSelf),
        Bad(table: .ties, row: "P2,亲属,P1,2016-01-01,", header: "关系", reason: .overlaps(line: 2)),
        Bad(
            table: .delegations, row: "P9,P2,公告,2025-01-01,2026-01-01", header: "代办人编号",
            reason: .unknown("P9")),
        Bad(
            table: .delegations, row: "P2,P9,公告,2025-01-01,2026-01-01", header: "委托人编号",
            reason: .unknown("P9")),
        Bad(
            table: .delegations, row: "P2,P2,公告,2025-01-01,2026-01-01", header: "委托人编号",
            reason: .tiedToSelf),
        Bad(
            table: .delegations, row: "P2,P1,公告、开门,2025-01-01,2026-01-01", header: "事项",
            reason: .notOneOf(["公告", "活动", "需求", "互助"])),
        Bad(
            table: .delegations, row: "P2,P1,公告,2025-01-01,", header: "终止日期", reason: .empty),
        Bad(
            table: .delegations, row: "P1,P2,公告,2026-12-31,2027-01-01", header: "起始日期",
            reason: .overlaps(line: 2)),
        Bad(table: .venues, row: "V1,,,,,", header: "地点编号", reason: .taken(line: 2)),
        Bad(table: .venues, row: "V9,,,,,", header: "地点编号", reason: .unknown("V9")),
        Bad(table: .venues, row: "1号,,,,,", header: "地点编号", reason: .notBookable),
        Bad(table: .venues, row: "V2,721,,,,", header: "准备分钟", reason: .outOfRange(0, 720)),
        Bad(table: .venues, row: "V2,,-1,,,", header: "清场分钟", reason: .outOfRange(0, 720)),
        Bad(table: .venues, row: "V2,,,129601,,", header: "提前分钟", reason: .outOfRange(0, 129_600)),
        Bad(table: .venues, row: "V2,,,,0,", header: "每月小时上限", reason: .outOfRange(1, 744)),
        Bad(
            table: .venues, row: "V2,,,,,访客", header: "可用对象",
            reason: .notOneOf([
                "居民", "业主", "志愿者", "楼组长", "居委会委员", "业委会委员", "物业员工", "社工", "网格员",
            ])),
        Bad(
            table: .venueHours, row: "V2,周一,9:00,12:00", header: "地点编号", reason: .unknown("V2")),
        Bad(table: .venueHours, row: "V2,周二,9点,12:00", header: "开始", reason: .notATime),
        Bad(table: .venueHours, row: "V2,周二,09:00,24:01", header: "结束", reason: .notATime),
        Bad(table: .venueHours, row: "V2,周二,09:60,10:00", header: "开始", reason: .notATime),
        Bad(
            table: .venueHours, row: "V2,周二,09:00,09:00", header: "结束", reason: .endsBeforeStart),
        Bad(
            table: .venueHours, row: "V2,星期二,09:00,10:00", header: "星期",
            reason: .notOneOf(["周一", "周二", "周三", "周四", "周五", "周六", "周日"])),
        Bad(table: .placeMinutes, row: "V2,V1,4", header: "终点编号", reason: .taken(line: 2)),
        Bad(table: .placeMinutes, row: "V2,V2,4", header: "终点编号", reason: .samePlace),
        Bad(table: .placeMinutes, row: "V9,V2,4", header: "起点编号", reason: .unknown("V9")),
        Bad(table: .placeMinutes, row: "1幢,V2,241", header: "分钟", reason: .outOfRange(0, 240)),
        Bad(
            table: .reservationLimits, row: "活动,个人,候补,当前,12", header: "用途",
            reason: .taken(line: 2)),
        Bad(
            table: .reservationLimits, row: "拼车,个人,候补,当前,12", header: "用途",
            reason: .notOneOf(["活动"])),
        Bad(
            table: .reservationLimits, row: "活动,个人,候补,年,12", header: "周期",
            reason: .notOneOf(["日", "周", "月", "当前"])),
        Bad(
            table: .reservationLimits, row: "活动,家庭,名额,月,0", header: "上限",
            reason: .outOfRange(1, 10_000)),
    ]

    @Test("every rule reports its row with file, line, column and reason", arguments: bad)
    func badRows(bad: Bad) throws {
        let text = try #require(Self.sound[bad.table])
        let line = text.split(separator: "\n").count + 1
        let reading = try check([bad.table: text + "\n" + bad.row])
        let problem = try #require(reading.problems.first)
        #expect(reading.problems.count == 1, "\(reading.problems)")
        #expect(problem.file == bad.table.fileName)
        #expect(problem.line == (bad.reason == .notOneEstate ? 0 : line))
        #expect(problem.header == bad.header)
        #expect(problem.reason == bad.reason)
        #expect(!problem.description.contains("有误 / is wrong"))
        #expect(!problem.description.contains("李"))
    }

    @Test("all that is wrong with a row is told at once")
    func allAtOnce() throws {
        let reading = try check([.residences: "门牌号,室号,楼层,面积\n,1 1,x,y"])
        let own = reading.problems.filter { $0.file == "residences.csv" }
        #expect(own.map(\.header) == ["门牌号", "室号", "楼层", "面积"])
        #expect(own.map(\.character) == [1, 2, 6, 8])
    }

    @Test("a spreadsheet of the problems has a row each")
    func spreadsheet() throws {
        let reading = try check([.residences: "门牌号,室号,楼层,面积\n1号,=1+1,x,\n"])
        let text = String(decoding: ImportProblem.spreadsheet(reading.problems), as: UTF8.self)
        let lines = text.split(separator: "\r\n")
        #expect(lines.first == "\u{FEFF}文件,行,字符,列,问题,Problem")
        #expect(lines.count == reading.problems.count + 1)
        #expect(lines.contains { $0.hasPrefix("residences.csv,2,4,室号,") })
    }

    @Test("what builds on a refused row is refused for that reason, down to the last")
    func cascade() throws {
        let reading = try check([.residences: "门牌号,室号,楼层,面积\n1号,101,x,\n1号,102,1,"])
        #expect(
            reading.problems.map { "\($0.file):\($0.line)" } == [
                "residences.csv:2", "households.csv:2", "memberships.csv:2", "memberships.csv:3",
            ])
        #expect(
            reading.problems.dropFirst().map(\.reason)
                == Array(repeating: .dependsOnSkipped(line: 2), count: 3))
        #expect(reading.rows.residences.count == 1)
        #expect(reading.rows.persons.count == 2)
    }

    @Test("a venue's hours are whole or refused, as a later import drops what is missing")
    func venueHours() throws {
        let text = try #require(Self.sound[.venueHours])
        for row in ["V1,周一,11:00,12:30", "V1,周二,9:00,8:00"] {
            let reading = try check([.venueHours: text + "\n" + row])
            #expect(reading.problems.map(\.line).sorted() == [2, 3, 4])
            #expect(
                reading.problems.filter { $0.line < 4 }.map(\.reason)
                    == Array(repeating: .dependsOnSkipped(line: 4), count: 2))
            #expect(reading.rows.venueHours == [])
        }
        let sound = try check([:])
        #expect(sound.rows.venueHours.map(\.closes) == [720, 1440])
        #expect(sound.rows.venues.first?.openTo == ["resident"])
    }

    @Test("columns stand in any order, unknown ones are told, missing and doubled ones refused")
    func headers() throws {
        let mixed = try check([.residences: "备注,楼层,室号,门牌号\nx,1,101,1号\n\n,,,\n"])
        #expect(mixed.problems == [])
        #expect(mixed.unknownHeaders == [.residences: ["备注"]])
        #expect(mixed.rowCounts[.residences] == 1)
        let missing = try check([.ties: "编号甲,关系,起始日期\nP1,父母,2015-01-01"])
        #expect(missing.problems.map(\.header) == ["编号乙"])
        let twice = try check([.ties: "编号甲,关系,编号乙,编号甲,起始日期"])
        #expect(twice.problems.map(\.reason) == [.headerTwice])
        let none = try check([.estates: ""])
        #expect(none.problems.first?.reason == .headerMissing)
    }

    @Test("what is in the estate already can be referred to, and a place stays where it is")
    func known() throws {
        var known = KnownEstate()
        known.persons = ["P8"]
        known.places = [
            "1幢": .init(kind: "building", parent: nil), "1号": .init(kind: "stair", parent: "9幢"),
        ]
        let reading = try check(
            [.ties: "编号甲,关系,编号乙,起始日期\nP1,朋友,P8,2015-01-01"], known: known)
        #expect(reading.problems.filter { $0.file == "ties.csv" } == [])
        #expect(reading.problems.first?.reason == .stays)
    }

    @Test("a file in GB18030 and one with a mark are read like UTF-8")
    func encodings() throws {
        let files = try Self.sound.map { table, text in
            let bytes =
                table == .ties
                ? [0xEF, 0xBB, 0xBF] + Array(text.utf8) : try #require(GB18030.encode(text))
            return ImportFile(name: table.fileName, bytes: bytes)
        }
        let reading = ImportReader(today: try #require(Self.today)).read(files)
            .checked(against: KnownEstate())
        #expect(reading.problems == [])
        #expect(reading.encodings[.persons] == .gb18030)
        #expect(reading.encodings[.ties] == .utf8WithMark)
        #expect(reading.rows == (try check([:])).rows)
    }

    @Test("a file past its bound is refused unread")
    func tooLarge() throws {
        var limits = ImportLimits()
        limits.fileBytesMax = 100
        let text = try #require(Self.sound[.estates])
        let reading = ImportReader(today: try #require(Self.today), limits: limits).read([
            ImportFile(name: "estates.csv", bytes: Array(text.utf8))
        ])
        #expect(reading.problems.map(\.reason) == [.fileTooLarge(bytesMax: 100)])
    }
}

@Suite("The seed data")
struct SeedDataTests {
    static func files(_ folder: String) throws -> [ImportFile] {
        let root = #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
        // The days of a year are the same everywhere: one folder brings them.
        let tables = ImportTable.allCases.filter { $0 != .calendarDays || folder.isEmpty }
        return try tables.map { table in
            let path = "/\(root)/seed-data/\(folder)\(table.fileName)"
            let bytes = try #require(FileManager.default.contents(atPath: path), "\(path)")
            return ImportFile(name: table.fileName, bytes: Array(bytes))
        }
    }

    private func reading(_ folder: String) throws -> ImportReading {
        let today = try #require(CalendarDate(year: 2026, month: 9, day: 1))
        return ImportReader(today: today).read(try Self.files(folder)).checked(
            against: KnownEstate())
    }

    @Test("the first estate: 903 residences, each with a household, 10 stairs, 400 parking spaces")
    func musicPlaza() throws {
        let reading = try reading("")
        #expect(reading.problems == [])
        #expect(reading.unknownHeaders.isEmpty)
        let rows = reading.rows
        #expect(rows.residences.count == 903)
        #expect(Set(rows.households.map(\.residence)) == Set(rows.residences.map(\.key)))
        #expect(rows.households.count > 903)
        #expect(rows.places.count { $0.kind == "stair" } == 10)
        #expect(rows.places.count { $0.kind == "building" } == 8)
        #expect(rows.places.count { $0.kind == "parking" } == 400)
        #expect(Set(rows.memberships.map(\.household)) == Set(rows.households.map(\.code)))
        #expect(rows.persons.count { $0.name == "张伟" } >= 5)
        #expect(rows.persons.allSatisfy { $0.phone?.e164.hasPrefix("+86154") ?? true })
        let phones = rows.persons.compactMap(\.phone)
        #expect(Set(phones).count < phones.count)
        #expect(rows.roles.count { $0.role == "stair_leader" } == 10)
        #expect(rows.estates.first?.path.last == "秋水云庐居委")
    }

    @Test("its neighbour shares the committee area and one committee member")
    func qinglianCourt() throws {
        let small = try reading("qinglian-court/")
        #expect(small.problems == [])
        let accounts = Set(small.rows.persons.compactMap(\.account))
        let first = try reading("")
        #expect(accounts == Set(first.rows.persons.compactMap(\.account)))
        #expect(accounts.count == 1)
        #expect(small.rows.estates.first?.path == first.rows.estates.first?.path)
    }
}
