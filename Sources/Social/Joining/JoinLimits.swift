package import Platform

/// How often codes may be tried, and how long things last.
package struct JoinLimits: Sendable {
    /// Requests of newcomers, counted as sign-in codes are; and what their sessions last.
    package var signIn = SignInLimits()
    /// Messages in a day that one code brings forth.
    package var messagesPerCodeAndDay: Int64 = 10
    /// Accounts that one phone may lead to.
    package var accountsPerPhone: Int32 = 10
    /// Tries of a signed-in account, by hour and day, and of all in an hour.
    package var accountPerHour: Int64 = 10
    package var accountPerDay: Int64 = 30
    package var allPerHour: Int64 = 6000

    /// Days that a paper code lives unless asked otherwise, and at most, its first one counted.
    static let paperDays = 14
    static let paperDaysMax = 31
    /// Days that an invitation lives.
    static let invitationDays = 7
    /// Open invitations of a household.
    static let invitationsMax: Int32 = 5
    /// Below this age nobody signs in (个人信息保护法 第三十一条).
    static let signInYears = 14

    package init() {}
}
