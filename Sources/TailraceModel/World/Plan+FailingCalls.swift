// Which of several calls at once may fail while the others are still out.
extension Plan {
  /// Whether one of several calls may fail before the others are over; those that only their timeout
  /// ends are over together, but for a scatter that is limited and sends them one after the other.
  func mayFailAlone(call e: Int32, isLimited: Bool) -> Bool {
    let edge = edges[Int(e)]
    // Attempts of calls that may be sent again never run ahead.
    if edge.policy >= 0 { return false }
    if isLimited && edge.timeoutLine >= 0 { return true }
    var seen = Set<Int32>()
    return mayTurnAway(edge.service) || mayFail(programOf: edge.service, &seen)
  }

  /// Whether a branch of a `parallel` may fail.
  func mayFailAlone(parallel p: Int) -> Bool {
    var seen = Set<Int32>()
    return mayFail(p + 2..<Int(steps[p + 1].target), &seen)
  }

  private func mayTurnAway(_ service: Int32) -> Bool {
    let station = stations[Int(services[Int(service)].firstStation)]
    return station.limit < .max
      || (station.queue >= 0 && queues[Int(station.queue)].mayShed)
  }

  private func mayFail(programOf service: Int32, _ seen: inout Set<Int32>) -> Bool {
    if !seen.insert(service).inserted { return false }
    return mayFail(programs[Int(service)], &seen)
  }

  private func mayFail(_ range: Range<Int>, _ seen: inout Set<Int32>) -> Bool {
    for step in steps[range] {
      switch step.op {
      case .fail, .door, .admit, .askLimit, .takePermit: return true
      default: break
      }
      guard step.op.isCall, !step.recovers else { continue }
      let edge = edges[Int(step.target)]
      if edge.timeoutLine >= 0 || mayTurnAway(edge.service)
        || mayFail(programOf: edge.service, &seen)
      {
        return true
      }
    }
    return false
  }
}

extension StepRow {
  /// Whether it sends several calls at once.
  var isScatter: Bool {
    switch op {
    case .scatter, .tellAll: count > 1
    case .scatterKeys: true
    default: false
    }
  }
}
