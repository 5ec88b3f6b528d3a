public import Matching

/// Checks a group buy: that it carries itself, that no larger one does, and that it is paid.
public enum PriceLadderCheck {
    /// What is wrong with an order for these wishes.
    public static func faults(
        _ order: GroupOrder, wishes: [PurchaseWish], ladder: PriceLadder
    ) -> [Fault] {
        guard order.shares.count == wishes.count, order.payments.count == wishes.count else {
            return [Fault("persons", "\(wishes.count) wishes")]
        }
        var faults: [Fault] = []
        for (person, wish) in wishes.enumerated() {
            let (share, payment) = (order.shares[person], order.payments[person])
            if share < 0 || share > wish.units {
                faults.append(Fault("share", "person \(person): \(share) of \(wish.units)"))
            }
            if payment < 0 || Int128(payment) > Int128(share) * Int128(wish.limit) {
                faults.append(Fault("limit", "person \(person) pays \(payment) for \(share)"))
            }
        }
        if order.shares.reduce(0, +) != order.units || order.units % ladder.caseUnits != 0 {
            faults.append(Fault("units", "\(order.units)"))
        }
        let invoice = order.units == 0 ? 0 : ladder.invoice(units: order.units)
        if order.invoice != invoice || order.payments.reduce(0, +) != invoice {
            faults.append(Fault("invoice", "\(order.invoice), not \(invoice ?? 0)"))
        }
        let largest = largest(wishes, ladder)
        if order.units != largest { faults.append(Fault("largest", "\(largest) is possible")) }
        return faults.isEmpty ? faults + fairness(order, wishes) : faults
    }

    /// The largest order, by trying each limit as the least one that is served.
    private static func largest(_ wishes: [PurchaseWish], _ ladder: PriceLadder) -> Int64 {
        var sum: Int64 = 0
        var largest: Int64 = 0
        for wish in wishes.sorted(by: { $0.limit > $1.limit }) {
            sum += wish.units
            let units = sum / ladder.caseUnits * ladder.caseUnits
            guard units > 0, let invoice = ladder.invoice(units: units) else { continue }
            if invoice <= Int128(units) * Int128(wish.limit) { largest = max(largest, units) }
        }
        return largest
    }

    /// One unit moved from a fuller wish to an emptier one must not make the emptier end better.
    private static func fairness(_ order: GroupOrder, _ wishes: [PurchaseWish]) -> [Fault] {
        guard order.units > 0 else { return [] }
        let price = (order.invoice + order.units - 1) / order.units
        let buyers = wishes.indices.filter { wishes[$0].limit >= price }
        var faults: [Fault] = []
        for poor in buyers where order.shares[poor] < wishes[poor].units {
            for rich in buyers where rich != poor && order.shares[rich] > 0 {
                let mine = Fill(order.shares[poor], wishes[poor].units)
                let mineAfter = Fill(order.shares[poor] + 1, wishes[poor].units)
                let theirs = Fill(order.shares[rich], wishes[rich].units)
                let theirsAfter = Fill(order.shares[rich] - 1, wishes[rich].units)
                let before = [mine, theirs].sorted()
                let after = [mineAfter, theirsAfter].sorted()
                if before.lexicographicallyPrecedes(after) {
                    faults.append(Fault("unfair", "person \(poor) below person \(rich)"))
                }
            }
        }
        return faults
    }

    /// Units given of units wished.
    private struct Fill: Comparable {
        let given: Int128
        let wished: Int128

        init(_ given: Int64, _ wished: Int64) {
            self.given = Int128(given)
            self.wished = Int128(wished)
        }

        static func < (left: Fill, right: Fill) -> Bool {
            left.given * right.wished < right.given * left.wished
        }

        static func == (left: Fill, right: Fill) -> Bool {
            left.given * right.wished == right.given * left.wished
        }
    }
}
