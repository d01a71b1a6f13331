import TailraceModel

// Calls in circles: a `probability` below 1 or a `split` must let every visit end.
extension CallGraph {
  /// Circles that no request gets out of, each as the handlers along it; the first one is repeated
  /// at the end.
  var certainCircles: [[Int]] {
    if circles.isEmpty { return [] }
    let ends = handlersThatEnd
    var found: [[Int]] = []
    var isMet = ends
    for root in handlers.indices where !isMet[root] {
      // Whoever does not end calls somebody who does not either: all ways lead into a circle.
      var path: [Int] = []
      var next: Int? = root
      while let handler = next {
        if let start = path.firstIndex(of: handler) {
          found.append(Array(path[start...]) + [handler])
          break
        }
        if isMet[handler] { break }
        isMet[handler] = true
        path.append(handler)
        next = firstHold(of: handlers[handler].steps, ends)
      }
    }
    return found
  }

  /// Handlers that use a cache whose host may call them again, and the caches.
  var circlesThroughCaches: [(handler: Int, cache: String)] {
    if circles.isEmpty { return [] }
    var found: [(Int, String)] = []
    for handler in handlers.indices {
      handlers[handler].steps.eachStep(disabled: false) { step in
        guard case .cache(let use) = step.verb, let host = use.host,
          circles.holds(host, of: key(handler)), found.last?.0 != handler
        else { return }
        found.append((handler, use.cache))
      }
    }
    return found
  }

  /// Whether a visit to each handler may come to its end: the least such set.
  private var handlersThatEnd: [Bool] {
    var ends = Array(repeating: false, count: handlers.count)
    var changes = true
    while changes {
      changes = false
      for handler in order where !ends[handler] {
        if firstHold(of: handlers[handler].steps, ends) == nil {
          ends[handler] = true
          changes = true
        }
      }
    }
    return ends
  }

  /// The first handler that a list of steps calls in any case and that does not end; nil if all
  /// its calls may end.
  private func firstHold(of steps: [StepSpec], _ ends: [Bool]) -> Int? {
    for step in steps where step.enabled && step.probability == 1 {
      if let call = step.verb.call, let callee = callee(call), !ends[callee] { return callee }
      var lists = step.inner
      switch step.verb {
      case .split(let arms) where step.by == nil:
        // Another arm may be drawn the next time; one that a key has chosen stays.
        lists.removeFirst(arms.count)
        let ways = arms.filter { $0.weight > 0 }.map { firstHold(of: $0.steps, ends) }
        if !ways.isEmpty, ways.allSatisfy({ $0 != nil }) { return ways[0] }
      case .repeat(let times, _) where Repetition.most(times) == 0: lists.removeFirst()
      default: break
      }
      for list in lists {
        if let hold = firstHold(of: list, ends) { return hold }
      }
    }
    return nil
  }

  /// Calls that a pass through a list of steps makes in the mean, all below included.
  ///
  /// What depends on failures and on caches counts as if it always came; repetitions count in full.
  ///
  /// - Parameters:
  ///   - steps: the program.
  ///   - depth: most calls that stand inside each other.
  /// - Returns: their mean number, at most 10^18.
  func meanCalls(of steps: [StepSpec], depth: Int) -> Double {
    var below = Array(repeating: 0.0, count: handlers.count)
    let counts = handlers.map { meanCounts(of: $0.steps) }
    func sum(_ counts: MeanCounts) -> Double {
      counts.calls.reduce(counts.branches) { min($0 + $1.mean * (1 + below[$1.callee]), Cost.most) }
    }
    for _ in 1..<max(1, depth) { below = counts.map(sum) }
    return sum(meanCounts(of: steps))
  }

  private struct MeanCounts {
    var branches = 0.0
    var calls: [(callee: Int, mean: Double)] = []
  }

  private func meanCounts(of steps: [StepSpec]) -> MeanCounts {
    var counts = MeanCounts()
    addMeans(of: steps, times: 1, to: &counts)
    return counts
  }

  private func addMeans(of steps: [StepSpec], times: Double, to counts: inout MeanCounts) {
    for step in steps where step.enabled {
      let own = times * step.probability
      if let (call, count) = call(of: step.verb), let callee = callee(call) {
        counts.calls.append((callee, own * count))
      }
      switch step.verb {
      case .work, .wait, .call, .scatter, .fail, .rateLimit: break
      case .hold(let use): addMeans(of: use.steps, times: own, to: &counts)
      case .parallel(let lists, _):
        counts.branches += own * Double(lists.count)
        for list in lists { addMeans(of: list, times: own, to: &counts) }
      case .split(let arms):
        let total = arms.reduce(0) { $0 + $1.weight }
        for arm in arms where total > 0 {
          addMeans(of: arm.steps, times: own * arm.weight / total, to: &counts)
        }
      case .repeat(let times, let steps):
        addMeans(of: steps, times: own * Double(Repetition.most(times)), to: &counts)
      case .cache(let use):
        for list in use.programs { addMeans(of: list, times: own, to: &counts) }
      }
      if case .fallback(let steps) = step.onError { addMeans(of: steps, times: own, to: &counts) }
    }
  }
}
