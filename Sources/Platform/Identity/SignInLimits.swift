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
    /// How long an account's offices count after a second proof: a shift, and no longer.
    package var officeLifetime: Duration = .seconds(12 * 3600)
    /// How long a phone may go unused before a right code asks for more; one of the roster that
    /// nobody has signed in by counts from the day of its import.
    ///
    /// Carriers give numbers away again
    /// after about as long.
    package var phoneUnusedMax: Duration = .seconds(90 * 24 * 3600)
    /// How long a device is known.
    package var deviceLifetime: Duration = .seconds(365 * 24 * 3600)
    /// Wrong codes an address and hour; a desk's address has no such limit.
    package var wrongPerHour = 60
    /// Codes that a desk vouches for in a minute.
    package var deskPerMinute = 60
    /// How long a desk vouches.
    package var deskLifetime: Duration = .seconds(12 * 3600)
    /// How long a household member or a desk has for vouching.
    package var vouchingLifetime: Duration = .seconds(600)
    /// How often an account may ask in an hour to be vouched for.
    package var vouchingPerHour = 3
    /// Longest days that a device's code on paper lasts.
    package var deviceCodeDaysMax: Int64 = 30
    /// How long an operator's first code lasts.
    package var operatorCodeLifetime: Duration = .seconds(24 * 3600)
    /// Tries of a device's code in an hour: by account or ticket, by address, in all.
    package var deviceCodePerHour = 10
    package var deviceCodePerAddress = 60
    package var deviceCodeInAll = 3000

    package init() {}
}
