/// Reads `dial-a-ride` files in the format of Cordeau (2006).
///
/// Line 1: vehicles, requests n, maximum route duration, capacity, maximum ride time; then
/// 2n + 2 rows `id x y service load earliest latest`: the depot, n pickups, their n deliveries, the
/// depot again, which may be missing.
public enum CordeauFormat {
    /// Most requests, so that the table of distances stays below 130 MB.
    public static let requestsMax = 2_000
    /// Most vehicles.
    public static let vehiclesMax = 10_000
    /// Largest time, in units of time.
    public static let timeMax = 1e9
    /// Largest coordinate, either way.
    public static let coordinateMax = 1e6
    /// Largest load of a stop, and largest capacity.
    public static let loadMax = 1_000_000

    /// Reads an instance; a file that contradicts itself is refused with its line.
    public static func read(_ bytes: [UInt8]) throws(InputProblem) -> DialARideInstance {
        var text = TextScanner(bytes)
        let vehicles = try text.integer("vehicles", in: 0...vehiclesMax)
        let requests = try text.integer("requests", in: 0...requestsMax)
        let maxDuration = try text.number("maximum route duration", in: 0...timeMax)
        let capacity = try text.integer("capacity", in: 0...loadMax)
        let maxRideTime = try text.number("maximum ride time", in: 0...timeMax)
        var stops: [DialARideInstance.Stop] = []
        for row in 0...(2 * requests + 1) {
            if row == 2 * requests + 1, text.isAtEnd {
                stops.append(stops[0])
                break
            }
            stops.append(try stop(&text, row, requests, stops))
        }
        try text.end(after: "the closing depot")
        return DialARideInstance(
            vehicles: vehicles, maxDuration: maxDuration, capacity: capacity,
            maxRideTime: maxRideTime, stops: stops)
    }

    private static func stop(
        _ text: inout TextScanner, _ row: Int, _ requests: Int,
        _ before: [DialARideInstance.Stop]
    ) throws(InputProblem) -> DialARideInstance.Stop {
        _ = try text.integer("row id", in: row...row)
        let x = try text.number("x", in: -coordinateMax...coordinateMax)
        let y = try text.number("y", in: -coordinateMax...coordinateMax)
        let service = try text.number("service time", in: 0...timeMax)
        let load = try text.integer("load", in: loads(of: row, requests, before))
        let earliest = try text.number("earliest time", in: 0...timeMax)
        let latest = try text.number("latest time", in: earliest...timeMax)
        return DialARideInstance.Stop(
            x: x, y: y, service: service, load: load, earliest: earliest, latest: latest)
    }

    /// A depot has no load; a pickup has one; a delivery gives back what its pickup took.
    private static func loads(
        of row: Int, _ requests: Int, _ before: [DialARideInstance.Stop]
    ) -> ClosedRange<Int> {
        if row == 0 || row == 2 * requests + 1 { return 0...0 }
        if row <= requests { return 0...loadMax }
        let taken = before[row - requests].load
        return -taken...(-taken)
    }
}
