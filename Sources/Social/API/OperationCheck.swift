internal import Realtime

/// Why the server does not start: an operation that contradicts itself or another.
package enum OperationFault: Error, Hashable, CustomStringConvertible {
    /// The template names parameters that are not declared, or the other way round.
    case parametersDiffer(operation: String)
    /// Two operations have this name.
    case nameRepeated(operation: String)
    /// Two operations have this method and path.
    case pathRepeated(operation: String)
    /// A write says that it is harmless, or a read that it is not.
    case repetitionWrong(operation: String)
    /// A person is asked for, but the path names no `{estate}`.
    case estateMissing(operation: String)
    /// A second proof is asked for, but no session.
    case proofWithoutAccount(operation: String)
    /// What can be done for another asks for no person.
    case delegationWithoutPerson(operation: String)
    /// A method that takes no content declares some, or an edit cannot need `If-Match`.
    case contentWrong(operation: String)
    /// It has no outcome, or two with one status.
    case answersWrong(operation: String)
    /// Two different refusals, or two different schemas, share this name.
    case nameAmbiguous(String)

    /// A sentence that names the operation.
    package var description: String {
        switch self {
        case .parametersDiffer(let id): "\(id): template and declared parameters differ"
        case .nameRepeated(let id): "\(id): two operations have this name"
        case .pathRepeated(let id): "\(id): another operation has this method and path"
        case .repetitionWrong(let id):
            "\(id): a write is keyed or exempt with a reason, a read is harmless"
        case .estateMissing(let id): "\(id): a person is asked for, but no {estate} in the path"
        case .proofWithoutAccount(let id):
            "\(id): it asks for a second proof, but not for a session"
        case .delegationWithoutPerson(let id):
            "\(id): it can be done for another, but asks for no person"
        case .contentWrong(let id): "\(id): its method takes no content, or no If-Match"
        case .answersWrong(let id): "\(id): no outcome, or two with one status"
        case .nameAmbiguous(let name): "\(name): two different things have this name"
        }
    }
}

extension Operation {
    /// Refuses operations that contradict themselves or each other.
    static func check(_ operations: [Operation]) throws(OperationFault) {
        var names: Set<String> = []
        var paths: Set<String> = []
        for operation in operations {
            try operation.check()
            guard names.insert(operation.id).inserted else {
                throw .nameRepeated(operation: operation.id)
            }
            // Two templates that differ in a parameter's name alone are one path.
            let shape = operation.template.split(separator: "/")
                .map { $0.hasPrefix("{") ? "{}" : String($0) }.joined(separator: "/")
            guard paths.insert("\(operation.method.rawValue) \(shape)").inserted else {
                throw .pathRepeated(operation: operation.id)
            }
        }
        var kinds: [String: ProblemKind] = [:]
        for kind in ProblemKind.common + operations.flatMap(\.problems) {
            guard kinds.updateValue(kind, forKey: kind.code) ?? kind == kind else {
                throw .nameAmbiguous(kind.code)
            }
        }
    }

    private func check() throws(OperationFault) {
        let declared = parameters.filter { $0.place == .path }.map(\.name)
        guard declared.sorted() == templateNames.sorted(), template.hasPrefix("/"),
            Set(parameters.map(\.name)).count == parameters.count
        else { throw .parametersDiffer(operation: id) }
        let isWrite = method != .get
        switch repetition {
        case .harmless: guard !isWrite else { throw .repetitionWrong(operation: id) }
        case .keyed:
            // Without an account the key has no scope.
            guard isWrite, security != .open else { throw .repetitionWrong(operation: id) }
        case .exempt(let reason):
            guard isWrite, !reason.isEmpty else { throw .repetitionWrong(operation: id) }
        }
        if security == .person {
            guard declared.contains("estate") else { throw .estateMissing(operation: id) }
        }
        guard proof == .none || security != .open else {
            throw .proofWithoutAccount(operation: id)
        }
        guard delegation == nil || security == .person else {
            throw .delegationWithoutPerson(operation: id)
        }
        guard body == nil || method.takesContent, !needsIfMatch || isWrite else {
            throw .contentWrong(operation: id)
        }
        let refused = Set(allProblems.map(\.status.code))
        guard !answers.isEmpty, Set(answers.map(\.status.code)).count == answers.count,
            !answers.contains(where: { refused.contains($0.status.code) })
        else { throw .answersWrong(operation: id) }
    }
}
