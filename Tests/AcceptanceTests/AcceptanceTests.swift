import Testing

@Suite("Acceptance") struct AcceptanceTests {}
