internal import Glibc

/// Calls `body` with C copies of `strings` and a null at the end, which live as long as the call.
func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>?) -> Result
) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer { for index in 0..<strings.count { unsafe free(copies[index]) } }
    let pointers = unsafe copies.map { unsafe UnsafePointer<CChar>($0) } + [nil]
    return unsafe pointers.withUnsafeBufferPointer { unsafe body($0.baseAddress) }
}
