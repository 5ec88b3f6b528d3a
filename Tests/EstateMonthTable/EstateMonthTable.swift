internal import EstateMonth
internal import Glibc

/// Lives seeded months of the estate and prints them, one line a matcher and month.
///
///     estate-month [SEEDS=20] [DAYS=30] [HOUSEHOLDS=903] [FIRST_SEED=1]
///
/// Exit status 1 when the engine misses a bar in any month.
@main
enum EstateMonthTable {
    static func main() {
        let numbers = CommandLine.arguments.dropFirst().map { Int($0) ?? 0 } + [0, 0, 0, 0]
        let seeds = numbers[0] > 0 ? numbers[0] : 20
        let days = numbers[1] > 0 ? numbers[1] : 30
        let households = numbers[2] > 0 ? numbers[2] : 903
        let first = UInt64(max(1, numbers[3]))
        print("seed  matcher  answered  familiar  helpers  spread  minutes  askings  withdrawn")
        var months: [MonthComparison] = []
        for seed in first..<first + UInt64(seeds) {
            let month = MonthComparison(seed: seed, days: days, households: households)
            months.append(month)
            print(line("\(seed)", "engine", month.engine) + "  of \(month.engine.made)")
            print(line("", "greedy", month.greedy))
            print(line("", "random", month.random))
            if !month.missed.isEmpty {
                print("      missed: \(month.missed.joined(separator: ", "))")
            }
        }
        print("medians")
        print(medians("engine", months.map(\.engine)))
        print(medians("greedy", months.map(\.greedy)))
        print(medians("random", months.map(\.random)))
        let failed = months.count { !$0.missed.isEmpty }
        print("months in which a bar is missed: \(failed) of \(months.count)")
        if failed > 0 { exit(1) }
    }
}

private func line(_ seed: String, _ name: String, _ own: MonthMeasures) -> String {
    row(
        seed, name,
        [
            "\(own.answered)", tenths(own.familiar * 100) + "%", hundredths(own.helpersPerElder),
            hundredths(own.spread), "\(own.minutesToYes)", hundredths(own.askingsPerYes),
            "\(own.withdrawn)",
        ])
}

private func medians(_ name: String, _ own: [MonthMeasures]) -> String {
    func median(_ value: (MonthMeasures) -> Double) -> Double {
        let sorted = own.map(value).sorted()
        return (sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2
    }
    return row(
        "", name,
        [
            tenths(median { Double($0.answered) }), tenths(median { $0.familiar * 100 }) + "%",
            hundredths(median(\.helpersPerElder)), hundredths(median(\.spread)),
            tenths(median { Double($0.minutesToYes) }), hundredths(median(\.askingsPerYes)),
            tenths(median { Double($0.withdrawn) }),
        ])
}

private func row(_ seed: String, _ name: String, _ cells: [String]) -> String {
    let widths = [10, 10, 9, 8, 9, 9, 11]
    let head = seed + String(repeating: " ", count: max(0, 6 - seed.count)) + name + " "
    return zip(cells, widths).reduce(head) { text, cell in
        text + String(repeating: " ", count: max(0, cell.1 - cell.0.count)) + cell.0
    }
}

private func tenths(_ value: Double) -> String { "\((value * 10).rounded() / 10)" }
private func hundredths(_ value: Double) -> String { "\((value * 100).rounded() / 100)" }
