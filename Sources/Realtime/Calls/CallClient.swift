internal import CCurl
internal import DequeModule

/// Calls others over HTTP and SMTP without holding up the loop.
///
/// One a shard; made, used and closed on its loop's thread. Connections are kept and used again.
package final class CallClient {
    /// How much a client may do at once.
    package struct Limits: Sendable {
        /// Most calls running.
        package var runningMax = 64
        /// Most calls waiting for their turn; one more is `CallError.overloaded`.
        package var waitingMax = 256
        /// The limits of a server.
        package init() {}
    }

    private let loop: EventLoop
    private let limits: Limits
    private let authorities: String?
    private let resolver: Resolver
    private var driver: CallDriver?

    private var runningCount = 0
    private var waiters: Deque<Waiter> = []

    private final class Waiter {
        var continuation: CheckedContinuation<CallError?, Never>?
        func end(_ error: CallError?) { continuation.take()?.resume(returning: error) }
    }

    /// Most addresses of one name that are tried, one after another.
    static let attemptsMax = 3

    /// A client for the code on `loop`.
    ///
    /// `authorities` names a PEM file of the certificates to trust instead of the system's.
    package init(
        on loop: EventLoop, limits: Limits = Limits(), authorities: String? = nil
    ) throws(UVError) {
        self.loop = loop
        self.limits = limits
        self.authorities = authorities
        resolver = Resolver(on: loop)
        driver = try CallDriver(on: loop, connectionsMax: limits.runningMax)
    }

    /// Calls running now, and waiting for their turn.
    package var load: (running: Int, waiting: Int) { (runningCount, waiters.count) }

    /// Makes a call; any status is an answer, 404 and 503 too.
    package func send(_ call: Call) async throws(CallError) -> Call.Answer {
        guard let target = CallTarget(call.url, schemes: ["http", "https"]) else { throw .badCall }
        guard let fields = fields(of: call) else { throw .badCall }
        return try await run(target, audience: call.audience, timeout: call.timeout) { pin, left in
            let transfer = self.transfer(
                call.url, pin, call.audience, timeout: left, answerBytesMax: call.answerBytesMax)
            transfer?.set(CURLOPT_HTTPHEADER, fields)
            transfer?.set(
                CURLOPT_CONNECTTIMEOUT_MS,
                Int(clamping: max(1, call.connectTimeout.wholeMilliseconds)))
            if let transfer { self.prepare(transfer, call) }
            return transfer
        }
    }

    /// Hands a message to a mail server, for all of its recipients or none.
    package func send(_ mail: MailCall) async throws(CallError) {
        guard let target = CallTarget(mail.server, schemes: ["smtp", "smtps"]) else {
            throw .badCall
        }
        guard (1...MailCall.recipientsMax).contains(mail.to.count),
            ([mail.from] + mail.to).allSatisfy(isMailbox)
        else { throw .badCall }
        _ = try await run(target, audience: .trusted, timeout: mail.timeout, isMail: true) {
            pin, left in
            let transfer = self.transfer(
                mail.server, pin, .trusted, timeout: left, answerBytesMax: Transfer.headBytesMax,
                upload: mail.message)
            transfer?.set(CURLOPT_MAIL_FROM, "<\(mail.from)>")
            transfer?.set(CURLOPT_MAIL_RCPT, mail.to.map { "<\($0)>" })
            transfer?.set(CURLOPT_USE_SSL, mail.requiresTLS ? curlUseSSLAll : 0)
            if let (user, password) = mail.signIn {
                transfer?.set(CURLOPT_USERNAME, user)
                transfer?.set(CURLOPT_PASSWORD, password)
            }
            transfer?.setUpload()
            return transfer
        }
    }

    /// Cancels what runs and waits, and closes every connection; calls afterwards are refused.
    package func close() {
        driver?.cancelAll(.closed)
        driver = nil
        let left = waiters
        waiters.removeAll()
        for waiter in left { waiter.end(.closed) }
    }

    /// Waits for a turn, finds the addresses, and tries them until one takes the connection.
    private func run(
        _ target: CallTarget, audience: Audience, timeout: Duration, isMail: Bool = false,
        _ make: (_ pin: String, _ left: Duration) -> Transfer?
    ) async throws(CallError) -> Call.Answer {
        precondition(loop.isOnThread, "a client is used on its own loop")
        let deadline = ContinuousClock.now + timeout
        try await takeTurn()
        defer { passTurn() }
        let addresses = try await addresses(of: target, audience, before: deadline)
        var outcome = Transfer.Outcome.failure(.unreachable)
        for address in addresses.prefix(Self.attemptsMax) {
            let left = deadline - ContinuousClock.now
            guard left > .zero else { throw .timedOut }
            guard let driver else { throw .closed }
            guard let transfer = make(target.pin(to: address), left), transfer.isReady else {
                throw .badCall
            }
            outcome = await driver.run(transfer, isMail: isMail)
            // Only then has nobody seen the request, so that the next address may have it.
            guard case .failure(.unreachable) = outcome else { break }
        }
        return try outcome.get()
    }

    private func addresses(
        of target: CallTarget, _ audience: Audience, before deadline: ContinuousClock.Instant
    ) async throws(CallError) -> [SocketAddress] {
        let addresses: [SocketAddress]
        do throws(Resolver.Fault) {
            addresses = try await resolver.addresses(
                of: target.host, port: target.port, within: deadline - ContinuousClock.now)
        } catch .cancelled {
            throw .cancelled
        } catch .timedOut {
            throw .timedOut
        } catch {
            throw .unresolved(error)
        }
        // One bad address among good ones is how a rebind begins.
        guard addresses.allSatisfy({ AddressPolicy.allows($0.ip, for: audience) }) else {
            throw .refusedAddress
        }
        return addresses
    }

    private func takeTurn() async throws(CallError) {
        guard driver != nil else { throw .closed }
        guard runningCount >= limits.runningMax else {
            runningCount += 1
            return
        }
        guard waiters.count < limits.waitingMax else { throw .overloaded }
        let waiter = Waiter()
        waiters.append(waiter)
        let error = await loop.cancelling {
            await withCheckedContinuation { continuation in
                waiter.continuation = continuation
                if Task.isCancelled { waiter.end(.cancelled) }
            }
        } onCancel: {
            waiter.end(.cancelled)
        }
        guard let error else { return }
        waiters.removeAll { $0 === waiter }
        throw error
    }

    /// Gives the turn to whoever waits longest, or back.
    private func passTurn() {
        while let waiter = waiters.popFirst() {
            guard waiter.continuation != nil else { continue }
            return waiter.end(nil)
        }
        runningCount -= 1
    }
}

// How a call is told to libcurl.
extension CallClient {
    private func transfer(
        _ url: String, _ pin: String, _ audience: Audience, timeout: Duration, answerBytesMax: Int,
        upload: [UInt8] = []
    ) -> Transfer? {
        let transfer = Transfer(
            audience: audience, answerBytesMax: answerBytesMax, upload: upload)
        guard let transfer else { return nil }
        transfer.set(CURLOPT_URL, url)
        transfer.set(CURLOPT_CONNECT_TO, [pin])
        transfer.set(CURLOPT_TIMEOUT_MS, Int(clamping: max(1, timeout.wholeMilliseconds)))
        transfer.set(CURLOPT_NOSIGNAL, 1)
        transfer.set(CURLOPT_PROTOCOLS_STR, "http,https,smtp,smtps")
        transfer.set(CURLOPT_FOLLOWLOCATION, 0)
        // Proxies from the environment would take the address out of our hands.
        transfer.set(CURLOPT_PROXY, "")
        transfer.set(CURLOPT_SSL_VERIFYPEER, 1)
        transfer.set(CURLOPT_SSL_VERIFYHOST, 2)
        transfer.set(CURLOPT_SSLVERSION, Int(CURL_SSLVERSION_TLSv1_2))
        if let authorities { transfer.set(CURLOPT_CAINFO, authorities) }
        return transfer
    }

    private func prepare(_ transfer: Transfer, _ call: Call) {
        transfer.set(CURLOPT_HTTP_VERSION, Int(CURL_HTTP_VERSION_1_1))
        transfer.set(CURLOPT_USERAGENT, "linli")
        switch call.method {
        case .get: transfer.set(CURLOPT_HTTPGET, 1)
        case .head: transfer.set(CURLOPT_NOBODY, 1)
        case .post, .put, .patch, .delete:
            transfer.set(CURLOPT_POST, 1)
            transfer.setBody(call.body)
            transfer.set(CURLOPT_CUSTOMREQUEST, call.method.rawValue.uppercased())
        }
        switch call.signIn {
        case .digest(let user, let password):
            transfer.set(CURLOPT_HTTPAUTH, Int(curlAuthDigest))
            transfer.set(CURLOPT_USERNAME, user)
            transfer.set(CURLOPT_PASSWORD, password)
        case .basic(let user, let password):
            transfer.set(CURLOPT_HTTPAUTH, Int(curlAuthBasic))
            transfer.set(CURLOPT_USERNAME, user)
            transfer.set(CURLOPT_PASSWORD, password)
        case nil: break
        }
    }

    /// The fields as lines, or nil if one could smuggle another or would change the framing.
    private func fields(of call: Call) -> [String]? {
        guard call.headers.count <= 64 else { return nil }
        if case .basic = call.signIn, !call.url.lowercased().hasPrefix("https:") { return nil }
        if call.method == .get || call.method == .head, !call.body.isEmpty { return nil }
        // Without an answer to `Expect` libcurl would wait a second before a long body.
        var fields = ["Expect:"]
        for (name, value) in call.headers {
            let isName = !name.isEmpty && name.utf8.allSatisfy(isTokenByte)
            let isValue = value.utf8.allSatisfy { $0 == 9 || ($0 >= 32 && $0 != 127) }
            let isFraming = ["content-length", "transfer-encoding", "host", "connection"]
                .contains(name.lowercased())
            guard isName, isValue, !isFraming, value.utf8.count <= 8192 else { return nil }
            // An empty value is written with a semicolon (CURLOPT_HTTPHEADER(3)).
            fields.append(value.isEmpty ? "\(name);" : "\(name): \(value)")
        }
        return fields
    }

    private func isTokenByte(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private func isMailbox(_ text: String) -> Bool {
        text.utf8.count <= 254 && text.contains("@")
            && text.utf8.allSatisfy { (0x21...0x7E).contains($0) && $0 != 0x3C && $0 != 0x3E }
    }
}

// Macros with casts, which Swift cannot import (curl.h).
private let curlAuthBasic = 1
private let curlAuthDigest = 2
private let curlUseSSLAll = Int(CURLUSESSL_ALL.rawValue)
