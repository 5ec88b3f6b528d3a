package import Platform
internal import Realtime

/// The operation that shows a person its own household: whom it can take along.
package enum HouseholdOperations {
    /// All of them; `keyring` opens days of birth, of which only a child's or an adult's is told.
    package static func all(keyring: Keyring) -> [Operation] {
        [
            .read(
                "/api/v1/estates/{estate}/household", "getHousehold",
                Text(zh: "我家里的人", en: "Who belongs to one's own households"),
                tag: "accounts", security: .person, parameters: [.estate],
                answers: [Operation.Answer(.ok, Text(zh: "家庭成员", en: "The members"), members)]
            ) { call, _ in try await own(call, keyring) }
        ]
    }

    private static func own(_ call: Call, _ keyring: Keyring) async throws -> Response {
        let vault = PersonVault(keyring, of: call.id("estate"))
        let household = try Household(try await call.read(HouseholdMembers()), vault)
        return call.json { json in
            json.object { json in
                json.key("members")
                json.array { json in
                    for member in household.members {
                        json.object { json in
                            json.member("household", member.household)
                            json.member("person", member.person)
                            json.member("display_name", member.displayName)
                            json.member("role", member.role)
                            json.member("is_child", member.isChild ?? false)
                        }
                    }
                }
            }
        }
    }

    private static let members = Schema.object(
        "Household",
        [
            .required(
                "members",
                .array(
                    .object(
                        "HouseholdMember",
                        [
                            .required("household", .uuid()), .required("person", .uuid()),
                            .required("display_name", .text(1...80)),
                            .required("role", .choice(roles)),
                            .required(
                                "is_child",
                                .bool(
                                    note: "未满 18 周岁；不知生日的按成人 / Under 18; an adult where the "
                                        + "day of birth is not known")),
                        ]), count: 0...200))
        ])

    private static let roles = [
        "head", "spouse", "child", "parent", "grandparent", "grandchild", "relative", "tenant",
        "flatmate", "carer", "other",
    ]
}
