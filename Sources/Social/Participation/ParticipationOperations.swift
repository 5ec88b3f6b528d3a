package import Platform
internal import Realtime

/// The operations of those who take part in activities.
package enum ParticipationOperations {
    /// All of them; `signals` hears of each commit, so that it goes out live, `keyring` opens days of
    /// birth and hashes codes.
    package static func all(signals: EventSignals, keyring: Keyring) -> [Operation] {
        reservations(signals, keyring) + attendance(signals, Attendance(keyring))
            + noShows(signals) + said(signals)
    }

    private static let tag = "participation"
    private static let estate = "/api/v1/estates/{estate}"
    private static let list = estate + "/reservations"
    private static let one = list + "/{reservation}"
    private static let id = Operation.Parameter.path(
        "reservation", Text(zh: "报名", en: "The reservation"))
    private static let meeting = ActivityOperations.occurrence
    private static let meetingID = ActivityOperations.occurrenceID

    private static func done(_ zh: String, _ en: String, _ schema: Schema) -> Operation.Answer {
        Operation.Answer(.ok, Text(zh: zh, en: en), schema)
    }

    private static func made(_ zh: String, _ en: String, _ schema: Schema) -> Operation.Answer {
        Operation.Answer(.created, Text(zh: zh, en: en), schema)
    }

    /// A write whose event goes out live after its commit.
    private static func write(
        _ signals: EventSignals, _ method: Method, _ template: String, _ id: String,
        _ summary: Text, _ parameters: [Operation.Parameter], _ body: Schema? = nil,
        delegation: DelegationScope? = nil, proof: Operation.Proof = .none,
        answer: Operation.Answer,
        problems: [ProblemKind] = [], work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation {
        .write(
            method, template, id, summary, tag: tag, security: .person, delegation: delegation,
            proof: proof, parameters: parameters, body: body, answers: [answer], problems: problems
        ) { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    // MARK: Places

    private static func reservations(_ signals: EventSignals, _ keyring: Keyring) -> [Operation] {
        [
            write(
                signals, .post, meeting + "/reservations", "joinOccurrence",
                Text(
                    zh: "报名：本人，或带同住的家人；名额满了进候补",
                    en: "Join, alone or with one's household: a place, or the wait-list"),
                [.estate, meetingID], ParticipationSchemas.booking, delegation: .activities,
                answer: made("已报名或候补", "Joined, or waiting", ParticipationSchemas.reservation),
                problems: ProblemKind.bookingRefusals + [
                    .notAddressed, .notOfHousehold, .guardianNeeded, .twoAdultsNeeded,
                    .moreAdultsNeeded, .reservationGone,
                ]
            ) { call in try await Participation.book(call, keyring) },
            .read(
                list, "listReservations",
                Text(
                    zh: "我（或委托人）的报名和候补，最新的在前",
                    en:
                        "What the person, or whom it acts for, joined or waits for; the latest first"
                ),
                tag: tag, security: .person, delegation: .activities,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "state", .choice(["live", "all"]),
                        Text(zh: "live：只要没有退出的", en: "live: only what has not ended")),
                ],
                answers: [done("一页报名", "A page", ParticipationSchemas.reservations)]
            ) { call, _ in try await Participation.own(call) },
            .read(
                one, "getReservation", Text(zh: "一个报名", en: "One reservation"), tag: tag,
                security: .person, delegation: .activities, parameters: [.estate, id],
                answers: [done("报名", "The reservation", ParticipationSchemas.reservation)]
            ) { call, _ in try await Participation.one(call) },
        ] + ownReservation(signals) + [
            .read(
                meeting + "/participants", "listParticipants",
                Text(zh: "谁来参加；组织者可见", en: "Who comes, for its organisers"), tag: tag,
                security: .person, parameters: [.estate, meetingID, .cursor, .limit(max: 200)],
                answers: [done("一页参加者", "A page", ParticipationSchemas.participants)],
                problems: [.stewardsOnly]
            ) { call, _ in
                let response = try await Participants.list(call)
                signals.committed()
                return response
            }
        ]
    }

    private static func ownReservation(_ signals: EventSignals) -> [Operation] {
        let after = done("现在的报名", "The reservation now", ParticipationSchemas.reservation)
        return [
            write(
                signals, .post, one + "/acceptance", "acceptOffer",
                Text(zh: "接受为我保留的名额", en: "Take up the place that is kept"), [.estate, id],
                delegation: .activities, answer: after,
                problems: ProblemKind.acceptanceRefusals + [
                    .notAddressed, .notOfHousehold, .guardianNeeded, .twoAdultsNeeded,
                    .moreAdultsNeeded, .holderOnly, .reservationGone, .alreadyReserved,
                ], work: Participation.accept),
            write(
                signals, .post, one + "/refusal", "refuseOffer",
                Text(zh: "放弃为我保留的名额", en: "Let the place go to the next"), [.estate, id],
                delegation: .activities, answer: after,
                problems: [.reservationClosed, .offerOver, .holderOnly, .reservationGone],
                work: Participation.decline),
            write(
                signals, .post, one + "/cancellation", "cancelReservation",
                Text(zh: "退出：全部，或其中几位", en: "Leave, all or some of the group"),
                [.estate, id], ParticipationSchemas.cancellation, delegation: .activities,
                answer: after, problems: ProblemKind.cancellationRefusals + [.holderOnly],
                work: Participation.cancel),
        ]
    }

    // MARK: Attendance

    private static func attendance(
        _ signals: EventSignals, _ attendance: Attendance
    ) -> [Operation] {
        [
            write(
                signals, .post, one + "/codes", "makeAttendanceCode",
                Text(
                    zh: "取签到码或签退码：8 位，十分钟内有效，用一次",
                    en: "Get a code to check in or out: 8 digits, for 10 minutes, once"),
                [.estate, id], ParticipationSchemas.codeWanted, delegation: .activities,
                answer: made("签到码", "The code", ParticipationSchemas.code),
                problems: [
                    .reservationGone, .notConfirmed, .notAttendanceTime, .alreadyNoted,
                    .notCheckedIn, .tooMany,
                ], work: attendance.ask),
            write(
                signals, .post, meeting + "/attendance", "noteAttendance",
                Text(
                    zh: "签到或签退：组织者输入对方的码，或点名",
                    en: "Note who comes or goes, by a code or by roll-call; for its organisers"),
                [.estate, meetingID], ParticipationSchemas.attendance,
                answer: done("已记下", "Noted", ParticipationSchemas.participant),
                problems: [
                    .stewardsOnly, .reservationGone, .notConfirmed, .notAttendanceTime,
                    .alreadyNoted, .notCheckedIn, .noShowClaimed, .attendanceCodeUnknown,
                    .attendanceCodeElsewhere, .attendanceCodeUsed, .attendanceCodeExpired,
                    .tooMany,
                ], work: attendance.note),
        ]
    }

    // MARK: No-shows

    private static let noShow = estate + "/no-shows/{noShow}"
    private static let noShowID = Operation.Parameter.path(
        "noShow", Text(zh: "未到记录", en: "The no-show"))

    private static func noShows(_ signals: EventSignals) -> [Operation] {
        [
            .read(
                estate + "/no-shows", "listNoShows",
                Text(
                    zh: "未到记录：我（或委托人）的、我组织的，或待居委会裁定的",
                    en: "No-shows: one's own, of what one organises, or appeals for the committee"),
                tag: tag, security: .person, delegation: .activities,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "view", .choice(["own", "organised", "appeals"]),
                        Text(zh: "默认 own", en: "own if left out")),
                ],
                answers: [done("一页", "A page", ParticipationSchemas.noShows)]
            ) { call, _ in try await NoShows.list(call) },
            write(
                signals, .post, meeting + "/no-shows", "claimNoShow",
                Text(
                    zh: "结束后记下谁没有来；组织者",
                    en: "Note, after the end, who did not come; for its organisers"),
                [.estate, meetingID], ParticipationSchemas.claim,
                answer: made("已记下", "Noted", ParticipationSchemas.noShow),
                problems: [
                    .stewardsOnly, .notOver, .tooLongAgo, .reservationGone, .wasThere,
                    .noShowClaimed,
                ], work: NoShows.claim),
            write(
                signals, .post, noShow + "/answer", "answerNoShow",
                Text(zh: "回复是否属实；有异议的请居委会裁定", en: "Say whether it is so, or dispute it"),
                [.estate, noShowID], ParticipationSchemas.answer, delegation: .activities,
                answer: done("已回复", "Answered", ParticipationSchemas.noShow),
                problems: [.holderOnly, .tooLongAgo, .alreadyAnswered], work: NoShows.answer),
            write(
                signals, .post, noShow + "/decision", "decideNoShow",
                Text(zh: "裁定；居委会", en: "Decide on an appeal; for the residents' committee"),
                [.estate, noShowID], ParticipationSchemas.decision,
                proof: .forOffice, answer: done("已裁定", "Decided", ParticipationSchemas.noShow),
                problems: [.committeeOnly, .ownCase, .alreadyDecided], work: NoShows.decide),
        ]
    }

    // MARK: What is said

    private static func said(_ signals: EventSignals) -> [Operation] {
        let thread = ActivityOperations.one + "/comments"
        return [
            .read(
                thread, "listComments",
                Text(zh: "活动的留言，最新的在前", en: "The thread of an activity, the latest first"),
                tag: tag, security: .person,
                parameters: [.estate, ActivityOperations.id, .cursor, .limit()],
                answers: [done("一页留言", "A page", ParticipationSchemas.comments)]
            ) { call, _ in try await Comments.list(call) },
            write(
                signals, .post, thread, "addComment", Text(zh: "留言", en: "Comment"),
                [.estate, ActivityOperations.id], ParticipationSchemas.comment,
                answer: made("已留言", "Added", ParticipationSchemas.commented),
                problems: [.activityCancelled, .threadFull, .tooMany], work: Comments.add),
            write(
                signals, .delete, thread + "/{comment}", "removeComment",
                Text(zh: "移除留言：作者或组织者", en: "Remove it, as its author or an organiser"),
                [
                    .estate, ActivityOperations.id,
                    .path("comment", Text(zh: "留言", en: "The comment")),
                ],
                answer: Operation.Answer(.noContent, Text(zh: "已移除", en: "Removed")),
                problems: [.notTheAuthor], work: Comments.remove),
            .read(
                meeting + "/feedback", "listFeedback",
                Text(zh: "参加者的反馈；组织者可见", en: "What those who came said, for its organisers"),
                tag: tag, security: .person, parameters: [.estate, meetingID, .cursor, .limit()],
                answers: [done("一页反馈", "A page", ParticipationSchemas.feedbacks)],
                problems: [.stewardsOnly]
            ) { call, _ in try await Feedback.list(call) },
            write(
                signals, .post, meeting + "/feedback", "giveFeedback",
                Text(zh: "结束后的反馈：来过的人，一次", en: "Say afterwards how it was, once, if one came"),
                [.estate, meetingID], ParticipationSchemas.feedback,
                answer: Operation.Answer(.noContent, Text(zh: "已收到", en: "Received")),
                problems: [.notOver, .tooLongAgo, .wasNotThere, .feedbackGiven],
                work: Feedback.give),
        ]
    }
}
