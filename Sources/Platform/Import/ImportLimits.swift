/// The bounds of what an import reads; past one of them it refuses and says which.
package struct ImportLimits: Sendable, Hashable {
    /// Longest file in bytes, before decoding.
    package var fileBytesMax = 32 * 1024 * 1024
    /// Most rows in a file, the header row included.
    package var rowsMax = 500_000
    /// Most cells in a row.
    package var cellsMax = 64
    /// Longest cell in bytes of UTF-8.
    package var cellBytesMax = 4 * 1024

    /// The bounds of an operator's import: a city block in one file, not a city.
    package init() {}
}
