internal import Platform

/// The shapes of who reads what.
enum ReadingSchemas {
    static let code = Schema.text(1...40)
    static let words = Schema.text(1...80)

    static let rules = Schema.object(
        "AccessRules",
        [
            .required(
                "rules",
                .array(
                    .object(
                        "AccessRule",
                        [
                            .required("role", code), .required("kind", code),
                            .required("purpose", code),
                            .required(
                                "needs_second",
                                .bool(
                                    note: "须第二人批准 / Only under a request that a second person has "
                                        + "approved")),
                            .required("role_zh", words), .required("role_en", words),
                            .required("kind_zh", words), .required("kind_en", words),
                            .required("purpose_zh", words), .required("purpose_en", words),
                        ]), count: 0...1000))
        ])
}
