import Glibc
package import Realtime

/// An HTTP server on a port of its own, with its own shard, for one test.
package final class TestServer: Sendable {
    package let shard: Shard
    package let port: Int

    /// Serves routes; `adjust` changes what a test wants otherwise.
    package init(
        _ routes: [Route], adjust: @Sendable (inout HTTPServer.Configuration) -> Void = { _ in }
    ) async throws {
        var configuration = HTTPServer.Configuration(
            endpoint: .tcp(host: "127.0.0.1", port: 0), unixSeconds: { 784_111_777 })
        adjust(&configuration)
        let settled = configuration
        shard = try Shard(index: 0)
        try await shard.install { shard in
            let server = HTTPServer(settled, Router(routes), on: shard.loop)
            try server.start(on: shard)
            return server
        }
        port = await shard.port ?? 0
    }

    /// Ends it, answers under way included.
    package func stop(within patience: Duration = .seconds(2)) async {
        await shard.drain(within: patience)
        await shard.removeLocals()
        shard.loop.stop()
    }

    /// Connections open now.
    package var connectionCount: Int { get async { await shard.connectionCount } }
}

extension Shard {
    fileprivate var port: Int? { local(HTTPServer.self)?.port }
    fileprivate var connectionCount: Int { local(HTTPServer.self)?.connectionCount ?? 0 }
    fileprivate func drain(within patience: Duration) async {
        await local(HTTPServer.self)?.drain(within: patience, on: self)
    }
}
