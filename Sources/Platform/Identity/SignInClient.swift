/// Where a sign-in comes from, as far as the request tells.
package struct SignInClient: Sendable {
    /// Most secrets of devices that one client sends: those of a phone that several share.
    package static let devicesMax = 4

    /// The network address.
    package var address: String
    /// What the device is called.
    package var deviceLabel: String
    /// Secrets that earlier sign-ins gave this device.
    package var devices: [SessionToken]
    /// The token of the desk whose browser it is.
    package var desk: SessionToken?

    /// A client; of the devices no more than `devicesMax` are looked at.
    package init(
        address: String, deviceLabel: String = "", devices: [SessionToken] = [],
        desk: SessionToken? = nil
    ) {
        self.address = address
        self.deviceLabel = deviceLabel
        self.devices = Array(devices.prefix(Self.devicesMax))
        self.desk = desk
    }
}

/// Somebody is signed in.
package struct SignedIn: Sendable {
    /// The session's secret.
    package var token: SessionToken
    package var account: UUID
    /// What makes the device known next time; `nil`: it is already, or it is a desk's.
    package var device: SessionToken?
    /// How the session was proved; `nil`: it has no second proof.
    package var provedBy: String?
    /// Whether the account has a passkey.
    package var hasPasskey: Bool
}

/// The secrets of one opening of a session, of which the database gets the hashes.
struct FreshSecrets {
    let token = SessionToken.random()
    let device = SessionToken.random()
    let ticket = SessionToken.random()

    /// What the database is told of it.
    func opening(
        _ client: SignInClient, session: UUID, _ vault: IdentifierVault, at instant: Instant
    ) -> SessionOpening {
        SessionOpening(
            session: session, token: token.hash, deviceLabel: Sessions.bounded(client.deviceLabel),
            address: vault.hash(ofAddress: client.address),
            known: client.devices.flatMap(\.hash), device: device.hash, desk: client.desk?.hash,
            at: instant)
    }

    /// What it brought.
    func signedIn(_ row: SignInRow) -> SignedIn? {
        guard row.outcome == "in", let account = row.account else { return nil }
        return SignedIn(
            token: token, account: account, device: row.isDeviceNew ? device : nil,
            provedBy: row.provedBy, hasPasskey: row.hasPasskey)
    }
}
