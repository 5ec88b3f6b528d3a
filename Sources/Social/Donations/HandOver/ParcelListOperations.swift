internal import Platform
internal import Realtime

/// The operations of the coded list.
enum ParcelListOperations {
    private static let path = "/places/{room}/parcel-list"
    private static let room = Operation.Parameter.path(
        "room", Text(zh: "物资间", en: "The room"))

    /// All of them; `signals` hears of each commit.
    static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        let lists = ParcelLists(keyring)
        return [
            .read(
                GoodsOperations.base + path, "getParcelList",
                Text(
                    zh: "断网用的当日领取清单：代号、货位、内容，签名；用 ops/verify-list 核对",
                    en: "Today's signed coded list for a network outage; ops/verify-list checks it"),
                tag: "hand-over", security: .person, proof: .forOffice,
                parameters: [.estate, room],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "清单", en: "The list"), mediaType: "text/plain")
                ], problems: [.notOnGoodsDuty]
            ) { call, _ in try await lists.list(call) },
            GoodsOperations.act(
                path + "/reconciliation", "reconcileParcelList",
                Text(
                    zh: "补录断网时按清单发出的包裹；有出入的逐行说明，并交居委会核对",
                    en: "Enter what went out from the list; what differs is said line by line"),
                signals, parameters: [room], body: ParcelListSchemas.wanted,
                answer: Operation.Answer(
                    .ok, Text(zh: "每一行的结果", en: "What each line came to"),
                    ParcelListSchemas.answer),
                problems: [.notOnGoodsDuty], ParcelLists.reconcile),
            .read(
                GoodsOperations.base + path + "/differences", "listParcelListDifferences",
                Text(zh: "补录时有出入的行，最近的在前", en: "Lines that differ, the latest first"),
                tag: "hand-over", security: .person, proof: .forOffice,
                parameters: [.estate, room, .cursor, .limit()],
                answers: [
                    Operation.Answer(
                        .ok, Text(zh: "一页", en: "A page"), ParcelListSchemas.differences)
                ], problems: [.notOnGoodsDuty]
            ) { call, _ in try await ParcelLists.differences(call) },
        ]
    }
}

/// The shapes of the coded list on the wire.
enum ParcelListSchemas {
    private static let code = Schema.text(9...9, note: "清单上的代号 / The code on the list")
    private static let verdict = Schema.choice(ParcelLists.verdicts)

    static let wanted = Schema.object(
        "ParcelListReconciliation",
        [
            .required(
                "lines",
                .array(
                    .object(
                        "ParcelListLine",
                        [
                            .required("code", code),
                            .required("given_at", .instant(note: "何时交付 / When it was given")),
                            .required("by", .uuid(note: "经手人 / Who gave it")),
                            .optional("second", .uuid(note: "在场的第二人 / Who stood by")),
                        ]), count: 1...ParcelLists.linesMax))
        ])
    static let answer = Schema.object(
        "ParcelListReconciled",
        [
            .required(
                "lines",
                .array(
                    .object(
                        "ParcelListLineReconciled",
                        [
                            .required("code", code), .required("verdict", verdict),
                            .required("advice", .text(1...400)),
                        ]), count: 1...ParcelLists.linesMax))
        ])
    static let differences = Schema.object(
        "ParcelListDifferencePage",
        [
            .required(
                "lines",
                .array(
                    .object(
                        "ParcelListDifference",
                        [
                            .required("id", .uuid()), .required("code", code),
                            .required("given_at", .instant()), .required("by", .uuid()),
                            .optional("second", .uuid()), .required("entered_at", .instant()),
                            .required("verdict", verdict),
                            .optional("task", .uuid(note: "谁在核对 / The task to look at it")),
                        ]), count: 0...100))
        ])
}
