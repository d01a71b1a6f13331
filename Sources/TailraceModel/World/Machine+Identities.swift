import TailraceEngine
import TailraceStatistics

// What must hold exactly on every run, each side counted on its own.
extension Machine {
  /// Identities in integers that are broken; empty unless the program is at fault.
  ///
  /// Little's law: the area under the number waiting (or present), from the instants at which it
  /// changes, equals the sum of the stays, from the frames. Utilisation: slot time used equals the
  /// work that frames did in slots.
  mutating func brokenIdentities(_ plan: Plan, end: UInt64) -> [String] {
    let waiting = Table(repeating: UInt64(0), count: stations.count)
    let working = Table(repeating: UInt64(0), count: stations.count)
    for f in 0..<frameHigh {
      let stay = end &- clipped(frames[f].since)
      switch frames[f].state {
      case .queued: waiting[frames[f].station] &+= stay
      case .working: working[frames[f].station] &+= stay
      default: break
      }
    }
    var broken: [String] = []
    for s in 0..<stations.count {
      let account = accounts[s]
      let name = plan.serviceNames[Int(stations[s].service)]
      if account.queueArea(end: end) != account.waited &+ waiting[s] {
        broken.append("Little's law is broken in the queue of \(name)")
      }
      if !services[stations[s].service].holdsSlots,
        account.busyArea(end: end) != account.worked &+ working[s]
      {
        broken.append("the slots of \(name) were not used for its work alone")
      }
    }
    return broken + brokenSums(plan, end: end)
  }

  /// Identities of the requests of each workload; those in flight count as present until the end.
  private mutating func brokenSums(_ plan: Plan, end: UInt64) -> [String] {
    var broken: [String] = []
    let present = Table(repeating: UInt64(0), count: sources.count)
    for f in 0..<frameHigh where frames[f].isRoot && frames[f].state != .free {
      present[Int(frames[f].source)] &+= 1
    }
    for (hit, _) in hitsInFlight() { present[Int(hit.source)] &+= 1 }
    for s in 0..<sources.count {
      let sum = tally.sums[s]
      let area = sum.leftLessEntered &+ present[s] &* end
      if area != sum.present {
        broken.append("Little's law is broken for the requests of \(plan.workloadNames[s])")
      }
      var recorded: UInt64 = 0
      for i in 0..<Tally.latencyCells { recorded &+= tally.latencies[s * Tally.latencyCells + i] }
      var answered: UInt64 = 0
      for outcome in Outcome.allCases where outcome.isAnswered {
        answered &+= tally.outcomes[s * Tally.outcomeCount + Int(outcome.rawValue)]
      }
      let isRecorded = recorded == answered && answered == sum.answered
      if !isRecorded {
        broken.append("not every answer of \(plan.workloadNames[s]) has one latency")
      }
      let tail = wholeTail(of: s)
      if tail.sums().reduce(0, &+) != sum.low {
        broken.append("the parts of \(plan.workloadNames[s]) do not sum to its latencies")
      } else if isRecorded && !fits(tail, s) {
        broken.append("parts of \(plan.workloadNames[s]) stand under another latency")
      }
    }
    return broken
  }

  /// Whether the parts in each bucket lie between the bounds of the latencies counted there.
  private mutating func fits(_ tail: TailBlame, _ s: Int) -> Bool {
    var next = tail.parts.startIndex
    var bucket = 0
    var counted = 0
    while counted < Tally.latencyCells {
      var (least, most): (UInt64, UInt64) = (0, 0)
      let end = min((bucket + 1) << tail.shift, Tally.latencyCells)
      while counted < end {
        let count = tally.latencies[s * Tally.latencyCells + counted]
        if count > 0 {
          least &+= count &* LogBuckets.fine.lowerBound(of: counted)
          most &+= count &* LogBuckets.fine.upperBound(of: counted)
        }
        counted += 1
      }
      var sum: UInt64 = 0
      while next < tail.parts.endIndex, Int(tail.parts[next].bucket) == bucket {
        sum &+= tail.parts[next].nanoseconds
        next += 1
      }
      // Sums wrap; their differences do not.
      if sum &- least > most &- least { return false }
      bucket += 1
    }
    return next == tail.parts.endIndex
  }
}
