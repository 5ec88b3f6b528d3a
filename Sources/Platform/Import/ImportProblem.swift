/// Why a row, or a file, cannot be imported.
package enum ImportReason: Sendable, Hashable {
    case fileTooLarge(bytesMax: Int)
    case notText(TextEncoding)
    case csv(CSVFault)
    case fileMissing
    case headerMissing
    case headerTwice
    case tooManyCells(expected: Int)
    case empty
    case tooLong(charactersMax: Int)
    case invisibleCharacter
    case notACode
    case notANumber
    case outOfRange(Int, Int)
    case notADate
    case dateInFuture
    case notAPhone
    case notATime
    /// The words that may stand here.
    case notOneOf([String])
    case notOneEstate
    case taken(line: Int)
    case unknown(String)
    case dependsOnSkipped(line: Int)
    case wrongParent
    case circle
    case stays
    case accountMissing
    case endsBeforeStart
    case beforeBirth
    case overlaps(line: Int)
    case tiedToSelf
    case notBookable
    case samePlace
}

/// One thing that is wrong with the imported files, and where.
package struct ImportProblem: Sendable, Hashable, CustomStringConvertible {
    /// The file's name, such as `residences.csv`.
    package let file: String
    /// The line, from 1; 0 when the whole file is meant.
    package let line: Int
    /// The column's header, when one cell is meant.
    package let header: String?
    /// The character of the line, from 1, when it is known.
    package let character: Int?
    /// What is wrong.
    package let reason: ImportReason

    /// `residences.csv:17:9 楼层: …Chinese… / …English…`; never a name, phone or birth date.
    package var description: String {
        let place = [file, line > 0 ? "\(line)" : nil, character.map { "\($0)" }]
            .compactMap(\.self).joined(separator: ":")
        let column = header.map { " \($0)" } ?? ""
        return "\(place)\(column): \(reason.chinese) / \(reason.english)"
    }

    /// The problems as a file for a spreadsheet: UTF-8 with its mark, a row each.
    package static func spreadsheet(_ problems: [ImportProblem]) -> [UInt8] {
        var csv = CSVWriter(byteOrderMark: true)
        csv.write(["文件", "行", "字符", "列", "问题", "Problem"])
        for problem in problems {
            csv.write([
                problem.file, problem.line > 0 ? "\(problem.line)" : "",
                problem.character.map { "\($0)" } ?? "", problem.header ?? "",
                problem.reason.chinese, problem.reason.english,
            ])
        }
        return csv.bytes
    }
}

extension ImportReason {
    /// The reason in Chinese.
    package var chinese: String { words.chinese }

    /// The reason in English.
    package var english: String { words.english }

    private var words: (chinese: String, english: String) {
        fileWords ?? cellWords ?? rowWords
    }

    private var fileWords: (chinese: String, english: String)? {
        switch self {
        case .fileTooLarge(let max): ("文件超过 \(max) 字节", "the file is longer than \(max) bytes")
        case .notText(let encoding):
            ("无法按 \(encoding.rawValue) 读取", "cannot be read as \(encoding.rawValue)")
        case .csv(let fault): fault.words
        case .fileMissing: ("缺少此文件", "this file is missing")
        case .headerMissing: ("缺少此列", "this column is missing")
        case .headerTwice: ("此列出现两次", "this column stands twice")
        case .notOneEstate: ("必须恰好有一个小区", "there must be exactly one estate")
        default: nil
        }
    }

    private var cellWords: (chinese: String, english: String)? {
        switch self {
        case .tooManyCells(let count):
            ("单元格多于表头的 \(count) 列", "more cells than the \(count) headers")
        case .empty: ("不能为空", "must not be empty")
        case .tooLong(let max): ("超过 \(max) 个字", "longer than \(max) characters")
        case .invisibleCharacter:
            ("含有不可见的方向控制字符", "holds an invisible direction character")
        case .notACode:
            ("编号只能用字母、数字、汉字和 - _ .", "a code has letters, digits and - _ . only")
        case .notANumber: ("不是数字", "is not a number")
        case .outOfRange(let low, let high):
            ("应在 \(low) 到 \(high) 之间", "must be between \(low) and \(high)")
        case .notADate: ("不是日期 (如 2004-09-03)", "is not a date (such as 2004-09-03)")
        case .dateInFuture: ("日期在将来", "lies in the future")
        case .notAPhone: ("不是电话号码", "is not a telephone number")
        case .notATime: ("不是时刻 (如 09:00)", "is not a time of day (such as 09:00)")
        case .notOneOf(let words):
            (
                "应为: \(words.joined(separator: "、"))",
                "must be one of \(words.joined(separator: ", "))"
            )
        default: nil
        }
    }

    private var rowWords: (chinese: String, english: String) {
        switch self {
        case .taken(let line): ("与第 \(line) 行重复", "repeats line \(line)")
        case .unknown(let code): ("找不到「\(code)」", "there is no “\(code)”")
        case .dependsOnSkipped(let line):
            ("所依据的第 \(line) 行有误", "builds on line \(line), which is refused")
        case .wrongParent: ("上级地点的类型不对", "the place above is of the wrong kind")
        case .circle: ("上级地点成环", "the places above form a circle")
        case .stays: ("已导入的地点不能改类型、上级或楼层", "a place keeps its kind, floor and the place above it")
        case .accountMissing:
            ("居委会范围的角色需要账号编号", "a role at a committee area needs an 账号编号")
        case .endsBeforeStart: ("终止早于起始", "ends before it starts")
        case .beforeBirth: ("早于出生日期", "starts before the date of birth")
        case .overlaps(let line): ("与第 \(line) 行的期间重叠", "overlaps the term of line \(line)")
        case .tiedToSelf: ("不能与本人建立关系", "ties a person to itself")
        case .notBookable: ("只有公共场所可以预订", "only a public place can be a venue")
        case .samePlace: ("起点与终点相同", "leads from a place to itself")
        default: ("有误", "is wrong")
        }
    }
}

extension CSVFault {
    fileprivate var words: (chinese: String, english: String) {
        switch self {
        case .quoteInsideCell: ("单元格中间有引号", "a quote inside an unquoted cell")
        case .textAfterQuote: ("引号之后还有文字", "text after a closing quote")
        case .quoteNotClosed: ("引号没有结束", "a quote that is never closed")
        case .controlCharacter(let code):
            ("含有控制字符 (\(code))", "a control character (\(code))")
        case .cellTooLong(let max): ("单元格超过 \(max) 字节", "a cell longer than \(max) bytes")
        case .tooManyCells(let max): ("一行超过 \(max) 格", "more than \(max) cells in a row")
        case .tooManyRows(let max): ("超过 \(max) 行", "more than \(max) rows")
        }
    }
}
