internal import ArgumentParser

/// 邻里: the command that operators and developers type.
@main
struct Linli: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "linli",
        abstract: "邻里 Linli: mutual aid and sharing for residential estates.",
        discussion: """
            Examples:
              linli migrate  --database "host=/run/linli dbname=linli user=linli_owner"
              linli import   --database "host=/run/linli dbname=linli user=linli" seed-data
              linli serve    --port 8080 --data /var/lib/linli
              linli session  R00565
              linli doctor
            """,
        subcommands: [
            Serve.self, Migrate.self, Import.self, SessionCommand.self, Doctor.self,
            VerifyEvents.self,
        ])
}
