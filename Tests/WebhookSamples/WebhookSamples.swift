import Platform
import Realtime

/// Prints webhooks as a server would send them, a JSON line each, for a foreign receiver: each content
/// given is signed by one secret, then by that one and the one before.
@main
enum WebhookSamples {
    static func main() {
        let (new, before) = (WebhookSecret.random(), WebhookSecret.random())
        for content in CommandLine.arguments.dropFirst() {
            for secrets in [[new], [new, before]] {
                let call = OutgoingWebhook(
                    url: "https://hooks.example.org/linli", id: "\(secrets.count)-of-a-message",
                    content: Array(content.utf8), secrets: secrets, at: Clock.machine().now()
                ).call()
                var json = JSONWriter()
                json.object { json in
                    json.member("new", new.text)
                    json.member("before", before.text)
                    json.member("signed_by", Int64(secrets.count))
                    json.member("content", String(decoding: call.body, as: UTF8.self))
                    for (name, value) in call.headers { json.member(name, value) }
                }
                print(String(decoding: json.bytes, as: UTF8.self))
            }
        }
    }
}
