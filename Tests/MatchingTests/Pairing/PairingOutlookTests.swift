import Matching
import MatchingChecks
import Testing

@Suite("PairingOutlook") struct PairingOutlookTests {
    private let helper = PairingHelper(
        windows: [MinuteWindow(0, 4320)], cell: PlaceCell(x: 0, y: 0), loadMax: 9)

    /// A near and slow helper, and a far and quick one, at ten in the morning.
    private func instance(begin: Int32) -> PairingInstance {
        var instance = PairingInstance(
            helpers: [helper, helper],
            requests: [
                PairingRequest(
                    person: 0, window: MinuteWindow(begin, begin + 60),
                    cell: PlaceCell(x: 0, y: 0), reach: 9)
            ])
        instance.helpers[1].cell = PlaceCell(x: 3, y: 0)
        instance.helpers[0].answerMinutes = 150
        instance.helpers[1].answerMinutes = 15
        instance.outlook = PairingOutlook(now: 600)
        return instance
    }

    @Test("whoever answers sooner or says yes more often goes before only when time is short")
    func urgency() {
        for (begin, helper) in [(900, 1), (2160, 0)] as [(Int32, Int32)] {
            let instance = instance(begin: begin)
            let plan = PairingSolver.solve(instance)
            #expect(plan.helpers == [helper], "begins at \(begin)")
            #expect(PairingCheck.faults(of: plan, in: instance).isEmpty)
        }
        var instance = instance(begin: 900)
        instance.helpers[0].answerMinutes = 15
        #expect(PairingSolver.solve(instance).helpers == [0])
        instance.helpers[0].yes = -200
        #expect(PairingSolver.solve(instance).helpers == [1])
    }

    @Test("somebody is asked however little time is left, and who is asked already stays")
    func lateAndAsked() {
        var instance = instance(begin: 601)
        #expect(PairingSolver.solve(instance).helpers == [1])
        instance = self.instance(begin: 900)
        instance.requests[0].proposed = 0
        #expect(PairingSolver.solve(instance).helpers == [0])
    }

    @Test("minutes of the night are not minutes of answering") func night() {
        let outlook = PairingOutlook(now: 0)
        #expect(outlook.minutesOfDay(from: 1300, to: 1440 + 430) == 30)
        #expect(outlook.minutesOfDay(from: 0, to: 3 * 1440) == 3 * 900)
        #expect(outlook.minutesOfDay(from: 1330, to: 1800) == 0)
        #expect(outlook.minutesOfDay(from: 900, to: 800) == 0)
    }

    @Test("a helper's own answers move what is expected as far as they bear out, and fade")
    func book() {
        var book = AnswerBook(helpers: 3)
        #expect(book.helper(0).yes == 0 && book.outlook(now: 0).yes == 500)
        for _ in 0..<12 {
            for helper in 0..<2 {
                let asking = AnswerBook.Asking(
                    helper: Int32(helper), band: 0, isKnown: false, asked: 0)
                book.record(asking, isYes: helper == 0, minutes: helper == 0 ? 10 : 180)
            }
        }
        let (one, other, third) = (book.helper(0), book.helper(1), book.helper(2))
        #expect(one.yes > 150 && other.yes < -150 && third.yes == 0)
        #expect(one.minutes < 30 && other.minutes > 150)
        #expect(abs(book.outlook(now: 0).yes - 500) < 30)
        for _ in 0..<365 { book.fade() }
        #expect(abs(book.helper(0).yes) < 5 && abs(book.outlook(now: 0).minutes - 90) < 3)
    }

    @Test("a near person or one who helped is expected to say yes as often as such persons did")
    func kinds() {
        var book = AnswerBook(helpers: 40)
        for helper in 0..<40 as Range<Int32> {
            let isNear = helper % 2 == 0
            book.record(
                AnswerBook.Asking(
                    helper: helper, band: isNear ? 4 : 0, isKnown: isNear,
                    asked: isNear ? 0 : 50),
                isYes: isNear, minutes: 60)
        }
        let outlook = book.outlook(now: 7)
        #expect(outlook.now == 7 && outlook.yesOfKnown > 100)
        #expect(outlook.yesByBand[4] > 100 && outlook.yesByBand[0] < -100)
        #expect(outlook.yesByAsked.first.map { $0 > 100 } == true)
        #expect(outlook.yesByAsked.last.map { $0 < -100 } == true)
    }
}
