// swift-tools-version: 6.2
import PackageDescription

/// The strict settings of docs/STYLE.md, for every target of ours.
let house: [SwiftSetting] = [
    .treatAllWarnings(as: .error),
    .strictMemorySafety(),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
]

let package = Package(
    name: "linli",
    products: [.executable(name: "linli", targets: ["linli"])],
    dependencies: [
        // For its C target CNIOLLHTTP alone: not a public product, so pinned exactly.
        .package(url: "https://github.com/apple/swift-nio", exact: "2.101.2"),
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    ],
    targets: [
        .systemLibrary(name: "CLibuv", pkgConfig: "libuv", providers: [.apt(["libuv1-dev"])]),
        .systemLibrary(name: "CPostgres", pkgConfig: "libpq", providers: [.apt(["libpq-dev"])]),
        .systemLibrary(name: "COpenSSL", pkgConfig: "openssl", providers: [.apt(["libssl-dev"])]),
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl", providers: [.apt(["libcurl4-openssl-dev"])]),
        .systemLibrary(name: "CWslay", providers: [.apt(["libwslay-dev"])]),
        .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
        .systemLibrary(name: "CIcal", pkgConfig: "libical", providers: [.apt(["libical-dev"])]),
        .systemLibrary(
            name: "CQREncode", pkgConfig: "libqrencode", providers: [.apt(["libqrencode-dev"])]),
        .target(name: "Matching", swiftSettings: house),
        .target(name: "MatchingChecks", dependencies: ["Matching"], swiftSettings: house),
        .target(
            name: "Realtime",
            dependencies: [
                "CLibuv", "COpenSSL", "CCurl", "CWslay", "CZlib",
                .product(name: "NIOHTTP1", package: "swift-nio"),
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house),
        .target(
            name: "Platform",
            dependencies: [
                "Realtime", "CPostgres", "COpenSSL", "CIcal", "CQREncode",
                .product(name: "DequeModule", package: "swift-collections"),
                .product(name: "Logging", package: "swift-log"),
            ],
            resources: [.copy("Migrations/SQL")],
            swiftSettings: house),
        .target(
            name: "Social",
            dependencies: [
                "Platform", "Realtime", "Matching", .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house),
        .executableTarget(
            name: "linli",
            dependencies: [
                "Social", "Platform", "Realtime", "Matching", "MatchingChecks",
                .product(name: "ArgumentParser", package: "swift-argument-parser"),
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house),
        .target(
            name: "Support", dependencies: ["Platform", "Realtime", "CIcal"],
            path: "Tests/Support",
            exclude: ["peers"], swiftSettings: house),
        // Called by ops/bench ledger: postings as the server makes them.
        .executableTarget(
            name: "ledger-post", dependencies: ["Social", "Platform", "Realtime", "Support"],
            path: "Tests/LedgerPost", swiftSettings: house),
        // Serves ops/bench websocket: the topics alone, without a domain.
        .executableTarget(
            name: "topic-server", dependencies: ["Realtime"], path: "Tests/TopicServer",
            swiftSettings: house),
        // Serves ops/tests/calendar: files for foreign readers.
        .executableTarget(
            name: "calendar-samples", dependencies: ["Platform"], path: "Tests/CalendarSamples",
            swiftSettings: house),
        // Serves ops/tests/web-push: pushes for a foreign reader.
        .executableTarget(
            name: "push-samples", dependencies: ["Platform", "Realtime"], path: "Tests/PushSamples",
            swiftSettings: house),
        // Serves ops/tests/webhooks: webhooks for a foreign receiver.
        .executableTarget(
            name: "webhook-samples", dependencies: ["Platform", "Realtime"],
            path: "Tests/WebhookSamples", swiftSettings: house),
        // Lived through by ops/bench month, and in short by MatchingTests.
        .target(
            name: "EstateMonth", dependencies: ["Matching"], path: "Tests/EstateMonth",
            swiftSettings: house),
        .executableTarget(
            name: "estate-month", dependencies: ["EstateMonth"], path: "Tests/EstateMonthTable",
            swiftSettings: house),
        // Serves ops/bench matching trust-update: the model of trust as it takes in changes.
        .executableTarget(
            name: "trust-update", dependencies: ["Matching"], path: "Tests/TrustUpdateTable",
            swiftSettings: house),
        // Called by ops/bench matching: pairing as an estate grows.
        .executableTarget(
            name: "pairing-table", dependencies: ["Matching"], path: "Tests/PairingTable",
            swiftSettings: house),
        .testTarget(
            name: "MatchingTests", dependencies: ["Matching", "MatchingChecks", "EstateMonth"],
            swiftSettings: house),
        .testTarget(
            name: "RealtimeTests", dependencies: ["Realtime", "Support"], swiftSettings: house),
        .testTarget(
            name: "PlatformTests", dependencies: ["Platform", "Realtime", "Support"],
            swiftSettings: house),
        .testTarget(
            name: "SocialTests",
            dependencies: [
                "Social", "Matching", "Platform", "Realtime", "Support",
                .product(name: "Logging", package: "swift-log"),
            ],
            swiftSettings: house),
        .testTarget(
            name: "AcceptanceTests", dependencies: ["Platform", "Realtime", "Support"],
            swiftSettings: house),
        .testTarget(name: "TidyTests", swiftSettings: house),
    ]
)

// Only ops/tests/fuzz builds this: with libFuzzer, and apart from everything else. It switches
// optimising off, which the packages would take most of the time for, and here it is on again for
// what is looked into (the driver would let -Onone win). Of Social it needs the API's values.
if Context.environment["LINLI_FUZZ"] != nil {
    let optimised: [SwiftSetting] = [.unsafeFlags(["-Xfrontend", "-O"])]
    for target in package.targets where ["Realtime", "Platform", "Social"].contains(target.name) {
        target.swiftSettings = house + optimised
    }
    for target in package.targets where target.name == "Social" {
        target.path = "Sources/Social/API"
    }
    package.targets.append(
        .executableTarget(
            name: "fuzz",
            dependencies: [
                "Realtime", "Platform", "Social",
                .product(name: "NIOHTTP1", package: "swift-nio"),
            ],
            path: "Tests/Fuzz", swiftSettings: house + optimised))
}

// Only ops/tests/thread-sanitizer builds this: the runtime, its tests, and what these need. What of
// Support needs more is left out.
if Context.environment["LINLI_RUNTIME"] != nil {
    package.products = []
    package.targets.removeAll {
        $0.type != .system && !["Realtime", "Support", "RealtimeTests"].contains($0.name)
    }
    for target in package.targets where target.name == "Support" {
        target.dependencies = ["Realtime"]
        target.exclude += [
            "ICalendarReader.swift", "SoftAuthenticator.swift", "TestDatabase.swift",
        ]
    }
}
