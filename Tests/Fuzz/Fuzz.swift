import Glibc

/// One reader of bytes from outside, and what must hold of it for any bytes.
protocol FuzzTarget: SendableMetatype {
    /// Its name on the command line.
    static var name: String { get }
    /// Inputs to begin with, so that chance need not find the grammar first.
    static var seeds: [[UInt8]] { get }
    /// Reads the bytes in several ways and says where these differ.
    static func check(_ bytes: [UInt8]) throws(Disagreement)
}

/// Two readings of one input that should have been the same.
struct Disagreement: Error {
    let what: String

    init(_ what: String) { self.what = what }
}

/// Says what differs unless something holds.
func expect(_ holds: Bool, _ what: @autoclosure () -> String) throws(Disagreement) {
    guard holds else { throw Disagreement(what()) }
}

/// Writes a line where libFuzzer writes its own.
private func tell(_ line: String) {
    let bytes = Array("\(line)\n".utf8)
    unsafe _ = write(STDERR_FILENO, bytes, bytes.count)
}

/// What libFuzzer calls; its own `main` reads the command line (https://llvm.org/docs/LibFuzzer.html).
///
/// LINLI_FUZZ_TARGET names the target. LINLI_FUZZ_SEEDS names a folder that takes its seeds first.
enum Fuzz {
    static let targets: [any FuzzTarget.Type] = [
        HTTPHeads.self, WebSocketFrames.self, JSONTexts.self, CSVFiles.self, ShortTexts.self,
        Cursors.self, Series.self, CBORValues.self,
    ]

    static let target: any FuzzTarget.Type = {
        let name = variable("LINLI_FUZZ_TARGET")
        guard let target = targets.first(where: { $0.name == name }) else {
            tell("LINLI_FUZZ_TARGET: one of " + targets.map { $0.name }.joined(separator: ", "))
            exit(2)
        }
        if let folder = variable("LINLI_FUZZ_SEEDS") { write(target.seeds, into: folder) }
        return target
    }()

    private static func variable(_ name: String) -> String? {
        unsafe getenv(name).map { unsafe String(cString: $0) }
    }

    private static func write(_ seeds: [[UInt8]], into folder: String) {
        for (number, seed) in seeds.enumerated() {
            guard let file = unsafe fopen("\(folder)/seed-\(number)", "w") else {
                tell("\(folder) takes no files")
                exit(2)
            }
            unsafe fwrite(seed, 1, seed.count, file)
            unsafe fclose(file)
        }
    }
}

/// Says what is wrong with the environment before anything runs.
@c(LLVMFuzzerInitialize)
public func initialize(
    _ count: UnsafeMutablePointer<CInt>?,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>?
) -> CInt {
    _ = Fuzz.target
    return 0
}

/// Checks one input.
@c(LLVMFuzzerTestOneInput)
public func test(_ bytes: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let input = unsafe Array(UnsafeBufferPointer(start: bytes, count: count))
    do throws(Disagreement) {
        try Fuzz.target.check(input)
    } catch {
        tell("DISAGREEMENT: \(error.what)")
        abort()
    }
    return 0
}
