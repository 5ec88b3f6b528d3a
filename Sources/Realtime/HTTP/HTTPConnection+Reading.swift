/// The reading side: from bytes to requests that wait for their answers.
extension HTTPConnection {
    /// Takes bytes as they come.
    func received(_ bytes: RawSpan) {
        guard !isLingering, !isRefused else { return }
        guard !isPaused else {
            backlog.append(bytes)
            return
        }
        parse(bytes)
        flush()
        setDeadline()
        if !arrivals.isEmpty { arrival.take()?.resume() }
    }

    private func parse(_ bytes: RawSpan) {
        var offset = 0
        var isAfterHead = false  // llhttp ends a message without content only when asked again
        while offset < bytes.byteCount || isAfterHead, !isRefused {
            guard !isPaused else {
                let rest = bytes.extracting(offset..<bytes.byteCount)
                backlog.append(rest)
                return
            }
            if !parser.isInMessage { messageBegan = server.loop.milliseconds }
            let (step, taken) = parser.feed(bytes.extracting(offset..<bytes.byteCount))
            offset += taken
            isAfterHead = step == .head
            switch step {
            case .needsMore: return
            case .head: readHead()
            case .message: readMessage()
            case .refused(let refusal): refuse(refusal)
            }
        }
    }

    /// Policy and route, before any content is read.
    private func readHead() {
        let request = parser.request
        if let refusal = server.configuration.policy.check(&request.head, request.method) {
            return refuse(refusal)
        }
        var bytesMax = server.configuration.limits.contentBytesMax
        var isKnown = false
        if case .found(let route, let parameters) = server.router.match(
            request.head, request.method)
        {
            isKnown = true
            bytesMax = server.router.routes[route].contentBytesMax ?? bytesMax
            request.match = Request.RouteMatch(
                index: route, template: server.router.routes[route].template,
                parameterNames: server.router.parameterNames[route], parameters: parameters)
        }
        if let refusal = parser.continueWithContent(bytesMax: bytesMax) { return refuse(refusal) }
        guard request.head.expectsContinue else { return }
        guard isKnown else { return refuse(.routeUnknown) }
        guard arrivals.isEmpty, !isAnswering else { return }
        output.append(contentsOf: ResponseEncoder.continue)
        flush()
    }

    private func readMessage() {
        var request = parser.takeRequest(beginningWith: spare.take() ?? Request())
        request.peerAddress = wire?.peerAddress ?? ""
        if !server.configuration.proxies.blocks.isEmpty {
            request.peerAddress = server.configuration.proxies.client(
                request.peerAddress, forwarded: request.field("x-forwarded-for"))
        }
        request.isSecure = wire?.isSecure ?? false
        request.number = server.nextRequestNumber()
        if let route = request.match?.index {
            if let answer = answerAtOnce(&request, route) {
                arrivals.append(Arrival(request: request, verdict: answer))
            }
        } else if case .refused(let refusal) = server.router.match(request.head, request.method) {
            arrivals.append(Arrival(request: request, verdict: .refused(refusal)))
        }
        let depth = server.configuration.limits.pipelineDepthMax
        // After an upgrade request the bytes may be another protocol's.
        if arrivals.count >= depth || request.head.wantsUpgrade { pause() }
    }

    /// Answers what waits for nothing, while the task waits for it; otherwise says what the task
    /// shall do.
    private func answerAtOnce(_ request: inout Request, _ route: Int) -> Arrival.Verdict? {
        guard let answer = server.router.routes[route].immediate, arrival != nil,
            arrivals.isEmpty, request.head.keepsAlive, !server.isDraining
        else { return .route(route) }
        if output.count > server.configuration.limits.outputBytesMax { flush() }
        guard !isCongested else { return .route(route) }
        let began = server.configuration.answered == nil ? 0 : server.loop.nanoseconds
        var response = answer(request)
        server.answered(request, route: route, response.status, since: began)
        guard response.body.isWhole, !response.closesConnection else { return .answered(response) }
        response = server.encode(response, for: request)
        _ = begin(response, to: Arrival(request: request, verdict: .route(route)))
        recycle(&request)
        return nil
    }

    /// Turns the request that is being read away; nothing after it is read.
    func refuse(_ refusal: Refusal) {
        isRefused = true
        arrivals.append(Arrival(request: parser.request, verdict: .refused(refusal)))
    }

    private func pause() {
        isPaused = true
        wire?.stopReading()
    }

    /// Goes on with what came while nothing more was read ahead.
    func resumeReading() {
        guard isPaused, arrivals.isEmpty else { return }
        isPaused = false
        let bytes = backlog
        backlog.removeAll(keepingCapacity: bytes.count <= 4096)
        unsafe parse(bytes.span.bytes)
        if !isPaused, !isRefused { wire?.startReading() }
    }

    /// Hears that the peer took what was written, or has ended.
    func happened(_ event: ByteStream.Event) {
        switch event {
        case .drained:
            guard (wire?.queuedBytes ?? 0) == 0 else { return }
            drained.take()?.resume()
        case .ended(let error):
            readerEnded = true
            if error != nil || isLingering { isEnded = true }
            // A stream's reader is gone; a half-closed asker still gets its answer.
            if streaming != nil { isEnded = true }
            if isEnded {
                streaming?.cancel()
                // Nobody is left to read the answer: what it waits for may end early.
                if isAnswering { task?.cancel() }
            }
            arrival.take()?.resume()
            if isEnded { drained.take()?.resume() }
        }
    }
}
