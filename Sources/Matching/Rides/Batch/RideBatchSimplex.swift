/// The linear relaxation of what is open, by the primal simplex method with an explicit inverse
/// (Dantzig 1954): every right-hand side is 1, so that making no trip is where it begins.
///
/// Its numbers are floating point. They serve to find prices and cuts; what prices prove is
/// computed in whole numbers by `RideBatchPrices`, whatever they are.
struct RideBatchSimplex {
    /// Most rows (requests, cuts and vehicles), and most trips; beyond them prices are found by
    /// descent.
    static let rowsMax = 900
    static let tripsMax = 30_000

    /// Dual values by open row, and values by trip of the model.
    private(set) var duals: [Double]
    private(set) var values: [Double] = []

    private let rowCount: Int
    private let gainMax: Double
    private var rowStarts: [Int32] = [0]
    private var rows: [Int32] = []
    private var gains: [Double] = []
    private var trips: [Int32] = []
    /// Row of each request, cut and vehicle of the model, -1 where it is closed.
    private var rowNumbers: [Int32]
    /// Column in the basis at each row: a trip's, or `gains.count` plus the row of a slack.
    private var basis: [Int32] = []
    private var isBasic: [Bool] = []
    private var inverse: [Double] = []
    private var level: [Double] = []
    private var column: [Double]
    /// Columns that had the largest reduced gains when all were looked at.
    private var promising: [Int] = []
    private static let promisingMax = 40
    private static let leastGain = 1e-4

    /// Trips that come into the basis before others.
    private var hinted: [Int] = []

    /// Solves what is open; nil when it is too large.
    ///
    /// Begins with trips that have a share in `hint`, a solution of a problem much like this one.
    static func solve(
        _ model: RideBatchModel, _ open: RideBatchOpen, hint: [Double], stop: StopSignal
    ) -> RideBatchSimplex? {
        let rows = open.requests.count { $0 } + open.vehicles.count { $0 }
        let trips = open.trips.count { $0 }
        guard rows <= rowsMax, trips <= tripsMax else { return nil }
        var simplex = RideBatchSimplex(model, open, rowCount: rows)
        simplex.hinted = simplex.trips.indices.filter { hint[Int(simplex.trips[$0])] > 1e-6 }
        simplex.run(stop)
        simplex.values = [Double](repeating: 0, count: model.gains.count)
        for (row, column) in simplex.basis.enumerated() where column < simplex.gains.count {
            simplex.values[Int(simplex.trips[Int(column)])] = simplex.level[row]
        }
        return simplex
    }

    /// Dual value of a request or cut, in the unit of the gains; 0 where it is closed.
    func price(_ request: Int) -> Int64 {
        let row = rowNumbers[request]
        guard row >= 0, duals[Int(row)].isFinite else { return 0 }
        return Int64(min(max(0, duals[Int(row)]), gainMax).rounded())
    }

    private init(_ model: RideBatchModel, _ open: RideBatchOpen, rowCount: Int) {
        self.rowCount = rowCount
        gainMax = Double(model.gainMax)
        rowNumbers = [Int32](repeating: -1, count: model.requestCount + model.vehicleCount)
        var next: Int32 = 0
        for (index, isOpen) in (open.requests + open.vehicles).enumerated() where isOpen {
            rowNumbers[index] = next
            next += 1
        }
        duals = [Double](repeating: 0, count: rowCount)
        column = duals
        for vehicle in open.vehicles.indices where open.vehicles[vehicle] {
            for trip in model.trips(of: vehicle) where open.trips[trip] {
                trips.append(Int32(trip))
                gains.append(Double(model.gains[trip]))
                for entry in model.requests.entries(of: trip) {
                    let row = rowNumbers[Int(model.requests.columns[entry])]
                    if row >= 0 { rows.append(row) }
                }
                rows.append(rowNumbers[model.requestCount + vehicle])
                rowStarts.append(Int32(rows.count))
            }
        }
        basis = (0..<Int32(rowCount)).map { Int32(gains.count) + $0 }
        isBasic = [Bool](repeating: false, count: gains.count + rowCount)
        inverse = [Double](repeating: 0, count: rowCount * rowCount)
        for row in 0..<rowCount {
            isBasic[gains.count + row] = true
            inverse[row * rowCount + row] = 1
            // A little more than 1, each row its own, so that fewer steps lead nowhere.
            level.append(1 + 1e-7 * Double(row * 7919 % 1009) / 1009)
        }
    }

    private func reducedGain(_ index: Int) -> Double {
        guard index < gains.count else { return -duals[index - gains.count] }
        var gain = gains[index]
        for entry in Int(rowStarts[index])..<Int(rowStarts[index + 1]) {
            gain -= duals[Int(rows[entry])]
        }
        return gain
    }

    private mutating func run(_ stop: StopSignal) {
        for _ in 0..<(20 * rowCount + 1000) {
            guard !stop.isRaised, let entering = entering() else { return }
            fill(entering.index)
            guard let row = leaving() else { return }
            pivot(row, entering.index, entering.gain)
        }
    }

    /// The column with the largest reduced gain: among those that are hinted as long as one of them
    /// has any, then among a list of promising ones, which all columns fill when it is empty.
    private mutating func entering() -> (index: Int, gain: Double)? {
        if !hinted.isEmpty {
            if let best = best(of: hinted) { return best }
            hinted = []
        }
        if let best = best(of: promising) { return best }
        var gains: [(gain: Double, index: Int)] = []
        for index in isBasic.indices where !isBasic[index] {
            let gain = reducedGain(index)
            if gain > Self.leastGain { gains.append((gain, index)) }
        }
        if gains.count > Self.promisingMax {
            gains.sort { $0.gain == $1.gain ? $0.index < $1.index : $0.gain > $1.gain }
        }
        promising = gains.prefix(Self.promisingMax).map(\.index)
        return best(of: promising)
    }

    private func best(of indices: [Int]) -> (index: Int, gain: Double)? {
        var best: (index: Int, gain: Double)?
        for index in indices where !isBasic[index] {
            let gain = reducedGain(index)
            if gain > (best?.gain ?? Self.leastGain) { best = (index, gain) }
        }
        return best
    }

    /// The entering column in terms of the basis.
    private mutating func fill(_ index: Int) {
        for row in 0..<rowCount { column[row] = 0 }
        guard index < gains.count else {
            for row in 0..<rowCount { column[row] = inverse[row * rowCount + index - gains.count] }
            return
        }
        for row in 0..<rowCount {
            var sum = 0.0
            for entry in Int(rowStarts[index])..<Int(rowStarts[index + 1]) {
                sum += inverse[row * rowCount + Int(rows[entry])]
            }
            column[row] = abs(sum) < 1e-11 ? 0 : sum
        }
    }

    private func leaving() -> Int? {
        var best: Int?
        var least = Double.infinity
        for row in 0..<rowCount where column[row] > 1e-8 {
            let ratio = max(0, level[row]) / column[row]
            if ratio < least - 1e-12 {
                least = ratio
                best = row
            } else if ratio <= least + 1e-12, let other = best, column[row] > column[other] {
                best = row
            }
        }
        return best
    }

    private mutating func pivot(_ row: Int, _ entering: Int, _ gain: Double) {
        let scale = 1 / column[row]
        for other in 0..<rowCount {
            let value = inverse[row * rowCount + other] * scale
            inverse[row * rowCount + other] = value
            duals[other] += gain * value
        }
        let step = max(0, level[row]) * scale
        let pivotRow = Array(inverse[(row * rowCount)..<((row + 1) * rowCount)])
        let used = pivotRow.indices.filter { pivotRow[$0] != 0 }
        for other in 0..<rowCount where other != row && column[other] != 0 {
            let factor = column[other]
            level[other] -= factor * step
            for index in used { inverse[other * rowCount + index] -= factor * pivotRow[index] }
        }
        level[row] = step
        isBasic[Int(basis[row])] = false
        isBasic[entering] = true
        basis[row] = Int32(entering)
    }
}
