internal import Platform
internal import Support
internal import Testing

@testable internal import Social

@Suite("Whom the round chooses") struct HelpMatcherTests {
    private static let person = APIFixture.id(0x900)
    private static let origin = APIFixture.start

    private static func helper(_ number: UInt64) -> HelpMatcher.Helper {
        HelpMatcher.Helper(
            id: APIFixture.id(0x800 + number), kinds: ["company", "shopping"],
            languages: ["mandarin"], isInPerson: true, isVetted: false, windows: [0, 10_000],
            busy: [], load: 0, loadMax: 8, asked: 0, restDays: 0, home: HelpMatcher.Home())
    }

    private static func request(
        _ number: UInt64, first: Int32 = 3000, last: Int32 = 3060, person: UUID = person
    ) -> HelpMatcher.Request {
        HelpMatcher.Request(
            id: APIFixture.id(0xA00 + number), person: person, kind: "company", isWithChild: false,
            isOfElder: false, first: first, last: last, minutes: 60, urgency: "normal", asked: [],
            home: HelpMatcher.Home(), origin: origin, now: 0)
    }

    private static func matcher(_ evidence: [HelpMatcher.Evidence] = []) -> HelpMatcher {
        HelpMatcher(
            helpers: (1...3).map(helper), requests: [request(1)], pairs: [], evidence: evidence)
    }

    private static func seen(
        _ number: UInt64, by person: UUID? = person, good: Int32 = 0, disputed: Int32 = 0,
        raters: Int32 = 1, vouches: Int32 = 0
    ) -> HelpMatcher.Evidence {
        HelpMatcher.Evidence(
            helper: APIFixture.id(0x800 + number), person: person,
            kind: person == nil ? "company" : nil, good: good, disputed: disputed, raters: raters,
            vouches: vouches)
    }

    private static func known(_ number: UInt64, visits: Int32, barred: Bool = false)
        -> HelpMatcher.Pair
    {
        HelpMatcher.Pair(
            helper: APIFixture.id(0x800 + number), person: person, tie: nil, visits: visits,
            isKnown: visits > 0, isBarred: barred)
    }

    /// The number of who is asked for the request.
    private func asked(_ matcher: HelpMatcher) -> UInt64? {
        matcher.solve().askings.first.map { $0.helper.low & 0xF }
    }

    /// One vouches for the first: without more it is asked.
    private static let vouched = seen(1, by: nil, vouches: 1)

    @Test("of strangers alike the person asks whom it found good, and not whom it disputed")
    func own() {
        #expect(asked(Self.matcher([Self.vouched])) == 1)
        #expect(asked(Self.matcher([Self.vouched, Self.seen(2, good: 200)])) == 2)
        let both = [Self.seen(2, good: 200), Self.seen(3, good: 600)]
        #expect(asked(Self.matcher([Self.vouched] + both)) == 3)
        // A dispute weighs as much as three good events.
        let disputed = Self.seen(2, good: 200, disputed: 100)
        #expect(asked(Self.matcher([Self.vouched, disputed])) == 1)
    }

    @Test("what others found counts from three of them on; vouches up to three")
    func others() {
        func heard(_ number: UInt64, good: Int32 = 0, raters: Int32 = 0, vouches: Int32 = 0)
            -> HelpMatcher.Evidence
        {
            Self.seen(number, by: nil, good: good, raters: raters, vouches: vouches)
        }
        #expect(asked(Self.matcher([Self.vouched, heard(2, good: 400, raters: 2)])) == 1)
        #expect(asked(Self.matcher([Self.vouched, heard(2, good: 400, raters: 3)])) == 2)
        let three = heard(2, good: 100, raters: 3, vouches: 3)
        #expect(asked(Self.matcher([heard(1, vouches: 1000), three])) == 2)
        // The person's own experience is worth more than all that is heard.
        let many = heard(3, good: 100_000, raters: 900, vouches: 900)
        #expect(asked(Self.matcher([Self.seen(2, good: 2000), many])) == 2)
    }

    @Test("who helped before comes first, whatever is known of others; disputes outweigh that")
    func continuity() {
        var matcher = Self.matcher([
            Self.seen(2, good: 100_000), Self.seen(2, by: nil, good: 100_000, raters: 900),
        ])
        matcher.pairs = [Self.known(3, visits: 1)]
        #expect(asked(matcher) == 3)
        matcher.evidence.append(Self.seen(3, good: 30, disputed: 60))
        #expect(asked(matcher) == 2)
    }

    @Test("evidence opens no gate, and stands in no reason")
    func gates() {
        var matcher = Self.matcher([
            Self.seen(2, good: 100_000),
            Self.seen(2, by: nil, good: 100_000, raters: 900, vouches: 9),
        ])
        #expect(asked(matcher) == 2)
        let reasons = matcher.solve().askings.first?.reasons ?? ""
        #expect(reasons.contains("time") && !reasons.contains("evidence"))
        #expect(reasons == Self.matcher().solve().askings.first?.reasons)
        matcher.pairs = [Self.known(2, visits: 9, barred: true)]
        #expect(asked(matcher) != 2)
        matcher.requests[0].isOfElder = true
        for place in [0, 1] { matcher.helpers[place].isInPerson = false }
        matcher.pairs = []
        #expect(asked(matcher) == 3)
    }

    @Test("a request with room is put where most have time, the earliest of several")
    func room() {
        var matcher = Self.matcher()
        matcher.requests = [Self.request(1, first: 1380, last: 3400)]
        (matcher.helpers[0].windows, matcher.helpers[1].windows) = ([1500, 1620], [1560, 1680])
        matcher.helpers[2].windows = [1560, 1600, 1600, 1650]
        let begins = matcher.solve().askings.map { $0.begins.microseconds / 60_000_000 }
        let start = Self.origin.microseconds / 60_000_000
        #expect(begins.map { $0 - start } == [1560])
        // What binds two of them moves it.
        for place in [1, 2] { matcher.helpers[place].busy = [1555, 1640] }
        let moved = matcher.solve().askings.map { $0.begins.microseconds / 60_000_000 - start }
        #expect(moved == [1500])
    }

    @Test("who was asked is bound in the next try, and whom the pair may not be is not asked again")
    func goesOn() {
        var matcher = Self.matcher()
        matcher.helpers.removeLast()
        matcher.requests = [Self.request(1), Self.request(2, person: APIFixture.id(0x901))]
        let first = matcher.solve().askings
        #expect(first.count == 2 && Set(first.map(\.helper)).count == 2)
        matcher.goOn(without: [(first[0].request, first[0].helper)], after: first)
        #expect(matcher.requests.map(\.id) == [first[0].request])
        // The other helper has been asked for that very time.
        let second = matcher.solve()
        #expect(second.askings.isEmpty && second.nobody == [first[0].request])
    }

    @Test("the same estate gives the same askings, in any order of what is known")
    func same() {
        var one = Self.matcher([Self.seen(2, good: 100), Self.seen(3, by: nil, vouches: 2)])
        one.requests = (1...3).map { Self.request($0, person: APIFixture.id(0x900 + $0)) }
        one.pairs = (1...3).map { Self.known($0, visits: Int32($0)) }
        var other = one
        other.pairs.reverse()
        other.evidence.reverse()
        #expect(one.solve().askings.map(\.helper) == other.solve().askings.map(\.helper))
    }
}
