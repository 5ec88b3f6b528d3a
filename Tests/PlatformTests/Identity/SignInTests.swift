internal import Platform
internal import Realtime
internal import Support
import Testing

@Suite("Signing in by a code") struct SignInTests {
    /// Keeps what was sent.
    final class Post: MessageGateway {
        private let sent = Locked<[(PhoneNumber, String)]>([])

        func send(to phone: PhoneNumber, text: String) async throws {
            sent.withLock { $0.append((phone, text)) }
        }

        /// The code of the last message, six digits after a space.
        var lastCode: String? {
            sent.withLock { sent in
                sent.last.flatMap { _, text in
                    text.split(whereSeparator: { !$0.isASCII || !$0.isNumber })
                        .first { $0.count == 6 }.map(String.init)
                }
            }
        }
        var count: Int { sent.withLock { $0.count } }
    }

    struct Desk {
        let signIn: SignIn
        let sessions: Sessions
        let post: Post
        let clock: Platform.Clock

        /// Asks for a code, and waits for its message.
        func ask(_ phone: String, from address: String = "192.0.2.1") async throws -> UUID {
            let phone = try #require(PhoneNumber(phone))
            let request = try await signIn.requestCode(
                for: phone, from: SignInClient(address: address))
            await request.delivery?.value
            return request.nonce
        }
    }

    func withDesk(
        limits: SignInLimits = SignInLimits(), _ body: @Sendable (Desk) async throws -> Void
    ) async throws {
        let keyring = Keyring.random()
        try await withEstates(keyring: keyring) { database, clock in
            let post = Post()
            let ids = UUIDGenerator(clock: clock)
            let signIn = SignIn(
                database: database, ids: ids, keyring: keyring, gateway: post, limits: limits
            ) { Issue.record("not delivered: \($0)") }
            let sessions = Sessions(database: database, clock: clock, ids: ids, limits: limits)
            try await body(Desk(signIn: signIn, sessions: sessions, post: post, clock: clock))
        }
    }

    @Test("the right code signs in, once")
    func rightCode() async throws {
        try await withDesk { desk in
            let nonce = try await desk.ask(Estates.residentPhone)
            let code = try #require(desk.post.lastCode)
            let redeemed = try await desk.signIn.redeem(
                code, nonce: nonce, from: SignInClient(address: "", deviceLabel: "phone"))
            guard case .signedIn(let signedIn) = redeemed else {
                Issue.record("\(redeemed)")
                return
            }
            #expect(signedIn.account == Estates.resident)
            #expect(signedIn.provedBy == nil && signedIn.device != nil && !signedIn.hasPasskey)
            let session = try #require(
                try await desk.sessions.session(of: signedIn.token, estate: Estates.a))
            #expect(session.person == Estates.residentPerson)
            #expect(try await refuses(desk, code, nonce))
        }
    }

    @Test("an unknown phone is answered alike, hears nothing, and no code opens it")
    func unknownPhone() async throws {
        try await withDesk { desk in
            let nonce = try await desk.ask("13900000000")
            #expect(desk.post.count == 0)
            #expect(try await refuses(desk, "000000", nonce))
        }
    }

    @Test("the fifth wrong code is the last try")
    func tries() async throws {
        try await withDesk { desk in
            let nonce = try await desk.ask(Estates.residentPhone)
            let code = try #require(desk.post.lastCode)
            for attempt in 0..<5 {
                let wrong = attempt == 0 ? "x" : code == "123456" ? "654321" : "123456"
                #expect(try await refuses(desk, wrong, nonce))
            }
            #expect(try await refuses(desk, code, nonce))
        }
    }

    @Test("after four wrong ones the right code still signs in")
    func fifthTry() async throws {
        try await withDesk { desk in
            let nonce = try await desk.ask(Estates.residentPhone)
            let code = try #require(desk.post.lastCode)
            for _ in 0..<4 { #expect(try await refuses(desk, "", nonce)) }
            #expect(try await !refuses(desk, code, nonce))
        }
    }

    @Test("a code is void at its fifth minute, and good the microsecond before", arguments: [0, 1])
    func expiry(microsecondsEarly: Int64) async throws {
        try await withDesk { desk in
            let nonce = try await desk.ask(Estates.residentPhone)
            let code = try #require(desk.post.lastCode)
            try desk.clock.set(Estates.start + .seconds(300) - .microseconds(microsecondsEarly))
            #expect(try await refuses(desk, code, nonce) == (microsecondsEarly == 0))
        }
    }

    @Test("a phone gets one code a minute, five an hour and ten a day")
    func phoneLimits() async throws {
        try await withDesk { desk in
            var sent: [Int64] = []
            for minute in stride(from: 0 as Int64, to: 24 * 60, by: 1)
            where minute < 8 || minute.isMultiple(of: 15) {
                for seconds in [0 as Int64, 30] {
                    try desk.clock.set(Estates.start + .seconds(minute * 60 + seconds))
                    let before = desk.post.count
                    _ = try await desk.ask(Estates.residentPhone)
                    if desk.post.count > before { sent.append(minute * 60 + seconds) }
                }
            }
            #expect(sent.prefix(5) == [0, 60, 120, 180, 240])
            #expect(sent.count == 10)
            #expect(sent[5] >= 3600)
        }
    }

    @Test("an address, and all together, have their limits")
    func sharedLimits() async throws {
        var limits = SignInLimits()
        limits.addressPerMinute = 2
        limits.allPerMinute = 3
        limits.phonePerMinute = 100
        limits.phonePerHour = 100
        limits.phonePerDay = 100
        try await withDesk(limits: limits) { desk in
            for _ in 0..<3 { _ = try await desk.ask(Estates.residentPhone, from: "one") }
            #expect(desk.post.count == 2)
            for _ in 0..<3 { _ = try await desk.ask(Estates.residentPhone, from: "two") }
            #expect(desk.post.count == 3)
        }
    }

    @Test("who shares a phone is asked who is there, and the ticket serves one of them once")
    func sharedPhone() async throws {
        try await withDesk { desk in
            let nonce = try await desk.ask(Estates.couplePhone)
            let code = try #require(desk.post.lastCode)
            let client = SignInClient(address: "")
            let redeemed = try await desk.signIn.redeem(code, nonce: nonce, from: client)
            guard case .who(let candidates, false, let ticket) = redeemed else {
                Issue.record("\(redeemed)")
                return
            }
            #expect(Set(candidates.map(\.account)) == [Estates.wife, Estates.husband])
            #expect(Set(candidates.map(\.name.text)) == ["王*芳", "李*"])
            let signIn = desk.signIn
            #expect(
                try await signIn.choose(Estates.resident, ticket: ticket, from: client) == nil)
            let signedIn = try await signIn.choose(Estates.wife, ticket: ticket, from: client)
            let session = try await desk.sessions.session(of: #require(signedIn).token)
            #expect(session?.account == Estates.wife)
            #expect(
                try await signIn.choose(Estates.husband, ticket: ticket, from: client) == nil)
        }
    }

    @Test("a revoked session is void at once, and only its account can list or revoke it")
    func revocation() async throws {
        try await withDesk { desk in
            let sessions = desk.sessions
            let first = try await sessions.create(for: Estates.resident, deviceLabel: "old")
            let second = try await sessions.create(for: Estates.resident, deviceLabel: "new\n")
            let other = try await sessions.create(for: Estates.wife, deviceLabel: "hers")
            let old = try #require(try await sessions.session(of: first, estate: Estates.a))
            let new = try #require(try await sessions.session(of: second, estate: Estates.a))
            let hers = try #require(try await sessions.session(of: other, estate: Estates.a))
            #expect(Set(try await sessions.list(for: new).map(\.deviceLabel)) == ["old", "new"])
            #expect(try await !sessions.revoke(old.id, by: hers))
            #expect(try await sessions.revoke(old.id, by: new))
            #expect(try await !sessions.revoke(old.id, by: new))
            #expect(try await sessions.session(of: first, estate: Estates.a) == nil)
            await #expect(throws: PostgresError.self) { try await sessions.list(for: old) }
            #expect(try await sessions.list(for: new).map(\.id) == [new.id])
        }
    }

    @Test("an account that is suspended loses its sessions")
    func suspension() async throws {
        try await TestDatabase.withPool { database, clone, _ in
            try Estates.fill(clone, keyring: .random())
            let clock = Platform.Clock.machine()
            let sessions = Sessions(
                database: database, clock: clock, ids: UUIDGenerator(clock: clock))
            let token = try await sessions.create(for: Estates.resident, deviceLabel: "")
            let other = try await sessions.create(for: Estates.wife, deviceLabel: "")
            try clone.superuser().run(
                "UPDATE linli.account SET state = 'suspended' WHERE id = "
                    + "'\(Estates.resident)'")
            #expect(try await sessions.session(of: token) == nil)
            #expect(try await sessions.session(of: other) != nil)
        }
    }

    @Test("a session ends at its instant")
    func sessionExpiry() async throws {
        try await withDesk { desk in
            let token = try await desk.sessions.create(for: Estates.resident, deviceLabel: "")
            let ends = Estates.start + SignInLimits().sessionLifetime
            try desk.clock.set(ends - .microseconds(1))
            let session = try await desk.sessions.session(of: token)
            #expect(session != nil)
            try desk.clock.set(ends)
            #expect(try await desk.sessions.session(of: token) == nil)
        }
    }

    private func refuses(_ desk: Desk, _ code: String, _ nonce: UUID) async throws -> Bool {
        switch try await desk.signIn.redeem(code, nonce: nonce, from: SignInClient(address: "")) {
        case .refused: true
        case .signedIn, .who: false
        }
    }
}
