import TailraceEngine

// What callers may send beyond first attempts.
extension Machine {
  /// A call begins: it earns its share of retries and copies.
  mutating func earn(_ state: Int32, _ policy: RowReference<AttemptPolicy>) {
    let budget = retryBudgets.row(callerStates[state].service)
    if budget.kind == .rate {
      callerStates[state].retries.add(budget.gain, at: time, slice: budget.slice)
    }
    if policy.hedgeGain > 0 {
      callerStates[state].copies.add(policy.hedgeGain, at: time, slice: Self.copySlice)
    }
  }

  /// A tenth of the window over which copies are counted.
  private static var copySlice: UInt64 { 1_000_000_000 }

  /// Takes a retry from the budget.
  ///
  /// - Returns: what it cost; nil if the budget refuses.
  mutating func permit(_ state: Int32, _ outcome: Outcome) -> Int64? {
    let caller = callerStates.row(state)
    let budget = retryBudgets.row(caller.service)
    switch budget.kind {
    case .none: return 0
    case .concurrency:
      let share = Int64(budget.share * Double(caller.out))
      return caller.retrying < max(budget.least, share) ? 0 : nil
    case .rate:
      let balance = caller.row.retries.balance(at: time, slice: budget.slice) &+ budget.least
      if balance < TokenWindow.one { return nil }
      caller.row.retries.add(-TokenWindow.one, at: time, slice: budget.slice)
      return TokenWindow.one
    case .throttle: return caller.tokens > budget.tokens / 2 ? 0 : nil
    case .quota:
      let cost = outcome == .timeout ? budget.timeoutCost : budget.cost
      if caller.tokens < cost { return nil }
      caller.tokens &-= cost
      return cost
    }
  }

  /// Takes a copy from the budget.
  mutating func permitsCopy(_ state: Int32, _ policy: RowReference<AttemptPolicy>) -> Bool {
    let caller = callerStates.row(state)
    let budget = retryBudgets.row(caller.service)
    if budget.kind == .throttle && caller.tokens <= budget.tokens / 2 { return false }
    if policy.hedgeGain == 0 { return true }
    if caller.row.copies.balance(at: time, slice: Self.copySlice) < TokenWindow.one {
      return false
    }
    caller.row.copies.add(-TokenWindow.one, at: time, slice: Self.copySlice)
    return true
  }

  /// An attempt has ended: budgets that go by success hear of it.
  mutating func learn(
    _ state: Int32, _ policy: RowReference<AttemptPolicy>, _ outcome: Outcome, cost: Int64,
    isFirst: Bool
  ) {
    let caller = callerStates.row(state)
    let budget = retryBudgets.row(caller.service)
    switch budget.kind {
    case .none, .concurrency, .rate: break
    case .throttle:
      if outcome.isAnswered {
        caller.tokens = min(budget.tokens, caller.tokens &+ budget.gain)
      } else if policy.row.retries(on: outcome)
        || (policy.outcomes == 0 && outcome != .cancelled && !policy.row.isFatal(outcome))
      {
        caller.tokens = max(0, caller.tokens &- 1_000)
      }
    case .quota:
      if outcome.isAnswered {
        caller.tokens = min(budget.tokens, caller.tokens &+ (isFirst ? 1_000 : cost))
      }
    }
  }
}
