import Foundation
import Support
import Testing

/// What somebody finds who has stolen a dump of the database, and not the key file.
@Suite("A stolen dump", .serialized, .timeLimit(.minutes(3)))
struct DumpTests {
    @Test("no phone number, and no day of birth before 2000, stands in it in clear")
    func canaries() async throws {
        try await TestDatabase.with { clone in
            let house = try Installation(on: clone)
            defer { house.remove() }
            try await house.start()
            _ = try await house.signIn("15400000426")
            _ = try? await house.signIn("15400000012")
            #expect(try await house.terminate() == 0)

            let dump = try Self.dump(clone)
            let (people, found) = (try Self.people(), Self.numbers(in: dump))
            #expect(people.count > 2000)
            // The dump is one: it tells what is no secret, such as the days on which people moved in.
            #expect(found.contains("2016-02-09"))
            let phones = people.compactMap { $0.phone }
            // Days since 2000 are also those on which somebody moved in.
            let births = people.compactMap { $0.birth }.filter { $0 < "2000" }
            #expect(phones.count > 1000 && births.count > 1000)
            #expect((phones + births).filter { found.contains($0) } == [])
        }
    }

    /// All that looks like a phone number, its last eleven digits, or like a day.
    private static func numbers(in dump: [UInt8]) -> Set<String> {
        var found: Set<String> = []
        var run: [UInt8] = []
        for byte in dump {
            guard UInt8(ascii: "0")...UInt8(ascii: "9") ~= byte || byte == UInt8(ascii: "-") else {
                run.removeAll(keepingCapacity: true)
                continue
            }
            run.append(byte)
            for count in [10, 11] where run.count >= count {
                found.insert(String(decoding: run.suffix(count), as: UTF8.self))
            }
        }
        return found
    }

    private struct Person {
        var birth: String?
        var phone: String?
    }

    /// The people of the seed: number, name, day of birth, phone and more in a line.
    private static func people() throws -> [Person] {
        let file = Installation.root.appending(path: "seed-data/persons.csv")
        let text = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        return text.split(whereSeparator: \.isNewline).dropFirst().map { line in
            let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(
                String.init)
            return Person(
                birth: cells[2].isEmpty ? nil : cells[2],
                phone: cells[3].isEmpty ? nil : cells[3])
        }
    }

    private static func dump(_ clone: TestDatabase) throws -> [UInt8] {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/pg_dump")
        process.arguments = ["--dbname", clone.connection(as: "postgres")]
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let bytes = output.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        #expect(process.terminationStatus == 0)
        return Array(bytes)
    }
}
