import TailraceCatalog
import TailraceModel

// Rate limits, pools and the steps that use them.
extension TopologyBuilder {
  /// The limits that the file declares.
  mutating func buildRateLimits() -> [RateLimitSpec] {
    var limits: [RateLimitSpec] = []
    for limit in scenario.rateLimits {
      let node = document["rate_limits"]?[limit.name] ?? limit.nameNode
      guard let algorithm = algorithm(of: limit, at: node) else { continue }
      var spec = RateLimitSpec(name: limit.name, algorithm)
      if let key = limit.value.key {
        guard let space = keySpace(key.value, at: key.node) else { continue }
        spec.key = space.name
      }
      spec.placement = limit.value.placement
      spec.maxDelay = maxDelay(of: limit, at: node)
      spec.enabled = limit.value.enabled
      limits.append(spec)
    }
    return limits
  }

  private mutating func algorithm(
    of limit: Named<RateLimitDeclaration>, at node: Node
  ) -> RateLimitSpec.Algorithm? {
    let declared = limit.value
    guard let type = declared.type else { return nil }
    for other in RateLimitType.allCases where other.keys != type.keys {
      for key in other.keys {
        guard let value = node[key], !value.isNull else { continue }
        reading.report(
          .wrongType, at: value,
          "'\(key)' is not for \(type.rawValue); it has "
            + type.keys.map { "'\($0)'" }.joined(separator: ", "))
        return nil
      }
    }
    let needs = type == .tokenBucket ? ["max_tokens", "fill_interval"] : ["limit", "window"]
    for key in needs where node[key].map(\.isNull) ?? true {
      reading.report(
        .missingKey, at: node, "a \(type.rawValue) needs '\(needs[0])' and '\(needs[1])'")
      return nil
    }
    let most = declared.mostTokens ?? declared.limit
    guard let most = most.map({ UInt64($0) }), let time = declared.fillInterval ?? declared.window
    else { return nil }
    let (product, overflow) = most.multipliedReportingOverflow(by: time)
    if overflow || product > RateLimitSpec.productMax {
      reading.report(
        .outOfRange, at: node[needs[1]] ?? node,
        "\(most) x \(QuantityText.duration(time)) is too much to count exactly: "
          + "'\(needs[0])' x '\(needs[1])' may be 2^60 ns, 13343 days, at most")
      return nil
    }
    switch type {
    case .tokenBucket:
      let perFill = UInt64(declared.perFill ?? 1)
      return .tokenBucket(
        most: most, perFill: perFill, interval: time, isContinuous: declared.refill == .continuous)
    case .fixedWindow: return .fixedWindow(limit: most, window: time)
    case .slidingWindow: return .slidingWindow(limit: most, window: time)
    case .slidingLog: return .slidingLog(limit: most, window: time)
    }
  }

  private mutating func maxDelay(
    of limit: Named<RateLimitDeclaration>, at node: Node
  ) -> UInt64? {
    let declared = limit.value
    let written = node["max_delay"].flatMap { $0.isNull ? nil : $0 }
    switch (declared.onLimit, written) {
    case (.reject, let place?):
      reading.report(.wrongType, at: place, "'max_delay' is for \"on_limit\": \"delay\"")
    case (.delay, nil):
      reading.report(
        .missingKey, at: node["on_limit"] ?? node, "\"on_limit\": \"delay\" needs 'max_delay'")
    case (.delay, _) where declared.type == .slidingWindow:
      reading.report(
        .wrongType, at: node["on_limit"] ?? node,
        "a sliding_window cannot say when a token will be whose: it only rejects")
    default: return declared.maxDelay
    }
    return nil
  }

  /// The pools that the file declares.
  mutating func buildPools() -> [PoolSpec] {
    var pools: [PoolSpec] = []
    for pool in scenario.pools {
      guard let size = pool.value.size else { continue }
      var spec = PoolSpec(name: pool.name, size: size)
      if let key = pool.value.key {
        guard let space = keySpace(key.value, at: key.node) else { continue }
        spec.key = space.name
      }
      spec.placement = pool.value.placement
      spec.discipline = pool.value.discipline
      spec.maxWaiting = pool.value.maxWaiting
      spec.enabled = pool.value.enabled
      pools.append(spec)
    }
    return pools
  }

  // MARK: Steps

  /// A step that asks a limit; a strange name is a mistake.
  mutating func build(_ step: RateLimitStep, at node: Node, inWorkload: Bool) -> StepSpec? {
    guard let name = step.limit else { return nil }
    guard let limit = scenario.rateLimits.first(where: { $0.name == name.value }) else {
      tell(unknown: name, "rate_limits", "rate limit", scenario.rateLimits.map(\.name))
      return nil
    }
    if !checkPlacement(
      limit.value.placement, "rate limit '\(limit.name)'", at: name.node, inWorkload)
    {
      return nil
    }
    let most = limit.value.mostTokens ?? limit.value.limit ?? .max
    if step.tokens > most {
      reading.report(
        .outOfRange, at: node["tokens"] ?? node,
        "rate limit '\(limit.name)' never has more than \(most) tokens: \(step.tokens) never pass")
      return nil
    }
    var use = LimitUse(name.value)
    use.tokens = UInt64(step.tokens)
    var spec = StepSpec(.rateLimit(use))
    spec.by = limit.value.enabled ? known(limit.value.key) : nil
    spec.enabled = limit.value.enabled
    return spec
  }

  /// A step that holds a permit; a strange name is a mistake.
  mutating func build(_ step: HoldStep, at node: Node, inWorkload: Bool) -> StepSpec? {
    guard let name = step.pool, let inner = step.steps else { return nil }
    guard let pool = scenario.pools.first(where: { $0.name == name.value }) else {
      tell(unknown: name, "pools", "pool", scenario.pools.map(\.name))
      return nil
    }
    if !checkPlacement(pool.value.placement, "pool '\(pool.name)'", at: name.node, inWorkload) {
      return nil
    }
    if holding.contains(pool.name) {
      reading.report(
        .circle, at: name.node,
        "these steps hold a permit of pool '\(pool.name)' already: one who waits for a second may "
          + "wait for himself")
      return nil
    }
    holding.append(pool.name)
    let steps = build(inner, inWorkload: inWorkload)
    holding.removeLast()
    var use = HoldUse(name.value, steps: steps)
    use.timeout = step.timeout
    var spec = StepSpec(.hold(use))
    spec.by = pool.value.enabled ? known(pool.value.key) : nil
    return spec
  }

  /// A key that there is; another is told where it is named.
  private func known(_ key: Located<String>?) -> String? {
    guard let name = key?.value else { return nil }
    let isDeclared = scenario.keys.contains { $0.name == name }
    return isDeclared || BuiltInKeys(rawValue: name) != nil ? name : nil
  }

  private mutating func tell(
    unknown name: Located<String>, _ section: String, _ kind: String, _ known: [String]
  ) {
    // What is wrong with one that was written is told there.
    let written = document[section]
    if let object = written?.object {
      if object[name.value].map({ !$0.value.isNull }) ?? false { return }
    } else if written != nil {
      return
    }
    reading.report(
      .unknownName, at: name.node,
      "\(kind) '\(name.value.clipped)' is not defined\(NearestWord.hintOrAll(name.value, among: known))"
    )
  }

  private mutating func checkPlacement(
    _ placement: RateLimitSpec.Placement, _ what: String, at node: Node, _ inWorkload: Bool
  ) -> Bool {
    if !inWorkload || placement == .shared { return true }
    reading.report(
      .wrongType, at: node,
      "\(what) is in each replica of a service; a workload has none: make it \"shared\"")
    return false
  }
}
