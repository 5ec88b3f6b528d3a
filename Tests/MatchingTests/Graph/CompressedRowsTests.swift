import Matching
import Testing

@Suite("CompressedRows") struct CompressedRowsTests {
    @Test("entries stand by their row, in the order in which they were given")
    func entriesStandTheir() {
        let (rows, order) = CompressedRows.sorting(
            rows: [2, 0, 2, 2], columns: [5, 6, 7, 8], rowCount: 4)
        #expect(rows.rowCount == 4)
        #expect(
            (0..<4).map { Array(rows.columns[rows.entries(of: $0)]) } == [[6], [], [5, 7, 8], []])
        #expect(order == [1, 0, 2, 3])
    }
}
