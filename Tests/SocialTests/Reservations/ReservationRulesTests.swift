internal import Platform
internal import Support
import Testing

@testable internal import Social

/// The kernel's decisions beside the reference: whatever is asked, both come to the same.
@Suite("The rules of reservations, beside the reference") struct ReservationRulesTests {
    @Test("random commands lead both to the same outcomes and states, step by step")
    func sameAsReference() async throws {
        let first = UInt64.random(in: 0..<1 << 40)
        print("seeds from \(first)")
        for seed in first..<first + 600 {
            let trial = Trial(seed: seed) { RulesSubject($0) }
            let failure = try await trial.failure(of: 60)
            try #require(failure == nil, "seed \(seed): \(failure.map(\.description) ?? "")")
        }
    }
}
