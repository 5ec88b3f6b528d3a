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
              linli doctor   --json
              linli jobs
              linli solve    dial-a-ride a4-24.txt

            Settings are options or variables of the environment; docs/operations.md lists them.
            Exit codes: 0 done, 1 something is wrong and was said, 64 the command was not understood;
            solve adds 65 for a bad file and 66 for one that cannot be read.
            """,
        subcommands: [
            Serve.self, Migrate.self, Import.self, SessionCommand.self, Doctor.self, Jobs.self,
            Keys.self, OperatorCode.self, Report.self, Solve.self, VerifyEvents.self,
        ])
}
