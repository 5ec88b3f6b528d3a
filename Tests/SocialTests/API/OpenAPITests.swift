internal import Foundation
internal import Platform
internal import Social
import Testing

@Suite("The OpenAPI document before a foreign judge") struct OpenAPITests {
    private static func python(_ script: String, _ arguments: [String] = []) throws -> Int32 {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3", "-c", script] + arguments
        try process.run()
        process.waitUntilExit()
        return process.terminationStatus
    }

    private static let hasValidator =
        (try? python(
            "import importlib.util as u, sys; "
                + "sys.exit(u.find_spec('openapi_spec_validator') is None)")) == 0

    @Test(
        "openapi-spec-validator finds nothing wrong",
        .enabled(if: hasValidator, "pip install openapi-spec-validator"))
    func valid() throws {
        let cursors = EventCursors(Keyring.random().sealer(for: "event-cursor"))
        let operations =
            AccountOperations.all(keyring: .random(), gateway: OperationTests.Silence())
            + AnnouncementOperations.all(signals: EventSignals())
            + EventOperations.all(cursors: cursors)
            + VenueOperations.all(signals: EventSignals())
            + ActivityOperations.all(signals: EventSignals())
        let api = try API(
            operations, title: OperationTests.text, version: "1",
            context: OperationTests.context())
        let file = FileManager.default.temporaryDirectory
            .appending(path: "linli-openapi-\(Hex.encoded(SecureRandom.bytes(8))).json")
        defer { try? FileManager.default.removeItem(at: file) }
        try Data(api.document).write(to: file)
        let script = """
            import json, sys
            import openapi_spec_validator as v
            v.validate(json.load(open(sys.argv[1])), cls=v.OpenAPIV31SpecValidator)
            """
        #expect(try Self.python(script, [file.path]) == 0)
    }
}
