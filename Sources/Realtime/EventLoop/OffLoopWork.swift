internal import CLibuv
internal import Synchronization

/// Computing that would hold up a loop, done on libuv's thread pool.
///
/// The pool has four threads (`UV_THREADPOOL_SIZE`), shared by all loops, name lookups and files.
package enum OffLoop {
    /// Why work gave no value.
    package enum Fault<Failure: Error>: Error {
        /// The work itself threw.
        case failed(Failure)
        /// The caller was cancelled before the work began; none of it ran.
        case cancelled
        /// `pendingMax` pieces of work wait already: answer 503, try again later.
        case overloaded
    }

    /// Most pieces of work waiting or running in the process.
    package static let pendingMax = 1024

    /// Pieces of work waiting or running now.
    package static var pending: Int { count.load(ordering: .relaxed) }

    private static let count = Atomic<Int>(0)

    /// Runs `work` on another thread, and comes back to `loop` with what it made.
    ///
    /// Called on `loop`'s thread. Work that has begun is not interrupted, and its value is
    /// delivered all the same.
    package static func run<Value: Sendable, Failure: Error>(
        on loop: EventLoop, _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(Fault<Failure>) -> Value {
        precondition(loop.isOnThread, "off-loop work begins and ends on its loop")
        guard !Task.isCancelled else { throw .cancelled }
        guard count.wrappingAdd(1, ordering: .relaxed).newValue <= pendingMax else {
            count.wrappingSubtract(1, ordering: .relaxed)
            throw .overloaded
        }
        let request = OffLoopRequest(work)
        let outcome = await loop.cancelling {
            await withCheckedContinuation { request.start(on: loop, $0) }
        } onCancel: {
            request.cancel()
        }
        count.wrappingSubtract(1, ordering: .relaxed)
        return try outcome.get()
    }
}

extension Shard {
    /// Runs `work` on another thread, and comes back to this shard with what it made.
    package func offLoop<Value: Sendable, Failure: Error>(
        _ work: @escaping @Sendable () throws(Failure) -> Value
    ) async throws(OffLoop.Fault<Failure>) -> Value {
        try await OffLoop.run(on: loop, work)
    }
}

/// What libuv's two callbacks call, whatever the work's types are.
private class OffLoopWork {
    func perform() {}
    func finish(status: Int32) {}
}

/// One piece of work: queued once, performed at most once, finished exactly once.
///
/// The pool's thread only touches `outcome`, between libuv's hand-over there and back.
@safe private final class OffLoopRequest<Value: Sendable, Failure: Error>: OffLoopWork {
    typealias Outcome = Result<Value, OffLoop.Fault<Failure>>

    private let work: @Sendable () throws(Failure) -> Value
    private var outcome: Outcome = .failure(.cancelled)
    private var continuation: CheckedContinuation<Outcome, Never>?
    private var raw: UnsafeMutablePointer<uv_work_t>?

    init(_ work: @escaping @Sendable () throws(Failure) -> Value) {
        self.work = work
    }

    func start(on loop: EventLoop, _ continuation: CheckedContinuation<Outcome, Never>) {
        guard !Task.isCancelled else { return continuation.resume(returning: outcome) }
        self.continuation = continuation
        let raw = UnsafeMutablePointer<uv_work_t>.allocate(capacity: 1)
        unsafe self.raw = raw
        // Balanced in the second callback, which libuv calls once, cancelled or not.
        unsafe raw.pointee.data = Unmanaged<OffLoopWork>.passRetained(self).toOpaque()
        let status = unsafe uv_queue_work(loop.raw, raw) {
            unsafe Unmanaged<OffLoopWork>.fromOpaque(offLoopData($0)).takeUnretainedValue()
                .perform()
        } _: {
            unsafe Unmanaged<OffLoopWork>.fromOpaque(offLoopData($0)).takeRetainedValue()
                .finish(status: $1)
        }
        precondition(status == 0, "uv_queue_work fails only without a callback")
    }

    /// Takes the work out of the queue if no thread has begun it (libuv `threadpool.rst`).
    func cancel() {
        if let raw = unsafe raw { unsafe _ = uv_cancel(base(raw)) }
    }

    override func perform() {
        do throws(Failure) {
            outcome = .success(try work())
        } catch {
            outcome = .failure(.failed(error))
        }
    }

    override func finish(status: Int32) {
        unsafe raw?.deallocate()
        unsafe raw = nil
        continuation.take()?.resume(returning: outcome)
    }

    private func base(_ raw: UnsafeMutablePointer<uv_work_t>) -> UnsafeMutablePointer<uv_req_t> {
        unsafe UnsafeMutableRawPointer(raw).assumingMemoryBound(to: uv_req_t.self)
    }
}

private func offLoopData(_ raw: UnsafeMutablePointer<uv_work_t>?) -> UnsafeMutableRawPointer {
    guard let data = unsafe raw?.pointee.data else {
        preconditionFailure("libuv passes its request")
    }
    return unsafe data
}
