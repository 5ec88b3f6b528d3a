/// One HTTP request to somebody else.
package struct Call: Sendable {
    /// The methods that we call others with.
    package enum Method: String, Sendable { case get, head, post, put, patch, delete }

    /// How the caller proves who it is.
    package enum SignIn: Sendable {
        /// RFC 7616, as door stations speak it; never falls back to plain passwords.
        case digest(user: String, password: String)
        /// RFC 7617; over TLS only, for the password goes along as it is.
        case basic(user: String, password: String)
    }

    /// The method.
    package var method: Method
    /// An `http` or `https` URL without user or password.
    package var url: String
    /// Extra fields; names and values without line breaks.
    package var headers: [(name: String, value: String)] = []
    /// The body; sent with `Content-Length` when there is one or the method wants one.
    package var body: [UInt8] = []
    /// Whose wish it is, and so where it may go.
    package var audience: Audience
    /// How it signs in, if it does.
    package var signIn: SignIn?
    /// Time for all of it: waiting its turn, the lookup, the connection, the answer.
    package var timeout: Duration = .seconds(10)
    /// Time for the connection and TLS.
    package var connectTimeout: Duration = .seconds(5)
    /// Longest body accepted, in bytes; a longer one is `CallError.tooLarge`.
    package var answerBytesMax = 1024 * 1024

    /// A call of `url` with `method`; the rest has defaults.
    package init(_ method: Method, _ url: String, audience: Audience) {
        self.method = method
        self.url = url
        self.audience = audience
    }

    /// What came back; redirects are answers like any other and are not followed.
    package struct Answer: Sendable {
        /// From 100 to 599.
        package var status: Int
        /// The fields in their order, names in lower case.
        package var headers: [(name: String, value: String)]
        /// The body as sent; never decompressed.
        package var body: [UInt8]

        /// The first value of the field called `name`, given in lower case.
        package func header(_ name: String) -> String? {
            headers.first { $0.name == name }?.value
        }
    }
}

/// One message to a mail server.
package struct MailCall: Sendable {
    /// An `smtp` or `smtps` URL; the operator configured it.
    package var server: String
    /// Plain SMTP must change to TLS before anything is said; off only for a server on loopback.
    package var requiresTLS = true
    /// The envelope's sender, an address without brackets.
    package var from: String
    /// The envelope's recipients, addresses without brackets.
    package var to: [String]
    /// The whole message (RFC 5322): fields, an empty line, the body; lines end in CR LF.
    package var message: [UInt8]
    /// How the server knows us, if it asks.
    package var signIn: (user: String, password: String)?
    /// Time for all of it.
    package var timeout: Duration = .seconds(30)

    /// Most recipients of one message; RFC 5321 §4.5.3.1.8 has every server take a hundred.
    package static let recipientsMax = 100

    /// A message from `from` to `to` by way of `server`.
    package init(server: String, from: String, to: [String], message: [UInt8]) {
        self.server = server
        self.from = from
        self.to = to
        self.message = message
    }
}

/// Why a call has no answer; `advice` says what to do about it.
///
/// Nothing here quotes what the other side said, for that may be personal.
package enum CallError: Error, Hashable {
    /// The URL is not one that may be called: its scheme, a password in it, a broken field.
    case badCall
    /// The URL leads to a place that is not the public Internet's.
    case refusedAddress
    /// The name has no address, or the name servers do not answer.
    case unresolved(Resolver.Fault)
    /// Nobody took the connection.
    case unreachable
    /// The time given was over.
    case timedOut
    /// TLS failed: the certificate is not the host's, not trusted, or over.
    case untrusted
    /// The answer is longer than accepted.
    case tooLarge
    /// The other side broke the connection or the protocol; the number is libcurl's.
    case broken(code: Int)
    /// The mail server said no, with this code (RFC 5321 §4.2.1); 0 if it gave none.
    case mailRefused(code: Int)
    /// As many calls wait as may.
    case overloaded
    /// The caller was cancelled.
    case cancelled
    /// The client is closed.
    case closed

    /// What to do next.
    package enum Advice: Sendable, Hashable {
        /// Try again later, less and less often; the request may have had its effect already.
        case retryLater
        /// Do not try again: it will end the same way.
        case giveUp
        /// Somebody must look at the configuration of this address first.
        case askOperator
    }

    /// What to do next.
    package var advice: Advice {
        switch self {
        case .unresolved(.badName), .badCall, .refusedAddress, .tooLarge, .cancelled, .closed:
            .giveUp
        case .untrusted: .askOperator
        case .mailRefused(let code): (500...599).contains(code) ? .giveUp : .retryLater
        case .unresolved, .unreachable, .timedOut, .broken, .overloaded: .retryLater
        }
    }
}
