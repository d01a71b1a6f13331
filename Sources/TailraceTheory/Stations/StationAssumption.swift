import TailraceModel

/// A condition under which a formula for a station holds.
struct StationAssumption: Sendable {
  /// Why it does not hold, as a sentence without a full stop; nil if it does.
  let gap: @Sendable (Station) -> String?
}

extension StationAssumption {
  /// Only slots and work decide.
  static let undisturbed = StationAssumption { $0.disturbance }

  /// The law of work is known, and each visit waits once.
  static let knownWork = StationAssumption { station in
    if let why = station.workGap { return why }
    if station.piecesPerVisit != 1 {
      return station.piecesPerVisit < 1
        ? "not every visit to '\(station.spec.name)' brings work"
        : "a visit to '\(station.spec.name)' waits for several pieces of work"
    }
    return nil
  }

  static let knownBranches = StationAssumption { $0.branchGap }

  static let poisson = StationAssumption { station in
    if let gap = station.arrivalGap { return gap }
    return station.returns
      ? "a request may come back to '\(station.spec.name)': its arrivals are no Poisson stream"
      : nil
  }

  /// Poisson, or behind feedback in a network of product form.
  static let productForm = StationAssumption { $0.arrivalGap }

  static let exponential = StationAssumption { station in
    guard let work = station.work, work.shape != .exponential else { return nil }
    return "work at '\(station.spec.name)' is \(work.shape.word), not exponential"
  }

  static let constant = StationAssumption { station in
    guard let work = station.work, work.shape != .constant else { return nil }
    return "work at '\(station.spec.name)' is \(work.shape.word), not constant"
  }

  /// Not exponential: that case has a formula that says more.
  static let general = StationAssumption { station in
    station.work?.shape == .exponential
      ? "work at '\(station.spec.name)' is exponential: M/M/c says more" : nil
  }

  static let finiteVariance = StationAssumption { station in
    guard let work = station.work, !work.variance.isFinite else { return nil }
    return "work at '\(station.spec.name)' has no variance"
  }

  static func order(_ disciplines: Set<Discipline>, preemptive: Bool = false) -> StationAssumption {
    StationAssumption { station in
      let spec = station.spec
      if disciplines.contains(spec.discipline),
        spec.preemptive == preemptive || !spec.discipline.mayPreempt || spec.discipline == .srpt
      {
        return nil
      }
      let how = spec.preemptive ? "preemptive " : ""
      return "'\(spec.name)' serves in \(how)\(spec.discipline.rawValue) order"
    }
  }

  static let finiteSlots = StationAssumption { station in
    if station.spec.slots == nil { return "'\(station.spec.name)' has unlimited slots" }
    if let cores = station.spec.cores, cores < station.slots {
      return "slots of '\(station.spec.name)' share fewer cores"
    }
    return nil
  }

  static let oneSlot = StationAssumption { station in
    station.slots == 1 ? nil : "'\(station.spec.name)' has \(station.slots) slots a replica"
  }

  static let severalSlots = StationAssumption { station in
    station.slots == 1 ? "'\(station.spec.name)' has one slot: M/G/1 says more" : nil
  }

  /// Everyone is inside at once.
  static let sharing = StationAssumption { station in
    if station.spec.discipline != .ps { return "'\(station.spec.name)' does not share its cores" }
    return station.spec.slots == nil ? nil : "'\(station.spec.name)' lets few in at a time"
  }

  static let nobodyShed = StationAssumption { station in
    station.sheds
      ? "'\(station.spec.name)' turned \(station.outcome.shed) visits away in this run" : nil
  }

  static let noPlacesToWait = StationAssumption { station in
    station.queueLimit == 0 ? nil : "visits may wait at '\(station.spec.name)'"
  }

  static let boundedQueue = StationAssumption { station in
    guard let limit = station.queueLimit, limit > 0 else {
      return "the queue of '\(station.spec.name)' has no bound"
    }
    return station.sheds ? nil : "the queue of '\(station.spec.name)' was never full in this run"
  }

  /// Each call finds its replica without looking at the others: arrivals are thinned.
  static let thinned = StationAssumption { station in
    let spec = station.spec
    if spec.replicas == 1 || station.isBroadcast || spec.balancing is RandomChoice { return nil }
    if spec.hashing != nil, station.branches.allSatisfy({ $0.replicas == 1 }) { return nil }
    return "\(type(of: spec.balancing).name) chooses among replicas of '\(spec.name)'"
  }

  static func balancer<Policy: BalancingPolicy>(_: Policy.Type) -> StationAssumption {
    StationAssumption { station in
      let spec = station.spec
      if spec.replicas == 1 { return "'\(spec.name)' has one replica" }
      if spec.balancing is Policy, spec.hashing == nil, !station.isBroadcast { return nil }
      return "replicas of '\(spec.name)' are not chosen by \(Policy.name)"
    }
  }

  /// Several balancers know only of their own calls.
  static let oneBalancer = StationAssumption { station in
    station.balancers == 1
      ? nil
      : "\(station.balancers) balancers choose replicas of '\(station.spec.name)' for themselves"
  }

  static let samples = StationAssumption { station in
    guard let policy = station.spec.balancing as? LeastRequest, policy.fullScan else { return nil }
    return "'\(station.spec.name)' is scanned as a whole, not sampled"
  }

  static let manyReplicas = StationAssumption { station in
    // With 50 replicas at load 0.8 the limit is about 2 % low, with 10 more than 10 %.
    station.spec.replicas >= 50
      ? nil
      : "'\(station.spec.name)' has \(station.spec.replicas) replicas; the limit is for 50 and more"
  }

  /// Turns come to replicas at the pace at which they are dealt.
  static let steadyMessages = StationAssumption { station in
    station.delay == .random
      ? "messages to '\(station.spec.name)' overtake each other" : nil
  }

  /// Calls that are out are those at the replica.
  static let promptMessages = StationAssumption { station in
    if station.delay != .none { return "messages to '\(station.spec.name)' take time" }
    return station.doesMore
      ? "visits to '\(station.spec.name)' last beyond their work: balancers count them longer" : nil
  }

  static let equalSpeeds = StationAssumption { station in
    station.branches.allSatisfy { $0.speed == 1 }
      ? nil : "replicas of '\(station.spec.name)' differ in speed"
  }

  static let severalReplicas = StationAssumption { station in
    station.spec.replicas > 1 ? nil : "'\(station.spec.name)' has one replica"
  }

  static let notBroadcast = StationAssumption { station in
    station.isBroadcast ? "each call goes to all replicas of '\(station.spec.name)'" : nil
  }

  static let hasClasses = StationAssumption { station in
    Set(station.classes.map(\.priority)).count > 1
      ? nil : "all visits to '\(station.spec.name)' have one priority"
  }

  static let equalGaps = StationAssumption { station in
    if case .constant = station.direct, !station.returns, station.spec.replicas == 1,
      station.spec.shards == 1
    {
      return nil
    }
    return "requests do not come to '\(station.spec.name)' at equal gaps"
  }

  static let independentGaps = StationAssumption { station in
    station.gapVariance(0) == nil
      ? station.arrivalGap ?? "gaps between arrivals at '\(station.spec.name)' are not known" : nil
  }

  /// No server gets more than it can do.
  static let stable = StationAssumption { station in
    guard let peak = station.peakLoad else { return nil }
    return peak.load < 1 ? nil : station.overload
  }
}

extension Station {
  /// Why it cannot keep up, with the arithmetic; nil where it can.
  var overload: String? {
    guard let work, let peak = peakLoad, peak.load >= 1 else { return nil }
    let name = peak.branch.name.map { "\($0) of '\(spec.name)'" } ?? "'\(spec.name)'"
    let each = arrivalRate(peak.branch) * 1e9
    let size = servers == 1 ? "there is one" : "there are \(servers)"
    let replica = peak.branch.replicas > 1 ? "a replica of " : ""
    let time = work.mean / peak.branch.speed / 1e6
    let state = mayShed ? "overloaded" : "unstable"
    return "\(replica)\(name) is \(state): \(Round.text(each)) visits/s × \(Round.text(time)) ms = "
      + "\(Round.text(each * time / 1e3)) busy servers, but \(size)"
  }

  /// The variance of the gaps between arrivals at one replica of a branch, in square nanoseconds;
  /// nil where they hang together.
  func gapVariance(_ number: Int) -> Double? {
    guard branches.indices.contains(number), !returns else { return nil }
    let gap = 1 / arrivalRate(branches[number])
    let isOne = spec.replicas == 1 && spec.shards == 1
    if arrivalGap == nil {
      if branches[number].replicas == 1 || isBroadcast || spec.balancing is RandomChoice {
        return gap * gap
      }
      if spec.balancing is RoundRobin, balancers == 1, delay != .random {
        return gap * gap / Double(branches[number].replicas)
      }
      return nil
    }
    switch direct {
    case .constant where isOne: return 0
    case .renewal(let law) where isOne: return law.variance
    default: return nil
    }
  }

  /// Why a Poisson stream does not come through it; nil where departures are one as well.
  var stop: String? {
    if isUnqueued { return nil }
    let common: [StationAssumption] = [
      .undisturbed, .nobodyShed, .knownBranches, .knownWorkOrPieces, .stable,
    ]
    for assumption in common { if let gap = assumption.gap(self) { return gap } }
    if spec.balancing is LeastWorkLeft, spec.slots == 1, StationAssumption.thinned.gap(self) != nil
    {
      return StationAssumption.exponential.gap(self)
    }
    if let gap = StationAssumption.thinned.gap(self) { return gap }
    if StationAssumption.sharing.gap(self) == nil { return nil }
    if StationAssumption.order([.lifo], preemptive: true).gap(self) == nil, slots == 1 {
      return nil
    }
    if let gap = StationAssumption.order([.fifo, .lifo, .random]).gap(self) { return gap }
    return StationAssumption.exponential.gap(self)
  }
}

extension StationAssumption {
  fileprivate static let knownWorkOrPieces = StationAssumption { $0.workGap }
}

/// Numbers in sentences.
enum Round {
  /// Four significant digits, without an exponent below a billion.
  static func text(_ value: Double) -> String {
    guard value.isFinite, value != 0 else { return value == 0 ? "0" : "\(value)" }
    var scale = 1.0
    while value.magnitude * scale < 1_000, scale < 1e12 { scale *= 10 }
    while value.magnitude * scale >= 10_000 { scale /= 10 }
    let rounded = (value * scale).rounded() / scale
    if rounded == rounded.rounded(), rounded.magnitude < 1e15 { return "\(Int(rounded))" }
    return "\(rounded)"
  }
}
