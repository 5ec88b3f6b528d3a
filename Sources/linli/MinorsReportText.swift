internal import FoundationEssentials

/// The report on minors' data in words.
struct MinorsReportText {
    /// The report as it is handed in: Chinese first, English beside.
    let text: String

    private struct Cell: Decodable {
        var name: String
        var count: Int64?
        var runs: Int64?
        var rows: Int64?
    }

    private struct Counts: Decodable {
        var estateZh: String
        var estateEn: String
        var year: Int
        var asOf: String
        var minors: Int64?
        var ages: [Cell]
        var guardianships: [Cell]
        var consentsGiven: [Cell]
        var consentsWithdrawn: [Cell]
        var reads: [Cell]
        var incidents: [Cell]
        var retention: [Cell]
        var rights: [Cell]
    }

    /// Writes the counts that the database made.
    init(_ json: String) throws {
        let decoder = JSONDecoder()
        decoder.keyDecodingStrategy = .convertFromSnakeCase
        let counts = try decoder.decode(Counts.self, from: Data(json.utf8))
        var lines = [
            "未成年人个人信息保护年度报告 / Yearly report on minors' personal data",
            "\(counts.estateZh) / \(counts.estateEn)  \(counts.year)",
            "截至 / as of \(counts.asOf)；任一项不足五则该组不显示 / groups with a cell below five are hidden",
            "",
            "未成年人总数 / Minors: \(Self.shown(counts.minors))",
        ]
        func add(_ title: String, _ cells: [Cell]) {
            lines.append("")
            lines.append(title)
            if cells.isEmpty { lines.append("  无 / none") }
            for cell in cells {
                let name = Self.words[cell.name].map { "\($0) / \(cell.name)" } ?? cell.name
                let value =
                    cell.runs.map { "\($0) 次 / runs, \(cell.rows ?? 0) 行 / rows" }
                    ?? Self.shown(cell.count)
                lines.append("  \(name): \(value)")
            }
        }
        add("按年龄 / By age", counts.ages)
        add("监护关系，按登记方式 / Guardianships, by how they were recorded", counts.guardianships)
        add("本年作出的同意，按用途 / Consents given, by purpose", counts.consentsGiven)
        add("本年撤回的同意，按用途 / Consents withdrawn, by purpose", counts.consentsWithdrawn)
        add("谁为何查阅未成年人档案 / Reads of minors' records, by office and purpose", counts.reads)
        add("事件和处理 / Incidents, and what was done", counts.incidents)
        add("到期清理 / Retention", counts.retention)
        add("副本和注销 / Copies and erasures", counts.rights)
        text = lines.joined(separator: "\n")
    }

    private static func shown(_ count: Int64?) -> String {
        count.map { "\($0)" } ?? "不显示 / not shown"
    }

    private static let words = [
        "0-5": "0 至 5 岁", "6-13": "6 至 13 岁", "14-17": "14 至 17 岁", "entered": "监护人录入",
        "declared": "监护人声明", "office": "居委会或社工登记", "alone_with_adult": "与成人独处",
        "conversation": "对话", "join_activities": "自行报名", "photographs": "拍照",
        "location": "位置", "health": "健康", "pick_up": "指定接送人", "sign_in": "登录",
        "reported": "涉及儿童的举报", "hidden": "因此隐藏的内容", "waited to be fetched": "活动后等人来接",
        "objections": "异议", "copies of minors' records": "未成年人的资料副本",
        "copies, all": "全部资料副本", "erasures, all": "全部注销",
    ]
}
