internal import CLibuv
internal import Glibc

/// How many files and sockets this process may have open.
package enum OpenFiles {
    /// Raises the limit as far as the system lets us; what it is then.
    package static func raiseLimit() -> Int {
        var limit = rlimit()
        guard unsafe getrlimit(c_RLIMIT_NOFILE, &limit) == 0 else { return 0 }
        limit.rlim_cur = limit.rlim_max
        // Where it cannot be raised, what was allowed before still is.
        unsafe _ = setrlimit(c_RLIMIT_NOFILE, &limit)
        guard unsafe getrlimit(c_RLIMIT_NOFILE, &limit) == 0 else { return 0 }
        return Int(clamping: limit.rlim_cur)
    }
}
