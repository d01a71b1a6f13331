import TailraceExperiment

extension SummaryText {
  /// The tables that the page has too; those that the run has something to say in.
  var declaredLines: [[String]] {
    let parts = DeclaredParts(result)
    // Nothing in them is infinite, which is all that could fail.
    guard parts.isAny, let text = try? JSONText.of(parts),
      let document = try? JSONTree(parsing: text)
    else { return [] }
    return SummaryTable.all.compactMap { $0.text(document).map(styled) }
  }
}

/// What these tables read of the summary document.
private struct DeclaredParts: Encodable {
  let services: [ServiceJSON]
  let rateLimits: [RateLimitJSON]
  let pools: [PoolJSON]
  let breakers: [BreakerJSON]

  init(_ result: RunResult) {
    services = result.services.filter(Self.isTold).map(ServiceJSON.init)
    rateLimits = result.rateLimits.map(RateLimitJSON.init)
    pools = result.pools.map(PoolJSON.init)
    breakers = result.breakers.map(BreakerJSON.init)
  }

  private static func isTold(_ service: ServiceResult) -> Bool {
    service.attempts != nil || service.balancing != nil || service.admission != nil
      || service.givenUp != nil || service.connections != nil
  }

  var isAny: Bool {
    !services.isEmpty || !rateLimits.isEmpty || !pools.isEmpty || !breakers.isEmpty
  }

  private enum CodingKeys: String, CodingKey {
    case services, pools, breakers
    case rateLimits = "rate_limits"
  }
}
