internal import Foundation
internal import Support
import Testing

@testable internal import Platform

/// Guesses at what opens an account, by the ten thousand (a million with LINLI_TEST_SCALE=100), at
/// the functions that count them; docs/people.md has the arithmetic.
@Suite("Guessing codes") struct GuessingTests {
    private static let scale =
        Int64(ProcessInfo.processInfo.environment["LINLI_TEST_SCALE"] ?? "1") ?? 1
    private static var guesses: Int64 { 10_000 * scale }
    /// Each guess locks its phone and address until the transaction ends.
    private static let commits = "IF guess % 1000 = 0 THEN COMMIT; END IF;"

    /// Runs a block of PL/pgSQL, and then counts.
    private func count(
        _ block: String, as role: String = "linli", _ counting: SQL
    ) async throws -> Int64? {
        try await TestDatabase.with { clone in
            try Estates.fill(clone, keyring: .random())
            let server = try BlockingConnection(clone.connection(as: role))
            try server.run(block)
            return try clone.superuser().run(Cell<Int64>(counting)).first
        }
    }

    @Test("one phone's codes take fifty guesses a day, whatever is tried")
    func onePhone() async throws {
        let compared = try await count(
            """
            DO $$
            DECLARE
                phone CONSTANT bytea := sha256('phone');
                at timestamptz := '2026-03-01Z';
                nonce uuid := gen_random_uuid();
            BEGIN
                FOR guess IN 1..\(Self.guesses) LOOP
                    -- A day of guesses, asking for a new code whenever one may be had.
                    at := '2026-03-01Z'::timestamptz + guess * interval '1 day' / \(Self.guesses);
                    IF guess % 5 = 1 THEN
                        nonce := gen_random_uuid();
                        PERFORM linli.ask_code(nonce, phone, sha256(guess::text::bytea),
                            sha256('right'), NULL, NULL, at, 300, 1, 5, 10, 10, 60, 60, 300,
                            6000);
                    END IF;
                    PERFORM linli.redeem_sign_in(nonce, sha256(guess::text::bytea),
                        sha256(guess::text::bytea), gen_random_uuid(), sha256('t'), '',
                        sha256('k'), '', sha256('d'), NULL, at, at, at, at, 7776000, 60);
                    \(Self.commits)
                END LOOP;
            END $$
            """, "SELECT sum(tries)::bigint FROM linli.sign_in_code")
        #expect(try #require(compared) <= 50)
        #expect(compared ?? 0 > 0, "some were compared, or nothing was tried")
    }

    @Test("one address gets sixty wrong in an hour, at whatever phones")
    func oneAddress() async throws {
        let compared = try await count(
            """
            DO $$
            DECLARE
                at CONSTANT timestamptz := '2026-03-01 00:10Z';
                nonce uuid;
            BEGIN
                FOR guess IN 1..\(Self.guesses) LOOP
                    IF guess % 5 = 1 THEN
                        nonce := gen_random_uuid();
                        PERFORM linli.ask_code(nonce, sha256(guess::text::bytea),
                            sha256(guess::text::bytea), sha256('right'), NULL, NULL,
                            at + guess * interval '40 minutes' / \(Self.guesses), 300, 1, 5, 10,
                            10, 60, 60, 300, 6000);
                    END IF;
                    PERFORM linli.redeem_sign_in(nonce, sha256(guess::text::bytea),
                        sha256('one address'), gen_random_uuid(), sha256('t'), '', sha256('k'),
                        '', sha256('d'), NULL, at, at, at, at, 7776000, 60);
                    \(Self.commits)
                END LOOP;
            END $$
            """, "SELECT sum(tries)::bigint FROM linli.sign_in_code")
        #expect(compared == 60)
    }

    @Test("an account's codes on paper take ten guesses an hour, all together three thousand")
    func paper() async throws {
        let counted = try await count(
            """
            DO $$
            DECLARE
                taken boolean;
            BEGIN
                FOR guess IN 1..\(Self.guesses) LOOP
                    -- As prove_by_code counts: by account, by address and in all.
                    taken := linli.may_try_code(sha256((guess % 500)::text::bytea),
                        sha256((guess % 200)::text::bytea), '2026-03-01 00:10Z', 10, 60, 3000);
                    \(Self.commits)
                END LOOP;
            END $$
            """, as: "linli_owner",
            """
            SELECT sum(tries)::bigint FROM linli.proof_budget WHERE scope = 'device_code_all'
            """)
        #expect(counted == 3000)
    }

    @Test("asking who vouches is counted by the account: three an hour")
    func vouching() async throws {
        let asked = try await count(
            """
            DO $$
            BEGIN
                PERFORM set_config('linli.instant', '1772323200000000', true),
                    set_config('linli.principal', 'account', true),
                    set_config('linli.account', '\(Estates.resident)', true),
                    set_config('linli.session', '\(Estates.id(0x61))', true);
                FOR guess IN 1..\(Self.guesses) LOOP
                    PERFORM linli.ask_proof(gen_random_uuid(), 42::smallint,
                        '2026-03-01 01:00Z', 3);
                END LOOP;
            END $$
            """, "SELECT count(*) FROM linli.proof_request")
        #expect(asked == 3)
    }
}
