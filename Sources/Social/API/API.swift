internal import Logging
internal import Platform
package import Realtime

/// The operations as routes and as their reference, from one declaration.
///
/// Each shard must have a `Database` installed. What can be refused without the database is refused
/// before it is asked.
package struct API: Sendable {
    /// The routes of the operations, and of the reference at `/openapi.json` and `/problems/{code}`.
    package let routes: [Route]
    /// The OpenAPI 3.1 document, as it is served.
    package let document: [UInt8]
    /// What all calls share.
    package let context: APIContext

    /// Builds routes and reference.
    ///
    /// - Throws: `OperationFault`, which names the operation, when declarations do not fit.
    package init(
        _ operations: [Operation], title: Text, version: String, context: APIContext
    ) throws(OperationFault) {
        try Operation.check(operations)
        let reference = try APIReference(
            operations, title: title, version: version, cookie: context.cookie)
        self.context = context
        document = reference.document
        routes =
            operations.map { Dispatch(operation: $0, context: context).route }
            + reference.routes(context)
    }

    /// Makes the server's own refusals problems, too, and its faults.
    package func adjust(_ configuration: inout HTTPServer.Configuration) {
        let context = context
        configuration.refusal = { refusal, request in
            let response = Problem(refusal: refusal).response(
                Language(accepting: request.field("accept-language")),
                requestID: context.ids.next().description)
            return response.secured(isPersonal: true, isSecure: context.cookie.isSecure)
        }
        configuration.failure = { error, request in
            let id = context.ids.next().description
            context.logger.error(
                "a handler failed", error: error, metadata: ["request": "\(id)"])
            return Problem(fault: error).response(
                Language(accepting: request.field("accept-language")), requestID: id
            ).secured(isPersonal: true, isSecure: context.cookie.isSecure)
        }
    }
}

/// One operation's way from the request to its answer.
private struct Dispatch: Sendable {
    let operation: Operation
    let context: APIContext

    var route: Route {
        Route(
            operation.method, operation.template,
            contentBytesMax: operation.body == nil ? nil : operation.contentBytesMax
        ) { request, shard in
            var response = await answer(request, on: shard)
            // What follows a handshake that was refused may be frames of a hasty client.
            if operation.isSocket, response.status != .switch { response.closesConnection = true }
            return response.secured(
                isPersonal: operation.isPersonal || response.status.code >= 400,
                isSecure: context.cookie.isSecure)
        }
    }

    private func answer(_ request: Request, on shard: isolated Shard) async -> Response {
        let language = Language(accepting: request.field("accept-language"))
        let requestID = context.ids.next().description
        do {
            guard let database = shard.local(Database.self) else {
                preconditionFailure("a shard that serves the API has a database")
            }
            let call = try call(request, database, language, requestID)
            let response = try await call.mindingOffices {
                try await operation.work(call, shard)
            }
            check(response, requestID)
            return response
        } catch let stop as Stop {
            return stop.problem.response(language, requestID: requestID)
        } catch {
            let problem = Problem(fault: error)
            // What the client is to correct, such as a session that has ended, is no fault of ours.
            if problem.kind == .unavailable {
                context.shed.note(
                    error, on: shard, context.logger, metadata(error, problem, requestID))
            } else if problem.kind.status.code >= 500 {
                context.logger.error(
                    "an operation failed", error: error,
                    metadata: metadata(error, problem, requestID))
            }
            return problem.response(language, requestID: requestID)
        }
    }

    /// Everything that the declaration asks of a request.
    private func call(
        _ request: Request, _ database: Database, _ language: Language, _ requestID: String
    ) throws(Stop) -> Call {
        let parameters = try operation.parameters(of: request)
        let onBehalf = try OnBehalf(request, operation)
        let credential = Credential(request, cookie: context.cookie)
        if operation.isSocket, let refusal = request.webSocketRefusal {
            throw Stop(Problem(handshake: refusal))
        }
        if operation.repetition != .harmless || operation.isSocket {
            let check = OriginCheck(origins: context.origins)
            let isSecure = request.isSecure || context.cookie.isSecure
            guard check.allows(request, by: credential?.source, isSecure: isSecure) else {
                throw Stop(.crossOrigin)
            }
        }
        var principal = Principal.none
        if operation.security != .open {
            guard let credential else { throw Stop(.unauthenticated) }
            let estate = parameters["estate"]?.text.flatMap { UUID($0) }
            principal = .session(tokenHash: credential.token.hash, estate: estate)
        }
        if operation.repetition == .keyed, IdempotencyKey(request) == nil {
            throw Stop(.keyMissing)
        }
        if operation.needsIfMatch, request.field("if-match") == nil {
            throw Stop(.preconditionMissing)
        }
        var call = Call(
            request: request, operation: operation.id, database: database, context: context,
            language: language, requestID: requestID, token: credential?.token,
            principal: principal, security: operation.security, proof: operation.proof)
        call.parameters = parameters
        call.onBehalf = onBehalf
        if let schema = operation.body { call.body = try content(of: request, schema) }
        return call
    }

    private func content(of request: Request, _ schema: Schema) throws(Stop) -> JSON {
        let type = request.field("content-type")?.prefix { $0 != ";" && $0 != " " }.lowercased()
        guard type == "application/json" else { throw Stop(.mediaTypeUnknown) }
        let value: JSON
        do {
            value = try JSON(parsing: request.content)
        } catch {
            throw Stop(Problem(.notJSON, advice: error.advice))
        }
        let faults = schema.faults(in: value)
        guard faults.isEmpty else { throw Stop(Problem(.invalid, faults: faults)) }
        return value
    }

    /// An outcome that the reference does not promise is a mistake of ours; tests look for it.
    private func check(_ response: Response, _ requestID: String) {
        let code = response.status.code
        guard code != 304, !operation.answers.contains(where: { $0.status.code == code }),
            !operation.allProblems.contains(where: { $0.status.code == code })
        else { return }
        context.logger.error(
            "an answer is not in the reference",
            metadata: [
                "request": "\(requestID)", "operation": "\(operation.id)", "status": "\(code)",
            ])
    }

    private func metadata(
        _ error: any Error, _ problem: Problem, _ requestID: String
    ) -> Logger.Metadata {
        var metadata: Logger.Metadata = [
            "request": "\(requestID)", "operation": "\(operation.id)",
            "status": "\(problem.kind.status.code)",
        ]
        if let error = error as? PostgresError {
            metadata["kind"] = "\(error.kind)"
            metadata["state"] = "\(error.state ?? "")"
            metadata["constraint"] = "\(error.constraint ?? "")"
        }
        return metadata
    }
}

extension Operation {
    /// The declared parameters, found valid.
    ///
    /// What does not fit in the path, such as no UUID, names nothing. A word of the query may stand
    /// once, and only if it is declared: a misspelt filter must not read as none.
    func parameters(of request: Request) throws(Stop) -> [String: JSON] {
        var values: [String: JSON] = [:]
        for parameter in parameters where parameter.place == .path {
            guard let text = request.parameter(parameter.name),
                parameter.schema.detail(of: .string(text)) == nil
            else { throw Stop(.notFound) }
            values[parameter.name] = .string(text)
        }
        let declared = parameters.filter { $0.place == .query }
        guard let items = request.queryItems else {
            throw Stop(Problem(.invalid, faults: [Problem.Fault("?", Faults.encoding)]))
        }
        var faults: [Problem.Fault] = []
        for (name, text) in items {
            guard let parameter = declared.first(where: { $0.name == name }) else {
                faults.append(Problem.Fault("?", Faults.unknownParameter(declared.map(\.name))))
                break
            }
            let value = parameter.schema.value(fromParameter: text) ?? .null
            if values.updateValue(value, forKey: name) != nil {
                faults.append(Problem.Fault(name, Faults.repeated))
            } else if let detail = parameter.schema.detail(of: value) {
                faults.append(Problem.Fault(name, detail))
            }
        }
        guard faults.isEmpty else { throw Stop(Problem(.invalid, faults: faults)) }
        return values
    }
}

extension JSON.Refusal {
    /// What to do about it.
    fileprivate var advice: Text {
        switch self {
        case .notUTF8:
            Text(zh: "请用 UTF-8 编码发送内容。", en: "Send the content in UTF-8.")
        case .syntax(let offset):
            Text(
                zh: "JSON 在第 \(offset) 字节处有语法错误，请改正。",
                en: "Correct the JSON; it breaks at byte \(offset).")
        case .tooDeep:
            Text(
                zh: "嵌套最多 \(JSON.depthMax) 层。",
                en: "Nest at most \(JSON.depthMax) levels deep.")
        case .repeatedKey:
            Text(zh: "同一对象中的键不能重复。", en: "Name each member of an object only once.")
        }
    }
}
