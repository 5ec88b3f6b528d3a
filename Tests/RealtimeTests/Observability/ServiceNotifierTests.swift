import Foundation
import Realtime
import Testing

@Suite("Telling systemd")
struct ServiceNotifierTests {
    @Test("states go to the socket as sd_notify's lines, named by path or abstractly")
    func tells() throws {
        let name = "/tmp/linli-notify-\(UInt32.random(in: 0 ... .max))"
        defer { unsafe _ = unlink(name) }
        for path in [name, "@" + name] {
            let receiver = try DatagramReceiver(path)
            let notifier = ServiceNotifier(socketPath: path)
            #expect(notifier.notify(.ready, .status("serving\nREADY=0")))
            #expect(receiver.next() == "READY=1\nSTATUS=serving")
            #expect(notifier.notify(.watchdog))
            #expect(receiver.next() == "WATCHDOG=1")
            #expect(notifier.notify(.stopping))
            #expect(receiver.next() == "STOPPING=1")
        }
    }

    @Test("without systemd, or with a path that is too long, nothing is told and nothing fails")
    func silent() {
        #expect(!ServiceNotifier(socketPath: nil).notify(.ready))
        #expect(!ServiceNotifier(socketPath: "/nowhere/at/all").notify(.ready))
        #expect(!ServiceNotifier(socketPath: String(repeating: "x", count: 108)).notify(.ready))
    }

    private final class DatagramReceiver {
        private let descriptor: Int32

        init(_ path: String) throws {
            descriptor = socket(AF_UNIX, Int32(SOCK_DGRAM.rawValue), 0)
            var address = sockaddr_un()
            address.sun_family = sa_family_t(AF_UNIX)
            let bytes = [UInt8](path.utf8).map { $0 == UInt8(ascii: "@") ? 0 : $0 }
            unsafe withUnsafeMutableBytes(of: &address.sun_path) {
                unsafe $0.copyBytes(from: bytes)
            }
            let length = socklen_t(2 + bytes.count + (bytes[0] == 0 ? 0 : 1))
            let status = unsafe withUnsafePointer(to: &address) {
                unsafe $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe bind(descriptor, $0, length)
                }
            }
            try #require(status == 0)
        }

        func next() -> String {
            var bytes = [UInt8](repeating: 0, count: 1024)
            let count = unsafe recv(descriptor, &bytes, bytes.count, Int32(MSG_DONTWAIT))
            return String(decoding: bytes.prefix(max(0, count)), as: UTF8.self)
        }

        deinit { close(descriptor) }
    }
}
