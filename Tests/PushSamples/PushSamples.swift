import Platform
import Realtime

/// Prints pushes as a server would send them, a JSON line each, for a foreign reader:
/// `push-samples ENDPOINT P256DH AUTH MESSAGE…`.
@main
enum PushSamples {
    static func main() throws {
        let arguments = CommandLine.arguments
        guard arguments.count >= 5,
            let target = PushTarget(
                endpoint: arguments[1], p256dh: arguments[2], auth: arguments[3])
        else { throw Misuse() }
        let sender = try WebPush(.random(), contact: "https://linli.example.org")
        for message in arguments.dropFirst(4) {
            let call = try sender.call(
                Array(message.utf8), to: target, isUrgent: true, at: Clock.machine().now())
            var json = JSONWriter()
            json.object { json in
                json.member("key", sender.applicationServerKey)
                json.member("body", Base64.urlEncoded(call.body))
                for (name, value) in call.headers { json.member(name, value) }
            }
            print(String(decoding: json.bytes, as: UTF8.self))
        }
    }

    /// The arguments are no target and messages.
    private struct Misuse: Error {}
}
