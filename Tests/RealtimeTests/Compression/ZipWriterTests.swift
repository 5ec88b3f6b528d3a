import Realtime
import Support
import Testing

@Suite("ZIP archives") struct ZipWriterTests {
    private func writer() -> ZipWriter {
        ZipWriter(year: 2026, month: 2, day: 28, hour: 23, minute: 59, second: 58)
    }

    @Test("a foreign reader finds names and texts as they were, taken in pieces or at once")
    func read() throws {
        let files = [
            "说明 read me.txt": "您好\r\n", "空 empty": "", "数据/𠮷 𡃁.txt": "x",
            "long": String(repeating: "邻里互助", count: 100_000),
        ]
        var (whole, pieces) = (writer(), writer())
        var taken: [UInt8] = []
        for (name, text) in files.sorted(by: { $0.key < $1.key }) {
            try whole.add(name, Array(text.utf8))
            try pieces.add(name, Array(text.utf8))
            taken += pieces.take()
        }
        whole.finish()
        pieces.finish()
        taken += pieces.take()
        let bytes = whole.take()
        #expect(bytes == taken)
        #expect(bytes.count < 20_000, "it is squeezed")
        #expect(try Archive.files(bytes) == files)
    }

    @Test("what does not fit is refused, and leaves the archive as it was")
    func limits() throws {
        var zip = writer()
        #expect(throws: ZipWriter.Fault.nameUnfit) { try zip.add("", []) }
        #expect(throws: ZipWriter.Fault.nameUnfit) {
            try zip.add(String(repeating: "x", count: 65_536), [])
        }
        for number in 0..<ZipWriter.filesMax { try zip.add("\(number)", []) }
        #expect(throws: ZipWriter.Fault.tooLarge) { try zip.add("more", []) }
        zip.finish()
        #expect(try Archive.files(zip.take()).count == ZipWriter.filesMax)
    }
}
