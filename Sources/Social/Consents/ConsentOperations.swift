internal import Platform
internal import Realtime

/// The operations of the ledger of consents.
enum ConsentOperations {
    private static let tag = "consents"
    private static let base = "/api/v1/estates/{estate}"

    /// All of them.
    static func all(_ telling: FamilyOperations.Telling) -> [Operation] {
        [
            .read(
                base + "/consent-texts", "listConsentTexts",
                Text(zh: "各项同意书的当前文本", en: "The texts of now, one a purpose"),
                tag: tag, security: .person, parameters: [.estate],
                answers: [
                    Operation.Answer(.ok, Text(zh: "文本", en: "Them"), FamilySchemas.consentTexts)
                ]
            ) { call, _ in try await Consents.texts(call) },
            .write(
                .post, base + "/consents", "giveConsent",
                Text(
                    zh: "同意：为自己，或以监护人身份为孩子",
                    en: "Agree, for oneself or, as its guardian, for a child"),
                tag: tag, security: .person, proof: .needed, parameters: [.estate],
                body: FamilySchemas.consentWanted,
                answers: [
                    Operation.Answer(.created, Text(zh: "已同意", en: "Given"), FamilySchemas.consent)
                ],
                problems: [
                    .guardianRightLacking, .consentNotAsked, .consentPerson, .consentTextOld,
                ], work: telling(Consents.give)),
            .read(
                base + "/consents", "listConsents",
                Text(zh: "我给出的同意", en: "What one has agreed to"), tag: tag, security: .person,
                parameters: [.estate, .cursor, .limit()],
                answers: [
                    Operation.Answer(.ok, Text(zh: "一页", en: "A page"), FamilySchemas.consents)
                ]
            ) { call, _ in try await Consents.list(call) },
            .write(
                .post, base + "/consents/{consent}/withdrawal", "withdrawConsent",
                Text(zh: "撤回同意，立即处处生效", en: "Take a consent back: at once, everywhere"),
                tag: tag, security: .person,
                parameters: [.estate, .path("consent", Text(zh: "同意", en: "The consent"))],
                answers: [
                    Operation.Answer(.ok, Text(zh: "已撤回", en: "Withdrawn"), FamilySchemas.consent)
                ], problems: [.consentOver], work: telling(Consents.withdraw)),
        ]
    }
}
