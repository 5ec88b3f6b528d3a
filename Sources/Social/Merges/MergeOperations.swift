package import Platform
internal import Realtime

/// The operations of merges and of ends of memberships.
package enum MergeOperations {
    /// All of them; `signals` hears of each commit.
    package static func all(keyring: Keyring, signals: EventSignals) -> [Operation] {
        merges(Merges(keyring), signals) + ends(MembershipEnds(keyring), signals)
            + decisions(signals)
    }

    private static let tag = "standing"
    private static let estate = "/api/v1/estates/{estate}"

    /// Tells the numberer after the commit.
    private static func telling(
        _ signals: EventSignals, _ work: @escaping @Sendable (Call) async throws -> Response
    ) -> Operation.Work {
        { call, _ in
            let response = try await work(call)
            signals.committed()
            return response
        }
    }

    private static func merges(_ merges: Merges, _ signals: EventSignals) -> [Operation] {
        [
            .write(
                .post, estate + "/merges", "mergePersons",
                Text(
                    zh: "居委会凭依据把一人的两份登记合并，三十天内可撤销",
                    en: "Make two entries of one person one, on evidence: the committee"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate],
                body: MergeSchemas.wanted,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已合并", en: "Merged"), MergeSchemas.made)
                ], problems: [.ownHousehold, .mergeKeepClaimed, .mergeBothAlive],
                work: telling(signals, merges.merge)),
            .read(
                estate + "/merges", "listMerges",
                Text(zh: "合并记录，居委会可见", en: "Merges, for the committee"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), MergeSchemas.merges)
                ]
            ) { call, _ in try await Merges.list(call) },
            .write(
                .post, estate + "/merges/{merge}/undo", "undoMerge",
                Text(zh: "撤销一次合并", en: "Undo a merge, within thirty days"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [.estate, .path("merge", Text(zh: "哪一次", en: "The merge"))],
                body: MergeSchemas.undo,
                answers: [Operation.Answer(.noContent, Text(zh: "已撤销", en: "Undone"))],
                problems: [.ownHousehold, .mergeUndone, .mergeLate],
                work: telling(signals, Merges.undo)),
            .write(
                .post, estate + "/me/merge-agreements", "agreeToMerge",
                Text(
                    zh: "同意与自己的另一份登记合并，三十天内有效",
                    en: "Agree to be made one with another entry of one's own"),
                tag: tag, security: .person, parameters: [.estate],
                body: MergeSchemas.agreement,
                answers: [Operation.Answer(.noContent, Text(zh: "已记下", en: "Noted"))],
                work: telling(signals, Merges.agree)),
        ]
    }

    private static func ends(_ ends: MembershipEnds, _ signals: EventSignals) -> [Operation] {
        [
            .write(
                .post, estate + "/household/leaving", "leaveHousehold",
                Text(
                    zh: "离开自己的一户：先说明后果，再办理",
                    en: "Leave a household of one's own, once one knows what that means"),
                tag: tag, security: .person, parameters: [.estate], body: MergeSchemas.leaving,
                answers: [Operation.Answer(.noContent, Text(zh: "已离开", en: "Left"))],
                problems: [.leavingMeans, .adultsOnly], work: telling(signals, ends.leave)),
            .write(
                .post, estate + "/membership-ends", "askMembershipEnd",
                Text(
                    zh: "申请把家里另一人移出：告知本人，由居委会决定",
                    en: "Ask that another member's membership ends: it is told, the committee "
                        + "decides"),
                tag: tag, security: .person, parameters: [.estate], body: MergeSchemas.asked,
                answers: [
                    Operation.Answer(
                        .created, Text(zh: "已申请", en: "Asked for"), MergeSchemas.request)
                ], problems: [.endAsked, .adultsOnly], work: telling(signals, ends.ask)),
        ]
    }

    private static func decisions(_ signals: EventSignals) -> [Operation] {
        let request = Operation.Parameter.path("request", Text(zh: "申请", en: "The request"))
        return [
            .read(
                estate + "/membership-ends", "listMembershipEnds",
                Text(
                    zh: "离户申请：关于我的、我提的；居委会看全部",
                    en: "Requests about oneself and of one's own; all of them for the committee"),
                tag: tag, security: .person, proof: .forOffice,
                parameters: [
                    .estate, .cursor, .limit(),
                    .query(
                        "state", .choice(["open", "all"]),
                        Text(zh: "open（默认）：未决定的", en: "open, as if left out: not yet decided")),
                ],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), MergeSchemas.requests)
                ]
            ) { call, _ in try await MembershipEnds.list(call) },
            .write(
                .post, estate + "/membership-ends/{request}/answer", "answerMembershipEnd",
                Text(
                    zh: "当事人表示同意或反对，只给居委会看",
                    en: "Agree or object, for the committee alone: the person concerned"),
                tag: tag, security: .person, parameters: [.estate, request],
                body: MergeSchemas.answer,
                answers: [Operation.Answer(.noContent, Text(zh: "已记下", en: "Noted"))],
                problems: [.endDecided], work: telling(signals, MembershipEnds.answer)),
            .write(
                .post, estate + "/membership-ends/{request}/decision", "decideMembershipEnd",
                Text(
                    zh: "居委会凭依据决定：当事人答复后，或满三天",
                    en: "Decide on evidence, after the answer or three days: the committee"),
                tag: tag, security: .person, proof: .forOffice, parameters: [.estate, request],
                body: MergeSchemas.decision,
                answers: [Operation.Answer(.noContent, Text(zh: "已决定", en: "Decided"))],
                problems: [.ownHousehold, .endDecided, .endTooEarly],
                work: telling(signals, MembershipEnds.decide)),
        ]
    }
}
