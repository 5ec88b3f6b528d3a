internal import Matching
internal import MatchingChecks

/// A solution that is to be checked, as `linli solve --json` writes it.
struct Solution {
    /// The file's bytes.
    var bytes: [UInt8]

    /// The solution cannot be read, as against the instance.
    struct Problem: Error {
        var problem: InputProblem
    }

    /// The answer to a file of one instance.
    func answer<Answer: Decodable>(_ type: Answer.Type) throws -> Answer {
        do throws(InputProblem) {
            return try JSONInput.decode(type, from: bytes)
        } catch { throw Problem(problem: error) }
    }

    /// What is wrong with the answers to a file's instances, each judged beside its own.
    func faults<Instance, Answer: Decodable>(
        _ type: Answer.Type, of instances: [Instance], _ judge: (Instance, Answer) -> [Fault]
    ) throws -> [Fault] {
        let answers: [Answer]
        do throws(InputProblem) {
            answers = try JSONInput.oneOrMany(type, from: bytes).all
        } catch { throw Problem(problem: error) }
        guard instances.count == answers.count else {
            return [Fault("answers", "\(answers.count) for \(instances.count) instances")]
        }
        return zip(instances, answers).flatMap(judge)
    }
}
