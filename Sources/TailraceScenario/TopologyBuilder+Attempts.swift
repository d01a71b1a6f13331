import TailraceCatalog
import TailraceModel

// What callers do beyond waiting for one answer.
extension TopologyBuilder {
  /// Gives a call its policy.
  mutating func setPolicy(_ call: inout CallSpec, _ declared: CallPolicyDeclaration, at node: Node)
  {
    call.retry = declared.retry?.policy
    call.hedge = declared.hedge?.policy
    call.repeatsLuck = declared.repeatsLuck
    call.propagatesDeadline = declared.propagatesDeadline
    call.breaker = declared.breaker?.spec
    call.throttling = declared.throttling?.spec
    if declared.repeatsLuck && declared.retry == nil && declared.hedge == nil {
      reading.report(
        .wrongType, at: node["luck"] ?? node,
        "'luck' is of further attempts: it needs a 'retry_policy' or a 'hedge_policy'")
    }
    if let retry = declared.retry?.perTryTimeout, let timeout = call.timeout, retry > timeout {
      reading.report(
        .outOfRange, at: node["retry_policy"]?["per_try_timeout"] ?? node,
        "'per_try_timeout' is longer than the 'timeout' of the whole call")
    }
    checkOtherHost(call, declared, at: node)
    checkBreaker(call.breaker, at: node["breaker"] ?? node)
  }

  /// A connection leads where it leads: no retry over it goes elsewhere.
  private mutating func checkOtherHost(
    _ call: CallSpec, _ declared: CallPolicyDeclaration, at node: Node
  ) {
    guard declared.retry?.prefersOthers ?? false,
      scenario.services.contains(where: {
        $0.name == call.service && $0.value.cluster.isPerConnection
      })
    else { return }
    let place = node["retry_policy"]?["retry_other_host"]
    if place?.source.order == Preset.order { return }
    reading.report(
      .wrongType, at: place ?? node,
      "'retry_other_host' has no place where '\(call.service)' has 'balance_per' \"connection\": a "
        + "retry goes where its connection leads")
  }

  /// The budget of a service's callers; keys of other types are noted.
  mutating func retryBudget(of service: Named<ServiceDeclaration>) -> RetryBudget? {
    guard let budget = service.value.circuitBreakers?.budget else {
      // So many at a time, whatever else is out.
      return service.value.circuitBreakers?.retriesMax.map { .concurrency(percent: 0, least: $0) }
    }
    let breakers = written?[service.name]?["circuit_breakers"]
    if service.value.circuitBreakers?.retriesMax != nil,
      breakers?["max_retries"]?.source.order != Preset.order
    {
      reading.report(
        .wrongType, at: breakers?["max_retries"] ?? service.nameNode,
        "'max_retries' has no effect beside 'retry_budget', which replaces it")
    }
    let node = written?[service.name]?["circuit_breakers"]?["retry_budget"] ?? service.nameNode
    for member in node.object?.members ?? [] where !member.value.isNull && member.name != "type" {
      let isKnown = RetryBudgetDeclaration.keys.contains { $0.name == member.name }
      if isKnown && !budget.type.keys.contains(member.name) {
        reading.report(
          .wrongType, at: member.value,
          "'\(member.name)' is not for \(budget.type.rawValue); it has "
            + budget.type.keys.map { "'\($0)'" }.joined(separator: ", "))
      }
    }
    switch budget.type {
    case .concurrency:
      return .concurrency(percent: budget.percent ?? 20, least: budget.least ?? 3)
    case .rate:
      return .rate(
        percent: budget.percent ?? 20, window: budget.window ?? 10_000_000_000,
        least: budget.rate ?? 10)
    case .throttle:
      guard let tokens = budget.tokens, let ratio = budget.ratio else {
        reading.report(
          .missingKey, at: node, "a THROTTLE budget needs 'max_tokens' and 'token_ratio'")
        return nil
      }
      return .throttle(tokens: Double(tokens), ratio: ratio)
    case .quota:
      return .quota(
        tokens: budget.tokens ?? 500, cost: budget.cost ?? 5,
        timeoutCost: budget.timeoutCost ?? 10)
    }
  }
}
