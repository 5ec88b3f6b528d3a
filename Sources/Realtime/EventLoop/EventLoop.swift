internal import CLibuv
internal import Glibc
internal import Synchronization

/// One libuv loop on a thread of its own, which is the executor of its `Shard`.
///
/// Everything isolated to the loop runs on that thread, one job after another. A job queued on the
/// loop's own thread takes no lock and no wake-up; one from elsewhere goes through the inbox.
/// A loop must outlive the actors on it.
@safe package final class EventLoop: SerialExecutor, TaskExecutor {
    // Constant pointers. What they point to is touched on the loop's thread only, but for
    // `uv_async_send`, which any thread may call (libuv `docs/src/async.rst`).
    nonisolated(unsafe) let raw: UnsafeMutablePointer<uv_loop_t>
    nonisolated(unsafe) private let hooks: UnsafeMutablePointer<Hooks>
    /// Where every stream of this loop reads into, one after another; only the read callback looks.
    nonisolated(unsafe) let readBuffer: UnsafeMutableRawBufferPointer
    // Touched on the loop's own thread only, as `isOnThread` proves before each use.
    nonisolated(unsafe) private var queue: [UnownedJob] = []
    nonisolated(unsafe) private var running: [UnownedJob] = []
    nonisolated(unsafe) private var queuedLocally = 0
    private let thread = Atomic<UInt>(0)
    private let inbox = Locked(Inbox())

    /// Bytes one read takes at most.
    static let readBytesMax = 64 * 1024

    /// Most jobs run before the loop looks at its sockets again.
    static let jobsPerTurnMax = 4096

    private struct Inbox {
        var jobs: [UnownedJob] = []
        var handle: uv_thread_t?
        var isAwake = false
        var isStopping = false
    }

    /// libuv's handles around each turn: jobs run just before and just after it polls.
    @safe private struct Hooks {
        var wakeup: uv_async_t = unsafe .init()
        var beforePoll: uv_prepare_t = unsafe .init()
        var afterPoll: uv_check_t = unsafe .init()
        var busy: uv_idle_t = unsafe .init()
    }

    /// Starts the loop's thread.
    package init() throws(UVError) {
        // libuv writes without MSG_NOSIGNAL; a peer that went is an error to read, not our death.
        _ = signal(SIGPIPE, SIG_IGN)
        unsafe raw = .allocate(capacity: 1)
        unsafe hooks = .allocate(capacity: 1)
        unsafe hooks.initialize(to: Hooks())
        unsafe readBuffer = .allocate(byteCount: Self.readBytesMax, alignment: 16)
        try unsafe check(uv_loop_init(raw))
        unsafe raw.pointee.data = Unmanaged.passUnretained(self).toOpaque()
        try unsafe check(
            uv_async_init(raw, &hooks.pointee.wakeup) {
                unsafe EventLoop.owner($0?.pointee.loop).takeInbox()
            })
        unsafe uv_prepare_init(raw, &hooks.pointee.beforePoll)
        unsafe uv_check_init(raw, &hooks.pointee.afterPoll)
        unsafe uv_idle_init(raw, &hooks.pointee.busy)
        unsafe uv_prepare_start(&hooks.pointee.beforePoll) {
            unsafe EventLoop.owner($0?.pointee.loop).drain()
        }
        unsafe uv_check_start(&hooks.pointee.afterPoll) {
            unsafe EventLoop.owner($0?.pointee.loop).drain()
        }
        let thread = try startThread()
        inbox.withLock { $0.handle = thread }
    }

    /// Queues a job; wakes the loop if the caller is on another thread.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        guard !isOnThread else {
            unsafe queue.append(job)
            unsafe queuedLocally += 1
            return
        }
        let wasAwake = inbox.withLock { inbox in
            inbox.jobs.append(job)
            defer { inbox.isAwake = true }
            return inbox.isAwake
        }
        if !wasAwake { unsafe uv_async_send(&hooks.pointee.wakeup) }
    }

    /// This loop as the executor of actors.
    package func asUnownedSerialExecutor() -> UnownedSerialExecutor {
        unsafe UnownedSerialExecutor(ordinary: self)
    }

    /// This loop as the executor that tasks prefer.
    package func asUnownedTaskExecutor() -> UnownedTaskExecutor {
        unsafe UnownedTaskExecutor(ordinary: self)
    }

    /// Whether the caller runs on the loop's thread.
    package var isOnThread: Bool {
        thread.load(ordering: .relaxed) == UInt(uv_thread_self())
    }

    /// Whether the caller runs on the loop's thread (SE-0471).
    package func isIsolatingCurrentContext() -> Bool? { isOnThread }

    /// Stops the program unless the caller runs on the loop's thread (SE-0424).
    package func checkIsolated() {
        precondition(isOnThread, "not on this event loop's thread")
    }

    /// Runs the jobs already queued, ends the loop and waits for its thread.
    ///
    /// The loop's handles must be closed by then. Never call it from the loop itself.
    package func stop() {
        precondition(!isOnThread, "a loop cannot wait for itself")
        let handle = inbox.withLock { inbox in
            inbox.isStopping = true
            return inbox.handle
        }
        unsafe uv_async_send(&hooks.pointee.wakeup)
        guard var handle else { preconditionFailure("a loop has a thread once it is made") }
        unsafe uv_thread_join(&handle)
    }

    /// Takes the jobs of other threads: libuv merges wake-ups, so one call may stand for many.
    private func takeInbox() {
        let isStopping = inbox.withLock { inbox in
            unsafe queue.append(contentsOf: inbox.jobs)
            inbox.jobs.removeAll(keepingCapacity: true)
            inbox.isAwake = false
            return inbox.isStopping
        }
        if isStopping { closeHooks() }
    }

    /// Runs queued jobs; what they queue runs in the same turn, up to `jobsPerTurnMax`.
    private func drain() {
        var left = Self.jobsPerTurnMax
        while unsafe !queue.isEmpty, left > 0 {
            unsafe swap(&queue, &running)
            let count = unsafe running.count
            for index in 0..<count {
                unsafe running[index].runSynchronously(
                    isolatedTo: asUnownedSerialExecutor(), taskExecutor: asUnownedTaskExecutor())
            }
            unsafe running.removeAll(keepingCapacity: true)
            left -= count
        }
        if unsafe queue.isEmpty {
            unsafe uv_idle_stop(&hooks.pointee.busy)
        } else {
            // An active idle handle keeps the next poll from sleeping.
            unsafe uv_idle_start(&hooks.pointee.busy) { _ in }
        }
    }

    private func closeHooks() {
        drain()
        unsafe close(&hooks.pointee.wakeup)
        unsafe close(&hooks.pointee.beforePoll)
        unsafe close(&hooks.pointee.afterPoll)
        unsafe close(&hooks.pointee.busy)
    }

    private func close(_ handle: UnsafeMutableRawPointer) {
        unsafe uv_close(handle.assumingMemoryBound(to: uv_handle_t.self), nil)
    }

    private func startThread() throws(UVError) -> uv_thread_t {
        var thread = uv_thread_t()
        let retained = unsafe Unmanaged.passRetained(self)  // balanced in `run`
        try unsafe check(
            uv_thread_create(&thread, { loop in unsafe EventLoop.run(loop) }, retained.toOpaque()))
        return thread
    }

    private static func run(_ loop: UnsafeMutableRawPointer?) {
        guard let loop = unsafe loop else { preconditionFailure("libuv passes on its argument") }
        let owner = unsafe Unmanaged<EventLoop>.fromOpaque(loop).takeRetainedValue()
        owner.thread.store(UInt(uv_thread_self()), ordering: .relaxed)
        unsafe uv_run(owner.raw, UV_RUN_DEFAULT)
        let status = unsafe uv_loop_close(owner.raw)
        precondition(status == 0, "a handle outlived its loop: \(UVError(code: status))")
    }

    /// Jobs queued on the loop's own thread since it began; asked for on that thread only.
    package var localJobCount: Int {
        checkIsolated()
        return unsafe queuedLocally
    }

    /// The loop's milliseconds, monotonic, read once a turn (`uv_now`).
    package var milliseconds: UInt64 { unsafe uv_now(raw) }

    /// The monotonic clock in nanoseconds, read anew (`uv_hrtime`).
    package var nanoseconds: UInt64 { uv_hrtime() }

    static func owner(_ loop: UnsafeMutablePointer<uv_loop_t>?) -> EventLoop {
        guard let loop = unsafe loop else { preconditionFailure("libuv passes its handle") }
        return unsafe Unmanaged<EventLoop>.fromOpaque(loop.pointee.data).takeUnretainedValue()
    }

    deinit {
        unsafe readBuffer.deallocate()
        unsafe hooks.deallocate()
        unsafe raw.deallocate()
    }
}
