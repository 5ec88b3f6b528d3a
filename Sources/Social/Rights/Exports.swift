internal import Platform
internal import Realtime

/// Copies of what is kept of a person, for itself, and of a child, for its guardian.
struct Exports: Sendable {
    /// Most copies that one person asks for in a day; as `linli.ask_export` has it.
    static let perDay = 3

    private let keyring: Keyring

    /// Opening copies under the keys of this keyring.
    init(_ keyring: Keyring) { self.keyring = keyring }

    /// Asks for one.
    static func ask(_ call: Call) async throws -> Response {
        let (id, event) = (call.context.ids.next(), call.context.ids.next())
        let about = call.body["person"]?.text.flatMap { UUID($0) }
        return try await call.write { tx, caller in
            guard let own = caller.person else { return .refused(Problem(.notFound)) }
            let ask = AskExport(id: id, about: about ?? own, event: event)
            switch try await tx.run(ask).first {
            case "asked":
                return .done(
                    call.json(.accepted) { json in
                        json.object { json in json.member("id", id) }
                    })
            case "waiting": return .refused(Problem(.exportWaits))
            case "too_many": return .refused(Problem(.exportsMax))
            default: return .refused(Problem(.notFound))
            }
        }
    }

    /// Writes those asked for, the latest first.
    static func list(_ call: Call) async throws -> Response {
        let rows = try await call.read(OwnExports())
        return call.json { json in
            json.object { json in
                json.key("exports")
                json.array { json in
                    for row in rows { json.raw(row) }
                }
            }
        }
    }

    /// Gives the file, piece by piece; the log has that it was opened.
    func open(_ call: Call) async throws -> Response {
        let (export, event) = (call.id("export"), call.context.ids.next())
        let open = OpenExport(export: export, event: event)
        let opened = try await call.entering {
            try await call.database.write(call.principal) { tx in
                let opened = try await tx.run(open).first
                // A session that may not leaves nothing in the log.
                _ = try call.caller(tx.identity)
                return opened
            }
        }
        guard let opened else { throw Stop(.notFound) }
        let sealer = ExportJob.sealer(keyring, of: call.id("estate"))
        let principal = call.principal
        let day = Day(
            daysSinceEpoch: Int32(clamping: opened.madeAt.microseconds / 86_400_000_000))
        return Response(.ok, "application/zip") { writer, shard in
            guard let database = shard.local(Database.self) else { throw PieceGone() }
            for number in 0..<opened.pieces {
                let piece = ExportPiece(export: export, number: number)
                guard let sealed = try await database.read(principal, piece).first ?? nil else {
                    throw PieceGone()
                }
                try await writer.write(
                    try sealer.open(sealed, at: ExportJob.place(export, number)))
            }
        }
        .adding(
            "Content-Disposition",
            "attachment; filename=\"linli-\(day).zip\"; filename*=UTF-8''"
                + PercentEncoder.encode("我的邻里资料-\(day).zip"))
    }

    /// It was taken away while it was sent: the client sees an end that is none.
    private struct PieceGone: Error {}
}
