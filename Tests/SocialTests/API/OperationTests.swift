internal import Logging
internal import Platform
internal import Realtime
internal import Social
import Testing

@Suite("Declaring operations") struct OperationTests {
    static let ok = [Operation.Answer(.ok, Text(zh: "好", en: "Fine"))]
    static let text = Text(zh: "事", en: "Thing")

    static func context() -> APIContext {
        let clock = Platform.Clock.machine()
        return APIContext(
            clock: clock, ids: UUIDGenerator(clock: clock), keyring: .random(),
            cookie: SessionCookie(isSecure: false), logger: Logger(label: "test"))
    }

    private func read(
        _ template: String, _ id: String, security: Operation.Security = .open,
        parameters: [Operation.Parameter] = []
    ) -> Operation {
        .read(
            template, id, Self.text, tag: "t", security: security, parameters: parameters,
            answers: Self.ok
        ) { _, _ in Response(.ok) }
    }

    private func write(
        _ method: Method, security: Operation.Security, repetition: Operation.Repetition,
        body: Schema? = nil, answers: [Operation.Answer] = ok
    ) -> Operation {
        .write(
            method, "/a", "w", Self.text, tag: "t", security: security, repetition: repetition,
            body: body, answers: answers
        ) { _, _ in Response(.ok) }
    }

    private func fault(_ operations: [Operation]) -> OperationFault? {
        do throws(OperationFault) {
            _ = try API(operations, title: Self.text, version: "1", context: Self.context())
            return nil
        } catch {
            return error
        }
    }

    @Test("declarations that contradict themselves stop the start, and are named")
    func drift() {
        let id = Operation.Parameter.path("id", Self.text)
        #expect(fault([read("/a/{id}", "r", parameters: [id])]) == nil)
        #expect(fault([read("/a/{id}", "r")]) == .parametersDiffer(operation: "r"))
        #expect(fault([read("/a", "r", parameters: [id])]) == .parametersDiffer(operation: "r"))
        #expect(
            fault([read("/a/{other}", "r", parameters: [id])]) == .parametersDiffer(operation: "r"))
        #expect(fault([read("/a", "r"), read("/b", "r")]) == .nameRepeated(operation: "r"))
        #expect(fault([read("/a", "r"), read("/a", "s")]) == .pathRepeated(operation: "s"))
        #expect(fault([read("/a", "r", security: .person)]) == .estateMissing(operation: "r"))
        var delegable = read("/a", "r", security: .account)
        delegable.delegation = .announcements
        #expect(fault([delegable]) == .delegationWithoutPerson(operation: "r"))
    }

    @Test("a write without a key must say why")
    func keys() {
        #expect(fault([write(.post, security: .account, repetition: .keyed)]) == nil)
        #expect(fault([write(.post, security: .open, repetition: .exempt(because: "x"))]) == nil)
        for wrong in [
            write(.post, security: .open, repetition: .keyed),
            write(.post, security: .account, repetition: .harmless),
            write(.delete, security: .account, repetition: .exempt(because: "")),
            write(.get, security: .account, repetition: .keyed),
        ] {
            #expect(fault([wrong]) == .repetitionWrong(operation: "w"))
        }
        #expect(
            fault([write(.delete, security: .account, repetition: .keyed, body: .bool())])
                == .contentWrong(operation: "w"))
        #expect(
            fault([write(.post, security: .account, repetition: .keyed, answers: Self.ok + Self.ok)]
            )
                == .answersWrong(operation: "w"))
    }

    @Test("two different things may not share a name")
    func names() {
        let other = ProblemKind("not-found", .gone, Self.text, Self.text)
        var operation = read("/a", "r")
        operation.problems = [other]
        #expect(fault([operation]) == .nameAmbiguous("not-found"))
        var first = write(
            .post, security: .account, repetition: .keyed,
            body: .object("X", [.required("a", .bool())]))
        first.id = "v"
        first.template = "/b"
        let second = write(
            .post, security: .account, repetition: .keyed,
            body: .object("X", [.required("b", .bool())]))
        #expect(fault([first, second]) == .nameAmbiguous("X"))
    }

    @Test("the document names every operation, and parses as strictly as what we take")
    func document() throws {
        let operations = AccountOperations.all(keyring: .random(), gateway: Silence())
        let api = try API(operations, title: Self.text, version: "1", context: Self.context())
        let text = String(decoding: api.document, as: UTF8.self)
        for operation in operations {
            #expect(text.contains("\"operationId\":\"\(operation.id)\""))
            #expect(text.contains("\"\(operation.template)\":{"))
        }
        #expect(text.contains("\"Idempotency-Key\""))
        #expect(api.routes.count == operations.count + 2)
        let document = try JSON(parsing: api.document)
        #expect(document["openapi"]?.text == "3.1.0")
    }

    struct Silence: MessageGateway {
        func send(to phone: PhoneNumber, text: String) async throws {}
    }
}
