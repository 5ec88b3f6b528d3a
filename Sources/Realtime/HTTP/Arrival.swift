/// What the reading side of a connection hands to its answering side.
struct Arrival {
    /// What is to be done with the request.
    enum Verdict {
        /// Its route's handler is asked.
        case route(Int)
        /// It is told why not.
        case refused(Refusal)
        /// The answer is there, and has to be sent.
        case answered(Response)
    }

    var request: Request
    var verdict: Verdict
}
