internal import CCurl

/// libcurl's multi handle, its sockets watched by the loop and its clock the loop's timer.
///
/// See libcurl-multi(3), "multi_socket". Made, used and dropped on the loop's thread.
@safe final class CallDriver {
    private let loop: EventLoop
    private let multi: UnsafeMutableRawPointer
    private var timer: TimerBox?
    private var watchers: [Int32: Watcher] = [:]
    private var running: [UnsafeMutableRawPointer: (transfer: Transfer, isMail: Bool)] = unsafe [:]

    private final class TimerBox {
        let timer: Timer
        init(on loop: EventLoop, _ fired: @escaping () -> Void) throws(UVError) {
            timer = try Timer(on: loop, fired: fired)
        }
    }

    private final class Watcher {
        let watcher: SocketWatcher
        init(
            on loop: EventLoop, _ socket: Int32,
            _ ready: @escaping (SocketWatcher.Readiness) -> Void
        ) throws(UVError) {
            watcher = try SocketWatcher(on: loop, socket: socket, ready: ready)
        }
    }

    // Once for the process, and thread-safe as libcurl 7.84 and later say of themselves.
    private static let isGlobalReady = curl_global_init(Int(CURL_GLOBAL_DEFAULT)) == CURLE_OK

    init(on loop: EventLoop, connectionsMax: Int) throws(UVError) {
        precondition(Self.isGlobalReady, "libcurl does not start")
        guard let multi = unsafe curl_multi_init() else {
            preconditionFailure("curl_multi_init fails only without memory")
        }
        self.loop = loop
        unsafe self.multi = multi
        timer = try TimerBox(on: loop) { [weak self] in
            self?.act(on: CURL_SOCKET_TIMEOUT, 0)
        }
        let me = unsafe Unmanaged.passUnretained(self).toOpaque()
        unsafe c_curl_multi_setopt_socket(
            multi,
            { _, socket, what, me, _ in
                unsafe CallDriver.from(me).watch(socket, what)
                return 0
            }, me)
        unsafe c_curl_multi_setopt_timer(
            multi,
            { _, milliseconds, me in
                unsafe CallDriver.from(me).wake(after: milliseconds)
                return 0
            }, me)
        unsafe c_curl_multi_setopt_long(multi, CURLMOPT_MAXCONNECTS, connectionsMax)
    }

    deinit {
        // Nothing runs: a run holds its driver.
        // Closing idle connections still tells `watch`, which must not find a dying object.
        unsafe c_curl_multi_setopt_socket(multi, nil, nil)
        unsafe c_curl_multi_setopt_timer(multi, nil, nil)
        watchers.removeAll()
        unsafe curl_multi_cleanup(multi)
    }

    /// Runs `transfer` to its end, or until `cancel`.
    func run(_ transfer: Transfer, isMail: Bool) async -> Transfer.Outcome {
        await loop.cancelling {
            await withCheckedContinuation { continuation in
                guard !Task.isCancelled else {
                    return continuation.resume(returning: .failure(.cancelled))
                }
                transfer.continuation = continuation
                unsafe running[transfer.easy] = (transfer, isMail)
                unsafe curl_multi_add_handle(multi, transfer.easy)
            }
        } onCancel: { [self] in
            end(transfer, .failure(.cancelled))
        }
    }

    /// Ends everything that runs.
    func cancelAll(_ error: CallError) {
        for (transfer, _) in unsafe Array(running.values) { end(transfer, .failure(error)) }
    }

    private func end(_ transfer: Transfer, _ outcome: Transfer.Outcome) {
        guard unsafe running.removeValue(forKey: transfer.easy) != nil else { return }
        unsafe curl_multi_remove_handle(multi, transfer.easy)
        transfer.continuation.take()?.resume(returning: outcome)
    }

    private func act(on socket: Int32, _ events: Int32) {
        var left: Int32 = 0
        unsafe curl_multi_socket_action(multi, socket, events, &left)
        while let message = unsafe curl_multi_info_read(multi, &left) {
            guard unsafe message.pointee.msg == CURLMSG_DONE,
                let raw = unsafe message.pointee.easy_handle,
                let (transfer, isMail) = unsafe running[raw]
            else { continue }
            // Read before `end`: removing the handle frees the message.
            let code = unsafe c_curl_msg_result(message)
            end(transfer, transfer.outcome(code, isMail: isMail))
        }
    }

    private func watch(_ socket: Int32, _ what: Int32) {
        let wanted: SocketWatcher.Readiness
        switch what {
        case CURL_POLL_IN: wanted = .readable
        case CURL_POLL_OUT: wanted = .writable
        case CURL_POLL_INOUT: wanted = [.readable, .writable]
        default:
            watchers[socket] = nil
            return
        }
        if watchers[socket] == nil {
            // Without a watcher (no descriptors left) the call ends at its time limit.
            watchers[socket] = try? Watcher(on: loop, socket) { [weak self] ready in
                let read = ready.contains(.readable) ? CURL_CSELECT_IN : 0
                let write = ready.contains(.writable) ? CURL_CSELECT_OUT : 0
                self?.act(on: socket, read | write)
            }
        }
        watchers[socket]?.watcher.watch(for: wanted)
    }

    private func wake(after milliseconds: Int) {
        if milliseconds < 0 {
            timer?.timer.stop()
        } else {
            timer?.timer.start(after: .milliseconds(milliseconds))
        }
    }

    private static func from(_ pointer: UnsafeMutableRawPointer?) -> CallDriver {
        guard let pointer = unsafe pointer else { preconditionFailure("libcurl passes its data") }
        return unsafe Unmanaged<CallDriver>.fromOpaque(pointer).takeUnretainedValue()
    }
}
