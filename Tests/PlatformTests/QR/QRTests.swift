import Platform
import Testing

@Suite("QR codes")
struct QRTests {
    @Test("a code has its three finder patterns, and the smallest size that holds the text")
    func finders() throws {
        let code = try #require(QRMatrix("https://linli.test/a/1"))
        #expect(code.width == 25)
        #expect(code.isDark.count == code.width * code.width)
        for (x, y) in [(0, 0), (code.width - 7, 0), (0, code.width - 7)] {
            let ring = (0..<7).map { code.isDark[(y + 3) * code.width + x + $0] }
            #expect(ring == [true, false, true, true, true, false, true])
        }
    }

    @Test("an empty text and one past the bound have no code; one at the bound has")
    func bounds() {
        #expect(QRMatrix("") == nil)
        #expect(QRMatrix(String(repeating: "邻", count: 333) + "a") != nil)
        #expect(QRMatrix(String(repeating: "邻", count: 333) + "ab") == nil)
        #expect(QRMatrix(String(repeating: "x", count: 100_000)) == nil)
    }

    @Test("the image is as large as the code with its quiet zone, and its title is only a text")
    func image() throws {
        let code = try #require(QRMatrix("邻里"))
        let svg = code.svg(title: "<script>&\"\u{0}\u{FFFF}")
        #expect(svg.contains("viewBox=\"0 0 \(code.width + 8) \(code.width + 8)\""))
        #expect(svg.contains("<title>&lt;script&gt;&amp;&quot;  </title>"))
        #expect(svg.contains("shape-rendering=\"crispEdges\""))
        // Each dark module of the first row stands four units down.
        let dark = code.isDark.prefix(code.width).count { $0 }
        let runs = svg.matches(of: /M(\d+) 4h(\d+)v1/).compactMap { Int($0.2) }
        #expect(runs.reduce(0, +) == dark)
    }
}
