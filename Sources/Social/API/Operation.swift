package import Platform
package import Realtime

/// One route, declared once with all that the reference says of it.
package struct Operation: Sendable {
    /// Who answers, once the request was found to keep what the declaration asks.
    package typealias Work = @Sendable (Call, isolated Shard) async throws -> Response

    /// Who may ask.
    package enum Security: Sendable, Hashable {
        /// Anybody.
        case open
        /// A signed-in account.
        case account
        /// A signed-in account with a person in the estate that the path names as `{estate}`.
        case person
    }

    /// How a write is kept from happening twice.
    package enum Repetition: Sendable, Hashable {
        /// It changes nothing.
        case harmless
        /// By `Idempotency-Key`.
        case keyed
        /// By other means, which the text names.
        case exempt(because: String)
    }

    /// What it asks of the session beyond being one.
    package enum Proof: Sendable, Hashable {
        /// Nothing.
        case none
        /// A second proof: without one it is refused before it begins.
        case needed
        /// It does more for an office: where it refuses somebody whose office does not count for
        /// want of a second proof, it says so.
        case forOffice
    }

    /// A parameter in the path or the query.
    package struct Parameter: Sendable {
        /// Where it stands.
        package enum Place: String, Sendable, Hashable {
            case path
            case query
        }

        var name: String
        var place: Place
        var schema: Schema
        var note: Text

        /// A UUID in the path; anything else there is not found.
        package static func path(_ name: String, _ note: Text) -> Parameter {
            Parameter(name: name, place: .path, schema: .uuid(), note: note)
        }

        /// A text in the path; what does not fit its schema is not found.
        package static func path(_ name: String, _ schema: Schema, _ note: Text) -> Parameter {
            Parameter(name: name, place: .path, schema: schema, note: note)
        }

        /// A word of the query, which may be left out.
        package static func query(_ name: String, _ schema: Schema, _ note: Text) -> Parameter {
            Parameter(name: name, place: .query, schema: schema, note: note)
        }

        /// The estate in the path.
        package static let estate = path("estate", Text(zh: "小区", en: "The estate"))
        /// Where a page begins.
        package static let cursor = query(
            "cursor", .text(1...512),
            Text(zh: "翻页标记，取自 Link", en: "Where the page begins, taken from Link"))

        /// How many elements a page has at most.
        package static func limit(max: Int64 = 100) -> Parameter {
            query("limit", .integer(1...max), Text(zh: "每页最多几项", en: "Most elements of a page"))
        }
    }

    /// One outcome other than a problem.
    package struct Answer: Sendable {
        var status: Status
        var note: Text
        var schema: Schema?
        var mediaType: String

        /// An outcome, with the shape of its content if it has any.
        package init(
            _ status: Status, _ note: Text, _ schema: Schema? = nil,
            mediaType: String = "application/json"
        ) {
            self.status = status
            self.note = note
            self.schema = schema
            self.mediaType = mediaType
        }
    }

    /// What is asked.
    package var method: Method
    /// The path from the root, with `{name}` segments.
    package var template: String
    /// Its name, in the manner of `listSessions`; never changes once published.
    package var id: String
    /// What it does, in one sentence.
    package var summary: Text
    /// Under what it stands in the reference.
    package var tag: String
    /// What the path and the query hold.
    package var parameters: [Parameter] = []
    /// The shape of the content; `nil` takes none.
    package var body: Schema?
    /// The outcomes.
    package var answers: [Answer]
    /// What it may be refused for, besides what follows from the declaration.
    package var problems: [ProblemKind] = []
    /// Who may ask.
    package var security: Security
    /// How a write is kept from happening twice.
    package var repetition: Repetition
    /// What a delegation must cover for this to be done for another; `nil`: it never is.
    package var delegation: DelegationScope?
    /// What it asks of the session.
    package var proof = Proof.none
    /// Whether it edits something that `If-Match` must name the version of.
    package var needsIfMatch = false
    /// Whether its answers may be kept by nobody; public ones say themselves how long.
    package var isPersonal = true
    /// Longest content in bytes.
    package var contentBytesMax = 64 * 1024
    /// Who answers.
    package var work: Work

    /// A read.
    package static func read(
        _ template: String, _ id: String, _ summary: Text, tag: String, security: Security,
        delegation: DelegationScope? = nil, proof: Proof = .none, parameters: [Parameter] = [],
        answers: [Answer], problems: [ProblemKind] = [], isPersonal: Bool = true,
        work: @escaping Work
    ) -> Operation {
        Operation(
            method: .get, template: template, id: id, summary: summary, tag: tag,
            parameters: parameters, answers: answers, problems: problems, security: security,
            repetition: .harmless, delegation: delegation, proof: proof, isPersonal: isPersonal,
            work: work)
    }

    /// A write; repeated under one `Idempotency-Key` it happens once.
    package static func write(
        _ method: Method, _ template: String, _ id: String, _ summary: Text, tag: String,
        security: Security, repetition: Repetition = .keyed, delegation: DelegationScope? = nil,
        proof: Proof = .none, needsIfMatch: Bool = false, parameters: [Parameter] = [],
        body: Schema? = nil, answers: [Answer], problems: [ProblemKind] = [],
        contentBytesMax: Int = 64 * 1024,
        work: @escaping Work
    ) -> Operation {
        Operation(
            method: method, template: template, id: id, summary: summary, tag: tag,
            parameters: parameters, body: body, answers: answers, problems: problems,
            security: security, repetition: repetition, delegation: delegation, proof: proof,
            needsIfMatch: needsIfMatch, contentBytesMax: contentBytesMax, work: work)
    }

    /// The names of the `{name}` segments of its template.
    var templateNames: [String] {
        template.split(separator: "/").filter { $0.hasPrefix("{") && $0.hasSuffix("}") }
            .map { String($0.dropFirst().dropLast()) }
    }

    /// Whether it hands the connection over to a WebSocket.
    var isSocket: Bool { answers.contains { $0.status == .switch } }

    /// All refusals that its declaration makes possible.
    var allProblems: [ProblemKind] {
        var kinds: [ProblemKind] = [.internalFault, .unavailable]
        if !parameters.isEmpty || body != nil { kinds.append(.invalid) }
        if parameters.contains(where: { $0.place == .path }) { kinds.append(.notFound) }
        if parameters.contains(where: { $0.name == "cursor" }) { kinds.append(.cursorInvalid) }
        if body != nil { kinds += [.notJSON, .mediaTypeUnknown, .contentTooLarge] }
        if security != .open { kinds.append(.unauthenticated) }
        if proof != .none { kinds.append(.secondProofNeeded) }
        if repetition != .harmless || isSocket { kinds.append(.crossOrigin) }
        if isSocket { kinds += [.upgradeRequired, .malformed] }
        kinds += delegation == nil ? [.notForAnother] : [.invalid, .notFound, .delegationLacking]
        if repetition == .keyed { kinds += [.keyMissing, .keyReused, .secretShownOnce] }
        if needsIfMatch { kinds += [.preconditionMissing, .preconditionFailed] }
        return (kinds + problems).reduce(into: []) { found, kind in
            if !found.contains(kind) { found.append(kind) }
        }
    }
}
