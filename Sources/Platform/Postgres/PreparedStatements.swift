/// The statements that one connection has prepared, by text and types; the least used go first.
struct PreparedStatements {
    /// What makes two statements one plan: the same text with other types is another.
    struct Key: Hashable {
        var text: String
        var types: [SQLType]
    }

    /// A statement prepared on the server, or about to be.
    final class Entry {
        let name: String
        fileprivate let key: Key
        fileprivate(set) var lastUsed: UInt64 = 0

        fileprivate init(name: String, key: Key) {
            self.name = name
            self.key = key
        }
    }

    /// Most statements kept prepared on a connection.
    static let countMax = 512

    private var entries: [Key: Entry] = [:]
    private var made: UInt64 = 0
    private var uses: UInt64 = 0
    /// Names to be deallocated on the server with the next batch.
    private(set) var leaving: [String] = []

    var count: Int { entries.count }

    /// The entry of `sql`, and whether it must be prepared first.
    mutating func use(_ sql: SQL) -> (entry: Entry, isNew: Bool) {
        uses += 1
        let key = Key(text: sql.text, types: sql.binds.map(\.type))
        if let entry = entries[key] {
            entry.lastUsed = uses
            return (entry, false)
        }
        if entries.count >= Self.countMax { evict() }
        made += 1
        let entry = Entry(name: "s\(made)", key: key)
        entry.lastUsed = uses
        entries[key] = entry
        return (entry, true)
    }

    /// Forgets an entry that the server does not have, or must not use again.
    mutating func drop(_ entry: Entry, deallocating: Bool) {
        guard entries[entry.key] === entry else { return }
        entries[entry.key] = nil
        if deallocating { leaving.append(entry.name) }
    }

    /// Puts a name back whose deallocation did not happen.
    mutating func leave(_ name: String) { leaving.append(name) }

    /// Takes the names to deallocate.
    mutating func takeLeaving() -> [String] {
        guard !leaving.isEmpty else { return [] }
        defer { leaving = [] }
        return leaving
    }

    /// Drops an eighth at once, so that the scan is rare.
    private mutating func evict() {
        let oldest = entries.values.sorted { $0.lastUsed < $1.lastUsed }
        for entry in oldest.prefix(Self.countMax / 8) { drop(entry, deallocating: true) }
    }
}
