internal import Platform

/// The shapes of what those who take part send and are sent.
enum ParticipationSchemas {
    private static let kind = Schema.choice(ActivityCodes.seats)
    private static let step = Schema.choice(["in", "out"])
    private static let words = Schema.text(1...1000, isMultiline: true)
    private static let note = Schema.text(1...400, isMultiline: true)

    static let booking = Schema.object(
        "ReservationWanted",
        [
            .optional(
                "members",
                .array(
                    .object(
                        "MemberWanted",
                        [
                            .required(
                                "person", .uuid(note: "见 household / As household lists them")),
                            .optional("kind", kind),
                        ]), count: 1...20,
                    note: "默认只有本人；名额种类默认按年龄 / Oneself alone if left out; kinds go by age"))
        ])

    static let cancellation = Schema.object(
        "ReservationCancelled",
        [
            .optional(
                "members",
                .array(.uuid(), count: 1...20, note: "默认全部退出 / All leave if left out")),
            .optional("excuse", .choice(["illness"], note: "因病请假 / Excused by illness")),
        ])

    private static let member = Schema.object(
        "ReservationMember",
        [
            .required("person", .uuid()), .optional("display_name", .text(1...80)),
            .required("kind", .text(1...24)), .required("is_live", .bool()),
            .optional("left_as", .text(1...40)), .optional("checked_in_at", .instant()),
            .optional("checked_out_at", .instant()),
        ])

    static let reservation = Schema.object(
        "Reservation",
        [
            .required("id", .uuid()), .required("occurrence", .uuid()),
            .required("activity", .uuid()), .required("begins", .instant()),
            .required("ends", .instant()),
            .required("holder", .uuid(note: "报名人 / Who answers for it")),
            .required("state", .choice(["waiting", "offered", "held", "confirmed", "ended"])),
            .optional("until", .instant(note: "名额保留到此刻 / The place is kept until then")),
            .optional("position", .integer(1...10_000, note: "候补第几位 / Place in the queue")),
            .required("queued_at", .instant()), .optional("ended_at", .instant()),
            .optional(
                "ended_as",
                .choice([
                    "cancelled", "cancelled_late", "excused", "lapsed", "declined", "closed",
                ])),
            .optional("note", .text(1...400, isMultiline: true)),
            .required("members", .array(member, count: 1...20)),
        ])

    static let reservations = page("ReservationPage", "reservations", reservation)

    static let participants = Schema.object(
        "ParticipantPage",
        [
            .required("participants", .array(participant, count: 0...200)),
            .required("summary", .array(participantSum, count: 0...8)),
        ])

    private static let participantSum = Schema.object(
        "ParticipantSum",
        [
            .required("kind", .text(1...24, note: "座位种类 / The kind of seat")),
            .required("confirmed", .integer(0...10_000)),
            .required("offered", .integer(0...10_000)),
            .required("waiting", .integer(0...10_000)),
            .required("here", .integer(0...10_000, note: "已签到未签退 / Checked in, and not out")),
        ])

    static let participant = Schema.object(
        "Participant",
        [
            .required("reservation", .uuid()), .required("person", .uuid()),
            .required("display_name", .text(1...80)), .required("kind", .text(1...24)),
            .required("state", .choice(["waiting", "offered", "held", "confirmed"])),
            .required("holder", .uuid()), .required("queued_at", .instant()),
            .optional("until", .instant()), .optional("checked_in_at", .instant()),
            .optional("checked_out_at", .instant()),
        ])

    static let codeWanted = Schema.object(
        "AttendanceCodeWanted",
        [
            .optional("person", .uuid(note: "默认本人 / Oneself if left out")),
            .optional("step", step),
        ])

    static let code = Schema.object(
        "AttendanceCode",
        [
            .required("code", .text(8...8, note: "出示给组织者，只显示一次 / Shown once, for an organiser")),
            .required("person", .uuid()), .required("step", step),
            .required("expires_at", .instant()),
            .optional(
                "qr_svg",
                .text(
                    1...40_000, isMultiline: true,
                    note: "二维码图：组织者扫一扫，打开签到名单并填好签到码 / Leads an organiser's phone to the roll, "
                        + "with the code filled in")),
        ])

    static let attendance = Schema.object(
        "AttendanceNoted",
        [
            .optional("code", .text(8...8)),
            .optional("reservation", .uuid(note: "点名 / Roll-call")), .optional("person", .uuid()),
            .optional("step", step),
        ])

    static let claim = Schema.object(
        "NoShowClaimed", [.required("reservation", .uuid()), .required("person", .uuid())])
    static let answer = Schema.object(
        "NoShowAnswered",
        [
            .required(
                "answer",
                .choice(["agreed", "disputed"], note: "disputed：请居委会裁定 / The committee decides")),
            .optional("note", note),
        ])
    static let decision = Schema.object(
        "NoShowDecided",
        [
            .required("decision", .choice(["upheld", "dismissed"])), .optional("note", note),
        ])

    static let noShow = Schema.object(
        "NoShow",
        [
            .required("id", .uuid()), .required("occurrence", .uuid()),
            .required("activity", .uuid()), .required("reservation", .uuid()),
            .required("person", .uuid()), .required("display_name", .text(1...80)),
            .required("claimed_at", .instant()),
            .optional("answer", .choice(["agreed", "disputed"])),
            .optional("answered_at", .instant()), .optional("answer_note", note),
            .optional("appealed_at", .instant()),
            .optional("decision", .choice(["upheld", "dismissed"])),
            .optional("decided_at", .instant()), .optional("decision_note", note),
            .required("ages_out_at", .instant(note: "此后不再计 / It counts for nothing after this")),
        ])
    static let noShows = page("NoShowPage", "no_shows", noShow)

    static let comment = Schema.object("CommentAdded", [.required("body", words)])
    static let commented = Schema.object(
        "CommentMade", [.required("id", .uuid()), .required("at", .instant())])
    static let comments = page(
        "CommentPage", "comments",
        .object(
            "Comment",
            [
                .required("id", .uuid()), .required("author", .uuid()),
                .required("author_name", .text(1...80)), .required("is_organiser", .bool()),
                .optional("body", words), .required("at", .instant()),
                .optional("removed_as", .choice(["author", "steward"])),
            ]))

    static let feedback = Schema.object(
        "FeedbackGiven",
        [
            .required("verdict", .choice(["good", "mixed", "poor"])), .optional("body", words),
        ], note: "组织者能看到是谁写的 / Its organisers see who wrote it")
    static let feedbacks = page(
        "FeedbackPage", "feedback",
        .object(
            "Feedback",
            [
                .required("id", .uuid()), .required("person", .uuid()),
                .required("display_name", .text(1...80)),
                .required("verdict", .choice(["good", "mixed", "poor"])),
                .optional("body", words), .required("at", .instant()),
            ]))

    private static func page(
        _ name: String, _ list: String, _ element: Schema, max: Int = 100
    ) -> Schema {
        .object(name, [.required(list, .array(element, count: 0...max))])
    }
}
