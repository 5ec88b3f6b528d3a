/// The statements that one connection has prepared, by their text; the least used go first.
struct PreparedStatements {
    /// A statement prepared on the server, or about to be.
    final class Entry {
        let name: String
        let text: String
        fileprivate(set) var lastUsed: UInt64 = 0

        fileprivate init(name: String, text: String) {
            self.name = name
            self.text = text
        }
    }

    /// Most statements kept prepared on a connection.
    static let countMax = 512

    private var entries: [String: Entry] = [:]
    private var made: UInt64 = 0
    private var uses: UInt64 = 0
    /// Names to be deallocated on the server with the next batch.
    private(set) var leaving: [String] = []

    var count: Int { entries.count }

    /// The entry of `text`, and whether it must be prepared first.
    mutating func use(_ text: String) -> (entry: Entry, isNew: Bool) {
        uses += 1
        if let entry = entries[text] {
            entry.lastUsed = uses
            return (entry, false)
        }
        if entries.count >= Self.countMax { evict() }
        made += 1
        let entry = Entry(name: "s\(made)", text: text)
        entry.lastUsed = uses
        entries[text] = entry
        return (entry, true)
    }

    /// Forgets an entry that the server does not have, or must not use again.
    mutating func drop(_ entry: Entry, deallocating: Bool) {
        guard entries[entry.text] === entry else { return }
        entries[entry.text] = nil
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
