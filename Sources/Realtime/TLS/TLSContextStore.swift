/// The context that new connections use; replaced whole when certificates are renewed.
///
/// Sessions keep the context they began with, so a reload disturbs none of them.
package final class TLSContextStore: Sendable {
    private let settings: TLSServerSettings
    private let held: Locked<TLSContext>

    /// Loads the first context; `nowSeconds` counts from 1970 UTC.
    package init(_ settings: TLSServerSettings, nowSeconds: Int64) throws(TLSError) {
        self.settings = settings
        held = Locked(try TLSContext(server: settings, nowSeconds: nowSeconds))
    }

    /// What a connection accepted now should use.
    package var context: TLSContext { held.withLock { $0 } }

    /// Reads the files again; when it throws, the old context stays in use.
    package func reload(nowSeconds: Int64) throws(TLSError) {
        let renewed = try TLSContext(server: settings, nowSeconds: nowSeconds)
        held.withLock { $0 = renewed }
    }
}
