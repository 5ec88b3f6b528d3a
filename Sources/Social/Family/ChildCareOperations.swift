package import Platform
internal import Realtime

/// The operations on children at activities.
package enum ChildCareOperations {
    private static let tag = "family"
    private static let base = "/api/v1/estates/{estate}"
    private static let child = Operation.Parameter.path("child", Text(zh: "孩子", en: "The child"))
    private static let person = Operation.Parameter.path("person", Text(zh: "谁", en: "The person"))
    private static let meeting = Operation.Parameter.path(
        "occurrence", Text(zh: "场次", en: "The meeting"))

    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let telling = FamilyOperations.Telling(signals: signals)
        let care = ChildCare(keyring)
        return adults(telling) + guardians(care, telling) + organisers(care, telling)
    }

    private static func adults(_ telling: FamilyOperations.Telling) -> [Operation] {
        [
            .write(
                .post, base + "/people/{person}/vettings", "vet",
                Text(
                    zh: "居委会登记：此人经审查，可照看别人的孩子，到期失效",
                    en: "Record that somebody was vetted for other people's children, for a term"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, person],
                body: .object(
                    "VettingWanted",
                    [
                        .required("because", .text(1...400, note: "看过什么 / What was seen")),
                        .optional("ends", .instant(note: "默认一年，最多两年 / A year if left out")),
                    ]),
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已登记", en: "Recorded"),
                        .object(
                            "VettingMade",
                            [.required("id", .uuid()), .required("ends", .instant())]))
                ], problems: [.ownHousehold, .vettingNeedsProof], work: telling(ChildCare.vet)),
            .read(
                base + "/people/{person}/vettings", "listVettings",
                Text(zh: "一人的审查记录：居委会，或本人", en: "A person's: for the committee, or itself"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, person],
                answers: [Operation.Answer(.ok, Text(zh: "记录", en: "Them"), vettings)]
            ) { call, _ in try await ChildCare.vettings(call) },
            .write(
                .delete, base + "/vettings/{vetting}", "unvet",
                Text(zh: "撤回审查，立即生效", en: "Take a vetting back, at once"), tag: tag,
                security: .person, proof: .forOffice,
                parameters: [
                    .estate, .path("vetting", Text(zh: "审查记录", en: "The vetting")),
                ],
                answers: [Operation.Answer(.noContent, Text(zh: "已撤回", en: "Withdrawn"))],
                problems: [.ownHousehold, .guardianshipOver], work: telling(ChildCare.unvet)),
            .write(
                .put, base + "/child-ratio", "setChildRatio",
                Text(
                    zh: "一位成年人最多照看几个没有监护人同来的孩子（默认 8）",
                    en: "How many children without a guardian one adult looks after; eight as it is"
                ),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                body: .object(
                    "ChildRatio", [.required("children_per_adult", .integer(1...20))]),
                answers: [Operation.Answer(.noContent, Text(zh: "已设定", en: "Set"))],
                work: telling(ChildCare.setRatio)),
        ]
    }

    private static let vettings = Schema.object(
        "Vettings",
        [
            .required(
                "vettings",
                .array(
                    .object(
                        "Vetting",
                        [
                            .required("id", .uuid()), .required("begins", .instant()),
                            .required("ends", .instant()), .optional("withdrawn_at", .instant()),
                            .optional("because", .text(1...400)),
                        ]), count: 0...100))
        ])

    private static func guardians(
        _ care: ChildCare, _ telling: FamilyOperations.Telling
    ) -> [Operation] {
        let booking = base + "/children/{child}/bookings/{reservation}"
        let reservation = Operation.Parameter.path(
            "reservation", Text(zh: "报名", en: "The reservation"))
        return [
            .write(
                .post, booking + "/withdrawal", "withdrawChild",
                Text(
                    zh: "撤回孩子的报名：立即从名单消失，名额为另一位监护人保留 24 小时",
                    en: "Take a child's place back: gone from every list at once, and kept 24 "
                        + "hours for another guardian"),
                tag: tag, security: .person, parameters: [.estate, child, reservation],
                answers: [Operation.Answer(.noContent, Text(zh: "已撤回", en: "Withdrawn"))],
                work: telling(ChildCare.withdraw)),
            .write(
                .post, booking + "/release-codes", "askReleaseCode",
                Text(
                    zh: "接送码，只显示这一次：监护人，或其指定的接走人",
                    en: "A pick-up code, shown once: for a guardian or whom the guardians named"),
                tag: tag, security: .person, parameters: [.estate, child, reservation],
                body: .object(
                    "ReleaseCodeWanted",
                    [
                        .optional(
                            "fetcher", .uuid(note: "谁来接；不填为本人 / Who fetches it, or oneself"))
                    ]),
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "接送码", en: "The code"),
                        .object(
                            "ReleaseCode",
                            [
                                .required("code", .text(8...8)), .required("child", .uuid()),
                                .required("expires_at", .instant()),
                            ]))
                ],
                problems: [.reservationGone, .notAFetcher, .notAttendanceTime, .alreadyNoted],
                work: telling(care.ask)),
        ]
    }

    private static func organisers(
        _ care: ChildCare, _ telling: FamilyOperations.Telling
    ) -> [Operation] {
        [
            .write(
                .post, base + "/occurrences/{occurrence}/releases", "releaseChild",
                Text(zh: "组织者验接送码，把孩子交给接的人", en: "Hand a child over by its code"),
                tag: tag, security: .person, parameters: [.estate, meeting],
                body: .object("ReleaseByCode", [.required("code", .text(1...40))]),
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "已接走", en: "Handed over"),
                        .object(
                            "ReleasedChild",
                            [.required("child", .uuid()), .required("fetcher", .uuid())]))
                ],
                problems: [
                    .stewardsOnly, .attendanceCodeUnknown, .attendanceCodeElsewhere,
                    .attendanceCodeUsed, .attendanceCodeExpired, .notAFetcher, .notCheckedIn,
                    .alreadyNoted, .reservationGone, .notConfirmed, .noShowClaimed, .tooMany,
                ], work: telling(care.release)),
            .write(
                .post, base + "/occurrences/{occurrence}/children/{child}/calls", "callGuardians",
                Text(
                    zh: "没人来接：通知监护人，由办公台打电话（不显示号码）",
                    en: "Nobody fetches a child: its guardians are told, and the desk calls them"),
                tag: tag, security: .person, parameters: [.estate, meeting, child],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "已通知的监护人", en: "Who was told"),
                        .object(
                            "CalledGuardians",
                            [
                                .required(
                                    "guardians",
                                    .array(
                                        .object(
                                            "CalledGuardian",
                                            [
                                                .required("person", .uuid()),
                                                .required("display_name", .text(1...80)),
                                            ]), count: 0...50))
                            ]))
                ], work: telling(ChildCare.callGuardians)),
        ]
    }
}
