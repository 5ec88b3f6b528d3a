internal import Logging
internal import Platform
internal import Realtime
internal import Social
import Testing

@Suite("Activities by profile") struct ActivityProfileTests {
    private func services(hasActivities: Bool) throws -> Services {
        try Services(
            clock: .machine(), keyring: .random(), gateway: OperationTests.Silence(),
            signals: EventSignals(), readiness: Readiness(), isSecure: true,
            hasActivities: hasActivities, webFolder: nil, logger: Logger(label: "test"))
    }

    @Test("production has no route to activities and what belongs to them; development has")
    func routes() throws {
        let gated = [
            "/activities", "/occurrences", "/agenda", "/reservations", "/calendar-links",
            "/calendars/",
        ]
        for hasActivities in [true, false] {
            let services = try services(hasActivities: hasActivities)
            for part in gated {
                let found = services.routes.contains { $0.template.description.contains(part) }
                #expect(found == hasActivities, "\(part)")
            }
            let erasures = ErasureList(folder: "erased", key: Keyring.random().signingKey)
            let jobs = services.jobs(heads: "heads", erasures: erasures).map(\.name)
            #expect(jobs.contains("activity-successor") == hasActivities)
            #expect(jobs.contains("reservation-sweep") == hasActivities)
            #expect(services.routes.contains { $0.template.description.contains("/announcements") })
        }
    }
}
