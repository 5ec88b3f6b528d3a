internal import Platform
internal import Realtime

/// What a supervisor asks: whether the process lives, and whether it can do its work.
enum Health {
    static func routes(_ readiness: Readiness) -> [Route] {
        [
            Route(.get, "/livez", immediate: { _ in Response(.ok, text: "ok\n") }),
            Route(
                .get, "/readyz",
                immediate: { _ in
                    let lines = readiness.checks.map { check in
                        "\(check.name): \(check.fault ?? check.note ?? "ok")\n"
                    }
                    let status: Status = readiness.isReady ? .ok : .serviceUnavailable
                    var response = Response(status, text: lines.joined())
                    response.add("Cache-Control", "no-store")
                    if !readiness.isReady { response.add("Retry-After", "2") }
                    return response
                }),
        ]
    }
}
