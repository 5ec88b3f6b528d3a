/// Helpers by their place, so that a request looks only at those within its reach: bands from west
/// to east, in each the helpers from the west on.
struct PairingNearby: Sendable {
    private struct Place {
        var band: Int64
        var x: Int32
        var helper: Int32
    }

    private var places: [Place]
    private var bands: ClosedRange<Int64> = 0...0

    /// Some of the helpers, by their numbers.
    init(_ helpers: [PairingHelper], _ numbers: some Sequence<Int>) {
        places = numbers.map { helper in
            let cell = helpers[helper].cell
            return Place(band: Self.band(Int64(cell.y)), x: cell.x, helper: Int32(helper))
        }
        places.sort { ($0.band, $0.x, $0.helper) < ($1.band, $1.x, $1.helper) }
        if let first = places.first, let last = places.last { bands = first.band...last.band }
    }

    var count: Int { places.count }

    /// Sixteen cells make a band.
    private static func band(_ y: Int64) -> Int64 { y >> 4 }

    /// Visits every helper within reach, and others of the same bands.
    func visit(_ cell: PlaceCell, reach: Int32, _ body: (Int) -> Void) {
        let (x, y, most) = (Int64(cell.x), Int64(cell.y), Int64(reach))
        guard most >= 0 else { return }
        let first = max(bands.lowerBound, Self.band(y - most))
        let last = min(bands.upperBound, Self.band(y + most))
        var band = first
        while band <= last {
            var place = places.partition {
                ($0.band, Int64($0.x)) < (band, x - most)
            }
            while place < places.count, places[place].band == band,
                Int64(places[place].x) <= x + most
            {
                body(Int(places[place].helper))
                place += 1
            }
            // The next band in which somebody is.
            let next = places.partition { $0.band <= band }
            guard next < places.count else { return }
            band = places[next].band
        }
    }
}
