internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Small cells, and what a total tells of them") struct CountedCellTests {
    /// A table as its reader sees it: hidden cells are -1.
    private struct Shown: Hashable {
        var cells: [Int64]
        var total: Int64
    }

    @Test("no total gives a hidden cell away: each has five possible values at least")
    func complements() async throws {
        try await TestDatabase.with { database in
            let server = try database.superuser()
            for (width, most) in [(2, 24), (3, 18)] {
                let rows = try server.run(
                    OneCell<String>(
                        sql: """
                            WITH RECURSIVE tables (cells) AS (
                                SELECT '{}'::bigint[]
                                UNION ALL
                                SELECT t.cells || n
                                FROM tables AS t, generate_series(0, \(Int32(most))) AS n
                                WHERE cardinality(t.cells) < \(Int32(width))
                            )
                            SELECT array_to_string(t.cells, ',') || ' '
                                || array_to_string(linli.counted_cells(t.cells), ',', '-1')
                            FROM tables AS t
                            WHERE cardinality(t.cells) = \(Int32(width))
                            """))
                try check(rows, most: Int64(most))
            }
        }
    }

    private func check(_ rows: [String], most: Int64) throws {
        var possible: [Shown: [Set<Int64>]] = [:]
        for row in rows {
            let halves = row.split(separator: " ").map { half in
                half.split(separator: ",").compactMap { Int64($0) }
            }
            let (cells, seen) = (halves[0], halves[1])
            for (cell, shown) in zip(cells, seen) {
                #expect(shown == cell || shown == -1)
                #expect(cell >= 5 || shown == -1, "\(row)")
            }
            let key = Shown(cells: seen, total: cells.reduce(0, +))
            for (index, cell) in cells.enumerated() {
                possible[key, default: Array(repeating: [], count: cells.count)][index]
                    .insert(cell)
            }
        }
        var checked = 0
        // Beyond that not all tables of a total were tried; one below five is hidden itself.
        for (shown, values) in possible where (5...most).contains(shown.total) {
            for (index, cell) in shown.cells.enumerated() where cell == -1 {
                #expect(values[index].count >= 5, "\(shown): \(values[index])")
                checked += 1
            }
        }
        #expect(checked > 20)
    }

    @Test("a single count is hidden below five")
    func single() async throws {
        try await TestDatabase.with { database in
            let seen = try database.superuser().run(
                OneCell<String>(
                    sql: """
                        SELECT coalesce(linli.counted(n)::text, '-')
                        FROM generate_series(0, 6) AS n
                        ORDER BY n
                        """))
            #expect(seen == ["-", "-", "-", "-", "-", "5", "6"])
        }
    }
}
