/// Reads batches of trips: JSON with `trips`, each `[vehicle, [requests], delay in seconds]`.
///
/// The number of requests is the length of `origin`, that of vehicles the length of `vehicle_node`.
/// Optional: `penalty` (cost of an unserved request, 10000) and `promised` (requests that must ride
/// if they can). Delays are rounded to whole seconds, halves to the even one.
public enum RideBatchFormat {
    /// Reads one batch, or a list of them.
    public static func read(
        _ bytes: [UInt8]
    ) throws(InputProblem) -> OneOrMany<RideBatchInstance> {
        let files = try JSONInput.oneOrMany(File.self, from: bytes)
        let isList = if case .many = files { true } else { false }
        var index = 0
        return try files.map { file throws(InputProblem) in
            defer { index += 1 }
            return try Reader(file: file, path: isList ? ["\(index)"] : [], bytes: bytes)
                .instance()
        }
    }

    struct File: Decodable {
        var origin: [WholeNumber]
        var vehicleNode: [WholeNumber]
        var trips: [Trip]
        var penalty: WholeNumber?
        var promised: [WholeNumber]?

        enum CodingKeys: String, CodingKey {
            case origin
            case vehicleNode = "vehicle_node"
            case trips, penalty, promised
        }
    }

    struct Trip: Decodable {
        var vehicle: WholeNumber
        var requests: [WholeNumber]
        var delay: Double

        init(from decoder: any Decoder) throws {
            var list = try decoder.unkeyedContainer()
            vehicle = try list.decode(WholeNumber.self)
            requests = try list.decode([WholeNumber].self)
            delay = try list.decode(Double.self)
            guard list.isAtEnd else {
                throw DecodingError.dataCorruptedError(
                    in: list, debugDescription: "a vehicle, its requests, a delay, nothing more")
            }
        }
    }

    private struct Reader {
        let file: File
        let path: [String]
        let bytes: [UInt8]

        func instance() throws(InputProblem) -> RideBatchInstance {
            let most = RideBatchInstance.countMax
            try require(file.origin.count <= most, ["origin"], "at most \(most) requests", "more")
            try require(
                file.vehicleNode.count <= most, ["vehicle_node"], "at most \(most) vehicles",
                "more")
            let tripsMax = RideBatchInstance.tripsMax
            try require(file.trips.count <= tripsMax, ["trips"], "at most \(tripsMax)", "more")
            let cost = file.penalty?.value ?? 10_000
            let costMax = RideBatchInstance.costMax
            try require(
                (0...Int(costMax)).contains(cost), ["penalty"], "seconds from 0 to \(costMax)",
                "\(cost)")
            var trips: [RideBatchInstance.Trip] = []
            trips.reserveCapacity(file.trips.count)
            for (index, trip) in file.trips.enumerated() {
                trips.append(try self.trip(trip, ["trips", "\(index)"]))
            }
            let promised = try requests(file.promised ?? [], ["promised"])
            return RideBatchInstance(
                requestCount: file.origin.count, vehicleCount: file.vehicleNode.count,
                trips: trips, unservedCost: Int64(cost), promised: promised)
        }

        private func trip(
            _ trip: Trip, _ step: [String]
        ) throws(InputProblem) -> RideBatchInstance.Trip {
            let vehicle = trip.vehicle.value
            try require(
                (0..<file.vehicleNode.count).contains(vehicle), step + ["0"],
                "a vehicle below \(file.vehicleNode.count)", "\(vehicle)")
            let most = RideBatchInstance.tripRequestsMax
            try require(
                (1...most).contains(trip.requests.count), step + ["1"], "1 to \(most) requests",
                "\(trip.requests.count)")
            let costMax = Double(RideBatchInstance.costMax)
            try require(
                (0...costMax).contains(trip.delay), step + ["2"],
                "a delay of 0 to \(RideBatchInstance.costMax) seconds", "\(trip.delay)")
            return RideBatchInstance.Trip(
                vehicle: Int32(vehicle), requests: try requests(trip.requests, step + ["1"]),
                delay: Int64(trip.delay.rounded(.toNearestOrEven)))
        }

        private func requests(
            _ numbers: [WholeNumber], _ step: [String]
        ) throws(InputProblem) -> [Int32] {
            var ids: [Int32] = []
            for (index, number) in numbers.enumerated() {
                try require(
                    (0..<file.origin.count).contains(number.value), step + ["\(index)"],
                    "a request below \(file.origin.count)", "\(number.value)")
                ids.append(Int32(number.value))
            }
            ids.sort()
            let twice = zip(ids, ids.dropFirst()).first { $0 == $1 }
            try require(twice == nil, step, "each request once", "\(twice?.0 ?? 0) twice")
            return ids
        }

        private func require(
            _ holds: Bool, _ step: [String], _ expected: String, _ found: String
        ) throws(InputProblem) {
            guard !holds else { return }
            throw InputProblem(
                line: JSONInput.line(of: path + step, in: bytes),
                expected: "\(expected) at .\(step.joined(separator: "."))", found: found)
        }
    }
}
