/// Latencies of a workload's answered requests, one by one: of all, or of an even part of them.
///
/// Two runs that serve the same requests can be held against each other request by request. A
/// request's lot follows from its number alone, so both drop the same ones where there are too many.
public struct RequestLatencies: Sendable, Equatable {
  /// One answered request.
  public struct Entry: Sendable, Equatable {
    /// Its number at its workload; in a closed loop client and turn, 32 bits each.
    public var number: UInt64
    /// In nanoseconds.
    public var latency: UInt64

    public init(number: UInt64, latency: UInt64) {
      self.number = number
      self.latency = latency
    }
  }

  /// Requests of a lower lot are not kept; 0 keeps all.
  public private(set) var least = 0
  /// By number once the run is over.
  public private(set) var entries: [Entry] = []
  private let most: Int

  /// Room for at most so many requests, 16 bytes each.
  public init(most: Int) { self.most = max(1, most) }

  /// Adds an answered request; amortized constant time.
  mutating func add(_ number: UInt64, _ latency: UInt64) {
    if least > 0 && RequestLot.of(number) < least { return }
    if entries.count >= most {
      // Half of the rest each time; 32 lots are enough for any number that fits a run.
      repeat { raise(to: least + 1) } while entries.count >= most && least < RequestLot.count - 1
      if entries.count >= most || RequestLot.of(number) < least { return }
    }
    entries.append(Entry(number: number, latency: latency))
  }

  /// Drops requests of lower lots than this.
  public mutating func raise(to lot: Int) {
    guard lot > least else { return }
    least = lot
    entries.removeAll { RequestLot.of($0.number) < lot }
  }

  /// Puts the requests in order; n log n.
  mutating func finish() { entries.sort { $0.number < $1.number } }

  /// Whether a request is kept here; logarithmic time, once in order.
  func contains(_ number: UInt64) -> Bool {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].number < number { low = middle + 1 } else { high = middle }
    }
    return low < entries.count && entries[low].number == number
  }
}

/// An even part of requests, whatever happens to them.
enum RequestLot {
  /// Lots that are told apart: from 0 on.
  static let count = 32

  /// One request in 2^n has a lot of n or more.
  @inline(__always) static func of(_ number: UInt64) -> Int {
    var bits = (TracedNumber.plain(number) &+ 1) &* 0x9e37_79b9_7f4a_7c15
    bits = (bits ^ bits &>> 32) &* 0xd6e8_feb8_6659_fd93
    return min(count - 1, bits.leadingZeroBitCount)
  }
}

extension Machine {
  /// A counted request has ended whose fate is kept apart from the totals.
  @inline(never) mutating func track(_ f: Int32, outcome: Outcome, at end: UInt64) {
    if keepsRequests { keep(f, outcome: outcome, at: min(end, horizon)) }
    if slowest.most > 0 && outcome.isAnswered {
      slowest.add(
        RequestName(
          workload: Int(frames[f].source), number: TracedNumber.plain(frames[f].number)),
        latency: end &- frames[f].born)
    }
    if !latencies.isEmpty && outcome.isAnswered {
      latencies[Int(frames[f].source)].add(
        TracedNumber.plain(frames[f].number), end &- frames[f].born)
    }
  }

  /// Where the parts of a request's latency are summed: apart for those of a given set.
  @inline(never) mutating func blameSource(_ s: Int, _ number: UInt64) -> Int {
    guard s < within.count, let set = within[s] else { return s }
    return set.contains(TracedNumber.plain(number)) ? s &+ sources.count : s
  }
}
