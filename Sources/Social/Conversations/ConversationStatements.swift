internal import Platform
internal import Realtime

/// The verdict of one act in a conversation.
struct ConversationVerdict: Statement {
    var sql: SQL

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// Begins a thread, or finds the one that is open.
struct StartConversation: Statement {
    var id: UUID
    var kind: String
    var about: UUID
    var person: UUID?
    var child: UUID?

    var sql: SQL {
        """
        SELECT verdict, id
        FROM linli.start_conversation(\(id), \(kind), \(about), \(person), \(child),
            \(Conversations.openMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (verdict: String, id: UUID?) {
        (try cells.read(), try cells.read())
    }
}

/// Says something that is sealed.
struct Say: Statement {
    var id: UUID
    var conversation: UUID
    var sealed: [UInt8]
    var isMasked: Bool
    /// The watched words that stand in it.
    var watched: String
    var event: UUID

    var sql: SQL {
        """
        SELECT linli.say(\(id), \(conversation), \(sealed), \(isMasked), \(watched), \(event),
            \(Conversations.perMinuteMax), \(Conversations.perHourMax))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }
}

/// The words that let somebody look.
struct WatchedWords: Statement {
    var sql: SQL { "SELECT w FROM linli.watch_words_known() AS w" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> String { try cells.read() }

    /// Those of some words that stand in a text, however they are spaced.
    static func found(in text: String, _ known: [String]) -> String {
        let bare = String(
            String.UnicodeScalarView(
                text.lowercased().unicodeScalars.filter {
                    $0.properties.isAlphabetic || $0.properties.numericType != nil
                }))
        return known.filter { bare.contains($0) }.joined(separator: " ")
    }
}

/// Threads that the principal reads, each as JSON.
struct ConversationsSeen: Statement {
    var wanted: UUID?
    var child: UUID?
    var before = UUID(high: .max, low: .max)
    var count: Int32 = 1

    var sql: SQL {
        """
        SELECT id, kind, about_id, title_zh, title_en, side, asker_id, asker_name, child_id,
            child_name, is_open, last_at, unread, guardians_read
        FROM linli.conversations_seen(\(wanted), \(child), \(before), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> (id: UUID, json: [UInt8]) {
        var json = JSONWriter(capacity: 512)
        json.beginObject()
        let id = try cells.read(UUID.self)
        json.member("id", id)
        for name in ["kind", "about"] { try cells.write(name, to: &json) }
        for name in ["title_zh", "title_en"] { try cells.writeIfPresent(name, to: &json) }
        try cells.write("side", to: &json)
        for name in ["person", "display_name", "child", "child_name"] {
            try cells.writeIfPresent(name, to: &json)
        }
        for name in ["is_open", "last_at", "unread", "guardians_read"] {
            try cells.write(name, to: &json)
        }
        json.endObject()
        return (id, json.bytes)
    }
}

/// Whether the principal reads what a child says.
struct GuardsSpeech: Statement {
    var child: UUID?

    var sql: SQL { "SELECT coalesce(linli.guards_speech(\(child)), false)" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}

/// A page of what was said in a thread, the latest first, sealed.
struct ConversationMessages: Statement {
    struct Row {
        var id: UUID
        var side: String
        var isOwn: Bool
        var author: String?
        var sealed: [UInt8]?
        var isMasked: Bool
        var at: Instant
        var mark: String?
    }

    var conversation: UUID
    var before: UUID?
    var count: Int32

    var sql: SQL {
        """
        SELECT id, side, is_own, author_name, body_sealed, is_masked, at, mark
        FROM linli.conversation_messages(\(conversation), \(before), \(count))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), side: try cells.read(), isOwn: try cells.read(),
            author: try cells.read(), sealed: try cells.read(), isMasked: try cells.read(),
            at: try cells.read(), mark: try cells.read())
    }
}

/// A reported message after those before it, sealed; none for what is no message.
struct ReportedMessages: Statement {
    struct Row {
        var id: UUID
        var author: UUID
        var name: String
        var at: Instant
        var sealed: [UInt8]?
        var isTakenBack: Bool
    }

    var thing: UUID

    var sql: SQL {
        """
        SELECT id, author_id, author_name, at, body_sealed, is_taken_back
        FROM linli.reported_messages(\(thing))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            id: try cells.read(), author: try cells.read(), name: try cells.read(),
            at: try cells.read(), sealed: try cells.read(), isTakenBack: try cells.read())
    }
}

/// The sealed numbers of a call's ends, the caller's first.
struct CallEnds: Statement {
    struct Row {
        var isCaller: Bool
        var account: UUID
        var identifier: UUID
        var sealed: [UInt8]
    }

    var call: UUID

    var sql: SQL {
        """
        SELECT is_caller, account_id, identifier_id, value_sealed
        FROM linli.call_ends(\(call))
        """
    }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Row {
        Row(
            isCaller: try cells.read(), account: try cells.read(),
            identifier: try cells.read(), sealed: try cells.read())
    }
}

/// Has the desk put a call through.
struct CallByDesk: Statement {
    var call: UUID

    var sql: SQL { "SELECT linli.call_by_desk(\(call))" }

    func decode(_ cells: inout Cells) throws(PostgresError) -> Bool { try cells.read() }
}
