import TailraceEngine

/// The doors of replicas with admission control: who is inside, and the limit in force.
struct AdmissionGates: ~Copyable {
  /// The gate of each station, -1 for none; empty where no service has any.
  let gateOf: Table<Int32>
  let rows: Table<GateRow>
  /// The policy of each gate, and as it was at first.
  var policies: [any AdmissionPolicy]
  private let originals: [any AdmissionPolicy]
  /// By frame, as far as visits have come in: which gate they came through.
  var notes = Table<GateNote>(repeating: GateNote(), count: 0)
  /// Ranks of the priorities of classes, by class, and where users are found among routes.
  let ranks: Table<Int32>
  let users: Int32
  let salt = StreamName.hash("admission_control")

  init(_ plan: Plan) {
    gateOf = Table(plan.gateOf)
    rows = Table(repeating: GateRow(), count: plan.admissions.count)
    policies = plan.admissions
    originals = plan.admissions
    ranks = Table(plan.classRanks)
    users = plan.userRoute
    for g in 0..<rows.count {
      rows[g].limit = policies[g].limit ?? -1
      rows[g].since = plan.window.lowerBound
    }
  }

  var isUsed: Bool { gateOf.count > 0 }

  /// A replica begins anew.
  mutating func reset(_ g: Int32) { policies[Int(g)] = originals[Int(g)] }

  @inline(__always) mutating func note(_ f: Int32, of count: Int, _ note: GateNote) {
    if notes.count < count { notes.grow(to: max(count, notes.count * 2), with: GateNote()) }
    notes[f] = note
  }
}

/// A replica's door.
struct GateRow: BitwiseCopyable, Sendable {
  /// Visits inside.
  var inFlight: Int32 = 0
  /// The limit in force, -1 where there is none; since when, cut to the window.
  var limit: Int32 = -1
  var since: UInt64 = 0
  /// Limit times nanoseconds, the least and the most of the window.
  var area = 0.0
  var least: Int32 = .max
  var most: Int32 = -1
  /// Visits of the window that were refused.
  var refused: UInt64 = 0

  /// The limit is another one from an instant on, which is cut to the window.
  mutating func follow(_ next: Int32?, at cut: UInt64) {
    let next = next ?? -1
    if next == limit { return }
    settle(at: cut)
    limit = next
  }

  /// Brings the sums up to an instant, which is cut to the window.
  mutating func settle(at cut: UInt64) {
    if cut > since {
      area += Double(limit) * Double(cut - since)
      least = min(least, limit)
      most = max(most, limit)
    }
    since = cut
  }
}

/// How a visit came in.
struct GateNote: BitwiseCopyable, Sendable {
  /// The gate that it came through; -1 while it is not inside of any.
  var gate: Int32 = -1
  /// Visits inside when it came, itself included.
  var inFlight: Int32 = 0
  var since: UInt64 = 0
}

/// What admission control did.
public struct AdmissionSum: Sendable, Equatable {
  /// Visits refused at the door; they are among the refused of the service.
  public var refused: UInt64 = 0
  /// The limit over time, and at the end, where there is one: sums over replicas.
  public var limits: Limits?

  /// Limits of several replicas, or runs.
  public struct Limits: Sendable, Equatable {
    /// Limit times nanoseconds, and the nanoseconds.
    public var area: Double
    public var time: Double
    /// The least and the most that was in force.
    public var least: Int
    public var most: Int
    /// The sum of the last ones, and of how many.
    public var last: Int
    public var count: Int

    /// The mean over time; nil without any.
    public var mean: Double? { time > 0 ? area / time : nil }
    /// The mean of the last ones.
    public var lastMean: Double { Double(last) / Double(count) }
  }

  /// The sum of what is known; nil if nothing is.
  public static func total(_ parts: [AdmissionSum?]) -> AdmissionSum? {
    parts.reduce(nil) { sum, part in
      guard let part else { return sum }
      guard var total = sum else { return part }
      total.refused += part.refused
      if let one = total.limits, let other = part.limits {
        total.limits = Limits(
          area: one.area + other.area, time: one.time + other.time,
          least: min(one.least, other.least), most: max(one.most, other.most),
          last: one.last + other.last,
          count: one.count + other.count)
      }
      return total
    }
  }
}
