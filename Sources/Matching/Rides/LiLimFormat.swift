/// Reads `pickup-delivery` files in the format of Li and Lim.
///
/// Line 1: vehicles, capacity, speed, which the family never uses; then a row for the depot and one
/// a task:
/// `id x y demand earliest latest service pickup delivery`, where the row of the other end stands
/// in
/// the column of its kind and 0 in the other one.
public enum LiLimFormat {
    /// Most rows behind the depot's, so that the table of distances stays below 130 MB.
    public static let tasksMax = 4_000

    /// Reads an instance; a file that contradicts itself is refused with its line.
    public static func read(_ bytes: [UInt8]) throws(InputProblem) -> PickupDeliveryInstance {
        var text = TextScanner(bytes)
        let vehicles = try text.integer("vehicles", in: 0...CordeauFormat.vehiclesMax)
        let capacity = try text.integer("capacity", in: 0...CordeauFormat.loadMax)
        _ = try text.integer("speed", in: 0...CordeauFormat.loadMax)
        var stops = [try stop(&text, 0)]
        var lines = [text.line]
        while !text.isAtEnd {
            guard stops.count <= tasksMax else {
                throw text.problem("at most \(tasksMax) tasks", found: "more")
            }
            stops.append(try stop(&text, stops.count))
            lines.append(text.line)
        }
        try checkPairs(stops, lines)
        return PickupDeliveryInstance(vehicles: vehicles, capacity: capacity, stops: stops)
    }

    private static func stop(
        _ text: inout TextScanner, _ row: Int
    ) throws(InputProblem) -> PickupDeliveryInstance.Stop {
        let coordinates = -CordeauFormat.coordinateMax...CordeauFormat.coordinateMax
        let times = 0...CordeauFormat.timeMax
        let loadMax = row == 0 ? 0 : CordeauFormat.loadMax
        let partnerMax = row == 0 ? 0 : tasksMax
        _ = try text.integer("row id", in: row...row)
        let x = try text.number("x", in: coordinates)
        let y = try text.number("y", in: coordinates)
        let demand = try text.integer("demand", in: -loadMax...loadMax)
        let earliest = try text.number("earliest time", in: times)
        let latest = try text.number("latest time", in: earliest...CordeauFormat.timeMax)
        let service = try text.number("service time", in: times)
        let pickup = try text.integer("row of the pickup", in: 0...partnerMax)
        let delivery = try text.integer("row of the delivery", in: 0...partnerMax)
        guard row == 0 || (pickup == 0) != (delivery == 0) else {
            throw text.problem(
                "the row of either a pickup or a delivery", found: "\(pickup) \(delivery)")
        }
        return PickupDeliveryInstance.Stop(
            x: x, y: y, demand: demand, earliest: earliest, latest: latest, service: service,
            partner: max(pickup, delivery), isPickup: pickup == 0)
    }

    private static func checkPairs(
        _ stops: [PickupDeliveryInstance.Stop], _ lines: [Int]
    ) throws(InputProblem) {
        for row in stops.indices.dropFirst() {
            let stop = stops[row]
            guard stop.partner < stops.count, stops[stop.partner].partner == row,
                stops[stop.partner].isPickup != stop.isPickup
            else {
                throw InputProblem(
                    line: lines[row], expected: "a row whose other end points back",
                    found: "\(stop.partner)")
            }
            guard stop.demand == -stops[stop.partner].demand, stop.isPickup == (stop.demand > 0)
            else {
                throw InputProblem(
                    line: lines[row],
                    expected: "a demand above 0 at a pickup, and its opposite at the delivery",
                    found: "\(stop.demand)")
            }
        }
    }
}
