import TailraceEngine

/// What a frame knows beside its times; by frame, where any law or circle of calls asks for it.
struct FactRow: BitwiseCopyable, Sendable {
  var share = 1.0
  /// Answers of the latest join of several.
  var responses: Int32 = 0
  /// Instances that dropped a key at the latest write.
  var holders: Int32 = 0
  /// Calls that stand around it, its own among them.
  var depth: Int32 = 0
}

/// The key space that the attributes `keys` and `size` are about.
struct VisitKeys: BitwiseCopyable, Sendable {
  /// -1 if there is not exactly one.
  var space: Int32 = -1
  var column: Int32 = -1
  /// The law of a key's size; -1 if keys have none.
  var size: Int32 = -1
  var sizeBase: UInt64 = 0
}

/// The answers to what a law asks, before it is drawn from.
struct VisitFacts: BitwiseCopyable, Sendable {
  var responses = 0.0
  var share = 1.0
  var keys = 0.0
  var size = 0.0
  var holders = 0.0

  /// The fact at a term's place: see `VisitAttribute.place`.
  subscript(_ place: Int32) -> Double {
    switch place {
    case VisitAttribute.responses.place: responses
    case VisitAttribute.share.place: share
    case VisitAttribute.keys.place: keys
    case VisitAttribute.holders.place: holders
    default: size
    }
  }
}

extension LawSpec {
  /// What the law wants to know of a visit, by bit. A workload's own attribute goes first.
  func visitAttributes(_ plan: inout Plan) -> UInt8 {
    var bits: UInt8 = 0
    for name in linearAttributes {
      if let attribute = VisitAttribute.named(name, plan) { bits |= attribute.bit }
    }
    plan.readsVisits = plan.readsVisits || bits != 0
    return bits
  }
}

extension VisitAttribute {
  /// The attribute of that name, unless a workload has one of its own.
  static func named(_ name: String, _ plan: Plan) -> VisitAttribute? {
    plan.attributeLaws.contains { $0[name] != nil } ? nil : VisitAttribute(rawValue: name)
  }
}

extension PlanBuilder {
  /// Finds the one key space that visits can be about.
  static func layOutVisitKeys(_ topology: Topology, _ plan: inout Plan) {
    let own = plan.keySpaces.filter { BuiltInKeys(rawValue: $0) == nil }
    guard own.count == 1, let place = plan.keySpaces.firstIndex(of: own[0]) else { return }
    plan.visitKeys.space = Int32(place)
    let name = own[0]
    if let size = topology.keySizes[name] {
      plan.visitKeys.size = law(size, &plan)
      plan.visitKeys.sizeBase = Luck.base(
        seed: plan.seed, source: StreamName.hash("keys", name, "size"))
    }
  }

  /// A scatter to keys leaves each visit with one of them.
  static func assignVisitColumn(_ plan: inout Plan) {
    let route = plan.routes.first { $0.space == plan.visitKeys.space && $0.column >= 0 }
    plan.visitKeys.column = route?.column ?? -1
  }
}

extension Machine {
  /// A new frame has its part of what its caller deals with, and no answers yet.
  @inline(never) mutating func beginFacts(_ f: Int32, from parent: Int32) {
    if facts.count < frames.count {
      facts.grow(to: max(frames.count, facts.count * 2), with: FactRow())
    }
    var row = FactRow()
    if frames[f].kind == .visit { row.depth = 1 }
    if parent >= 0 {
      row.depth &+= facts[parent].depth
      row.share = facts[parent].share
      let pc = frames[parent].pc
      switch steps[pc].op {
      case .scatter: row.share /= Double(steps[pc].count)
      case .scatterKeys: row.share /= Double(scatterCount(parent))
      default: break
      }
    }
    facts[f] = row
    if keepsVersions { beginVersions(f, from: parent) }
  }

  /// A join goes on: how many answers it has.
  @inline(never) mutating func noteResponses(_ q: Int32) {
    switch steps[frames[q].pc].op {
    case .scatter, .scatterKeys, .parallel:
      facts[q].responses = max(0, answersNeeded(q) &- frames[q].pending)
    default: break
    }
  }

  /// Tells the sampler what the next law asks about a frame.
  @inline(never) mutating func tellSampler(of f: Int32, _ reads: UInt8) {
    sampler.facts.share = facts[f].share
    sampler.facts.responses = Double(facts[f].responses)
    sampler.facts.holders = Double(facts[f].holders)
    let wanted = VisitAttribute.keys.bit | VisitAttribute.size.bit
    if reads & wanted == 0 || visitKeys.space < 0 { return }
    let root = frames[f].root
    let own = ownKey(f, visitKeys.column)
    let count = own >= 0 ? 1 : keys.countCarried(visitKeys.space, root, &sampler)
    sampler.facts.keys = Double(count)
    if reads & VisitAttribute.size.bit == 0 || visitKeys.size < 0 {
      noteSent(keys.takeDrawn())
      return
    }
    var bytes: UInt64 = 0
    for i in 0..<count {
      let key = keys.key(visitKeys.space, root, index: own >= 0 ? own : i, &sampler)
      let luck = Luck.root(base: visitKeys.sizeBase, request: key)
      bytes &+= sampler.time(visitKeys.size, luck: luck, salt: 0, number: key, source: 0)
    }
    noteSent(keys.takeDrawn())
    sampler.facts.size = Double(bytes)
  }
}
