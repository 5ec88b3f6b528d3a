internal import CLibuv

/// A libuv status below zero, such as `UV_EADDRINUSE`.
package struct UVError: Error, Hashable, CustomStringConvertible {
    /// The code as libuv returned it; always negative.
    package let code: Int32

    /// For example `EADDRINUSE: address already in use`.
    package var description: String {
        unsafe "\(String(cString: uv_err_name(code))): \(String(cString: uv_strerror(code)))"
    }
}

/// Turns libuv's return convention, negative for failure, into a throw.
@discardableResult
func check(_ status: Int32) throws(UVError) -> Int32 {
    guard status >= 0 else { throw UVError(code: status) }
    return status
}
