/// Rules about what Swift code may do, and where.
enum CodeRules {
    static let all = [imports, unsafe, unchecked, traps, wallClock, fileLength, functionLength]

    /// What each module may import; nothing upwards.
    private static let imported: [String: Set<String>] = [
        "Matching": ["Synchronization", "Glibc", "FoundationEssentials"],
        // Values alone: a checker that shared code with a solver would share its faults.
        "MatchingChecks": ["Matching", "Glibc"],
        "Realtime": [
            "CLibuv", "COpenSSL", "CCurl", "CWslay", "CZlib", "CNIOLLHTTP", "DequeModule",
            "Logging", "Synchronization", "Glibc", "FoundationEssentials",
        ],
        "Platform": [
            "Realtime", "CPostgres", "COpenSSL", "CIcal", "CQREncode", "DequeModule", "Logging",
            "Synchronization", "Glibc", "FoundationEssentials",
        ],
        "Social": ["Platform", "Realtime", "Matching", "Logging", "FoundationEssentials"],
        "linli": [
            "Social", "Platform", "Realtime", "Matching", "MatchingChecks", "ArgumentParser",
            "Logging", "Glibc", "Synchronization", "FoundationEssentials",
        ],
    ]

    static let imports = Rule.lines(
        "imports go one way", where: isSource,
        bad: sample("Sources/Realtime/Bad.swift", "import Platform\n"),
        good: sample("Sources/Platform/Good.swift", "package import Realtime\n"),
        path: { path, line in
            guard line.holds("import "),
                let name = line.firstMatch(of: /^(?:@\w+ )?(?:\w+ )?import (?:\w+ )?(\w+)/)?.1,
                let module = path.split(separator: "/").dropFirst().first
            else { return false }
            return imported[String(module)]?.contains(String(name)) != true
        })

    /// Folders and files that wrap a C library, or write bytes of one in place.
    private static let wrappers = [
        "Realtime/EventLoop/", "Realtime/TCP/", "Realtime/TLS/", "Realtime/WebSocket/",
        "Realtime/Calls/", "Realtime/Compression/", "Realtime/HTTP/HeadParser",
        "Realtime/HTTP/RequestParser", "Realtime/HTTP/RequestHead",
        "Realtime/HTTP/ResponseEncoder", "Realtime/HTTP/HTTPConnection", "Realtime/HTTP/Wire",
        "Realtime/HTTP/WebSocketConnection", "Realtime/JSON/JSONWriter",
        "Platform/Crypto/",
        "Platform/Postgres/", "Realtime/Files/",
        "Platform/Events/SignedHeads", "Platform/Events/ErasureList", "Platform/Time/Clock",
        "Platform/Import/TextEncoding",
        "Platform/Calendar/LibIcal", "Platform/QR/QRMatrix",
    ]

    static let unsafe = Rule.lines(
        "`unsafe` stays in the folders that wrap a C library; elsewhere an actor's executor",
        where: { path in
            isSource(path) && !wrappers.contains { path.hasPrefix("Sources/\($0)") }
        },
        bad: sample("Sources/Social/Bad.swift", "let first = unsafe pointer.pointee\n"),
        good: sample(
            "Sources/Social/Good.swift",
            """
            // unsafe is only a word here
            nonisolated var unownedExecutor: UnownedSerialExecutor { unsafe loop.executor }
            """),
        isWrong: { line in
            line.holds("unsafe") && line.contains(/\bunsafe\b/) && !line.contains("Executor")
        })

    static let unchecked = Rule(
        name: "a claim that the compiler cannot check stands in a wrapper, its reason above it",
        concerns: isSource,
        findings: { file in
            guard file.text.holds("@unchecked Sendable", "nonisolated(unsafe)") else { return [] }
            let isWrapper = wrappers.contains { file.path.hasPrefix("Sources/\($0)") }
            let lines = file.lines
            return lines.indices.filter { number in
                let code = file.codes[number]
                guard code.contains("@unchecked Sendable") || code.contains("nonisolated(unsafe)")
                else { return false }
                return !isWrapper || !hasReason(lines, above: number)
            }.map { "line \($0 + 1): \(lines[$0])" }
        },
        bad: sample(
            "Sources/Realtime/TLS/Bad.swift", "\nfinal class Box: @unchecked Sendable {}\n"),
        good: sample(
            "Sources/Realtime/TLS/Good.swift",
            "// Set once, before any other thread sees it.\nnonisolated(unsafe) let raw: Pointer\n")
    )

    /// Whether a comment stands above a line, or above the claims that the line follows at once.
    private static func hasReason(_ lines: [Substring], above number: Int) -> Bool {
        let above = lines[..<number].reversed().first { line in
            !line.contains("nonisolated(unsafe)") && !line.contains(/^\s*@/)
        }
        return above?.contains(/^\s*\/\//) == true
    }

    static let traps = Rule.lines(
        "no `try!`, no `as!`, no `fatalError`", where: isSource,
        bad: sample("Sources/linli/Bad.swift", word("let a = ", "try", "! load()\n")),
        good: sample("Sources/linli/Good.swift", "precondition(count > 0)\n"),
        isWrong: { $0.holds(word("try", "!"), word("as", "! "), word("fatal", "Error(")) })

    static let wallClock = Rule.lines(
        "only Platform/Time reads the clock of the wall",
        where: { isSource($0) && !$0.hasPrefix("Sources/Platform/Time/") },
        bad: sample("Sources/Social/Bad.swift", "let then = Date()\n"),
        good: sample(
            "Sources/Social/Good.swift", "let then = clock.now() + ContinuousClock().now\n"),
        isWrong: { line in
            line.holds("Date", "CLOCK", "time", "UTC")
                && line.contains(
                    /\bDate\(\)|\bDate\.now\b|CLOCK_REALTIME|gettimeofday|\btime\((nil|NULL)\)|\bUTCClock/
                )
        })

    static let fileLength = Rule(
        name: "a file has at most 400 lines", concerns: isSwift,
        findings: { file in
            let count = file.lines.count - (file.text.hasSuffix("\n") ? 1 : 0)
            return count > 400 ? ["\(count) lines"] : []
        },
        bad: sample("Sources/Social/Bad.swift", String(repeating: "\n", count: 401)),
        good: sample("Sources/Social/Good.swift", String(repeating: "\n", count: 400)))

    static let functionLength = Rule(
        name: "a function has at most 70 lines", concerns: isSwift, findings: longFunctions,
        bad: sample(
            "Sources/Social/Bad.swift",
            "func long() {\n" + String(repeating: "    step()\n", count: 71) + "}\n"),
        good: sample(
            "Sources/Social/Good.swift",
            "func short() {\n" + String(repeating: "    step()\n", count: 70) + "}\n"))

    /// Relies on the layout of swift-format: a body ends where its function's indentation returns.
    @Sendable private static func longFunctions(in file: Repository.File) -> [String] {
        let head = /^( *)(?:[@\w()]+ )*(?:func\b|init[(<?]|deinit\b)/
        var found: [String] = []
        var open: (line: Int, indent: String, body: Int?)?
        for (number, line) in file.lines.enumerated() {
            if open == nil, line.holds("func", "init"), let match = line.firstMatch(of: head) {
                open = (number, String(match.1), nil)
            }
            guard let (start, indent, body) = open else { continue }
            if let body, line.hasPrefix(indent + "}") {
                let count = number - body - 1
                if count > 70 { found.append("line \(start + 1): a function of \(count) lines") }
                open = nil
            } else if body == nil, line.hasSuffix("{") {
                open = (start, indent, number)
            } else if body == nil, line.hasSuffix("}") || line.isEmpty {
                open = nil
            }
        }
        return found
    }
}

extension Rule {
    /// A rule about single lines that also looks at where they stand.
    fileprivate static func lines(
        _ name: String, where concerns: @escaping @Sendable (String) -> Bool,
        bad: Repository.File, good: Repository.File,
        path isWrong: @escaping @Sendable (_ path: String, _ line: String) -> Bool
    ) -> Rule {
        Rule(
            name: name, concerns: concerns,
            findings: { file in
                file.lines.map(String.init).filter { isWrong(file.path, $0) }
            },
            bad: bad, good: good)
    }
}
