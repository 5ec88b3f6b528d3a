internal import Testing

@testable internal import Social

@Suite("Lines about requests that were shed")
struct ShedRequestsTests {
    @Test("one a second is written, and says how many were left out before it")
    func limit() {
        var limit = LineLimit()
        let start = ContinuousClock.now
        #expect(limit.admit(at: start) == 0)
        #expect(limit.admit(at: start) == nil)
        #expect(limit.admit(at: start + .milliseconds(999)) == nil)
        #expect(limit.admit(at: start + .seconds(1)) == 2)
        #expect(limit.admit(at: start + .milliseconds(1999)) == nil)
        #expect(limit.admit(at: start + .seconds(60)) == 1)
        #expect(limit.admit(at: start + .seconds(61)) == 0)
    }
}
