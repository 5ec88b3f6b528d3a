extension QRMatrix {
    /// Light modules around the code, as the standard asks.
    package static let quietModules = 4

    /// The code as an SVG image: black on white with its quiet zone, one unit a module.
    ///
    /// `title` is read out in place of the image; it is escaped.
    package func svg(title: String) -> String {
        let side = width + 2 * Self.quietModules
        return """
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 \(side) \(side)" role="img" \
            shape-rendering="crispEdges"><title>\(Self.escaped(title))</title>\
            <path fill="#fff" d="M0 0h\(side)v\(side)H0z"/>\
            <path fill="#000" d="\(path)"/></svg>

            """
    }

    /// A rectangle for each run of dark modules of a row.
    private var path: String {
        var path = ""
        for row in 0..<width {
            var column = 0
            while column < width {
                let begin = column
                while column < width, isDark[row * width + column] { column += 1 }
                if column > begin {
                    let (x, y) = (begin + Self.quietModules, row + Self.quietModules)
                    path += "M\(x) \(y)h\(column - begin)v1H\(x)z"
                }
                column += 1
            }
        }
        return path
    }

    private static func escaped(_ text: String) -> String {
        var escaped = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "<": escaped += "&lt;"
            case ">": escaped += "&gt;"
            case "&": escaped += "&amp;"
            case "\"": escaped += "&quot;"
            // XML has no control characters, and neither of these two.
            case "\u{FFFE}", "\u{FFFF}": escaped += " "
            case _ where scalar.properties.generalCategory == .control: escaped += " "
            default: escaped.unicodeScalars.append(scalar)
            }
        }
        return escaped
    }
}
