/// How often codes may be asked for, and how long things last.
package struct SignInLimits: Sendable {
    /// Codes a phone, by minute, hour and day.
    package var phonePerMinute = 1
    package var phonePerHour = 5
    package var phonePerDay = 10
    /// Codes an address: a household's or a desk's Wi-Fi is one.
    package var addressPerMinute = 10
    package var addressPerHour = 60
    /// Codes in all: what the gateway is paid for.
    package var allPerMinute = 300
    package var allPerHour = 6000
    /// How long a code can be redeemed; its five tries are the database's.
    package var codeLifetime: Duration = .seconds(300)
    /// How long the one who shares a phone may think about who is there.
    package var ticketLifetime: Duration = .seconds(300)
    /// How long a session lasts.
    package var sessionLifetime: Duration = .seconds(90 * 24 * 3600)

    package init() {}
}
