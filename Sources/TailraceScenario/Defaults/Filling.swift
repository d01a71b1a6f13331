import TailraceCatalog

/// Fills defaults and presets into a document.
///
/// The nearest says what holds: the thing itself, the preset of the service that it is or stands
/// in, `defaults`, the file's preset; what none of them says is built in. Objects are merged by
/// key; one with a `type` is a value and stands as it is. Null is a value too: without it.
struct Filling {
  private let document: Node
  private let defaults: Node?
  private let preset: Preset?
  private var replicas: [String: Int] = [:]
  /// Values that may still be copied.
  private var room = Loader.valuesMax

  /// - Returns: the document with everything filled in; the same where it has neither defaults nor
  ///   presets; nil where it would be beyond measure.
  static func filled(_ document: Node) -> Node? {
    let services = document["services"]?.object?.members ?? []
    let hasPreset = services.contains { $0.value["preset"]?.string != nil }
    guard document["defaults"]?.object != nil || document["preset"]?.string != nil || hasPreset
    else { return document }
    var filling = Filling(document)
    let result = filling.result()
    return filling.room < 0 ? nil : result
  }

  private init(_ document: Node) {
    self.document = document
    defaults = document["defaults"]
    preset = Presets.named(document["preset"]?.string)
  }

  private mutating func result() -> Node {
    var members: [Node.Member] = []
    // Services come first: how many replicas they have decides about the calls.
    var services: [Node.Member] = []
    for member in document["services"]?.object?.members ?? [] {
      let service = fill(member.value, as: .service, own: ownPreset(of: member.value))
      replicas[member.name] = Self.replicas(of: service)
      services.append(member.with(service))
    }
    for member in document.object?.members ?? [] {
      var value = member.value
      if value.object != nil {
        switch member.name {
        case "services":
          value = value.replacingMembers(with: services.map { $0.with(calls(in: $0.value)) })
        case "workloads":
          value = mapping(value) { filling, workload in
            let filled = filling.fill(workload, as: .workload, own: nil)
            return filling.mapping(filled, "steps") { $0.steps($1, own: nil) }
          }
        case "caches":
          value = mapping(value) { filling, cache in filling.fill(cache, as: .cache, own: nil) }
        case "rate_limits":
          value = mapping(value) { filling, limit in filling.fill(limit, as: .rateLimit, own: nil) }
        case "pools":
          value = mapping(value) { filling, pool in filling.fill(pool, as: .pool, own: nil) }
        default: break
        }
      }
      // Mistakes in defaults are told in their own place before things repeat them.
      members.insert(member.with(value), at: member.name == "defaults" ? 0 : members.count)
    }
    return document.replacingMembers(with: members)
  }

  private func ownPreset(of service: Node) -> Preset? {
    Presets.named((service["preset"] ?? defaults?["service"]?["preset"])?.string)
  }

  /// Replicas of each shard, as far as they can be read.
  private static func replicas(of service: Node) -> Int {
    func count(_ node: Node) -> Int {
      Int(min(100_000, max(1, node["replicas"]?.number?.integer ?? 1)))
    }
    let groups = service["groups"]?.object?.members ?? []
    return groups.isEmpty ? count(service) : groups.reduce(0) { $0 + count($1.value) }
  }

  /// An object with every value changed.
  private mutating func mapping(
    _ node: Node, _ change: (inout Filling, Node) -> Node
  ) -> Node {
    guard let object = node.object else { return node }
    return node.replacingMembers(with: object.members.map { $0.with(change(&self, $0.value)) })
  }

  /// An object with one of its values changed, if it is there.
  private mutating func mapping(
    _ node: Node, _ name: String, _ change: (inout Filling, Node) -> Node
  ) -> Node {
    guard let object = node.object, object[name] != nil else { return node }
    return node.replacingMembers(
      with: object.members.map { $0.name == name ? $0.with(change(&self, $0.value)) : $0 })
  }

  // MARK: Steps

  private mutating func calls(in service: Node) -> Node {
    let own = ownPreset(of: service)
    let filled = mapping(service, "handler") { $0.steps($1, own: own) }
    return mapping(filled, "handlers") { filling, handlers in
      filling.mapping(handlers) { $0.steps($1, own: own) }
    }
  }

  /// Steps, or what holds steps, with the calls filled in however deep they are nested.
  private mutating func steps(_ node: Node, own: Preset?) -> Node {
    switch node.value {
    case .array(let items):
      var changed: [Node] = []
      for item in items { changed.append(steps(item, own: own)) }
      return Node(.array(changed), source: node.source, range: node.range)
    case .object(let object):
      var members: [Node.Member] = []
      for member in object.members {
        members.append(
          StepNames.holdsSteps(member) ? member.with(steps(member.value, own: own)) : member)
      }
      let step = node.replacingMembers(with: members)
      let isCall = object["call"] != nil || object["scatter"] != nil
      return isCall ? fill(step, as: .call, own: own) : step
    default: return node
    }
  }

  // MARK: Things

  private mutating func fill(_ thing: Node, as kind: Preset.Kind, own: Preset?) -> Node {
    guard thing.object != nil else { return thing }
    let given = defaults?[kind.rawValue]
    // What the file names, and what the presets have unasked.
    var named = merged(thing, over: given, as: kind)
    for preset in [own, preset] {
      named = merged(
        named, over: preset?.tree(for: kind, where: { _ in false }, replicas: 1), as: kind)
    }
    let whole = named
    func has(_ mechanism: String) -> Bool {
      let names = mechanism.split(separator: ".").map(String.init)
      return names.reduce(Optional(whole)) { $0?[$1] }?.object != nil
    }
    let callee = (thing["call"] ?? thing["scatter"])?.string?.split(separator: "/").first
    let count = callee.flatMap { replicas[String($0)] } ?? 1
    func tree(_ preset: Preset?) -> Node? {
      preset?.tree(for: kind, where: has, replicas: count)
    }
    var filled = merged(thing, over: tree(own), as: kind)
    filled = merged(filled, over: given, as: kind)
    filled = merged(filled, over: tree(preset), as: kind)
    return kind == .call ? withoutIdleTries(withoutIdleLuck(filled, of: thing), of: thing) : filled
  }

  /// A time for each try that is longer than the call's own time caps nothing, and goes unless the
  /// call chose it.
  private func withoutIdleTries(_ call: Node, of thing: Node) -> Node {
    let key = "per_try_timeout"
    guard thing["retry_policy"]?[key] == nil, let policy = call["retry_policy"],
      let each = policy[key], let all = call["timeout"],
      each.source.order == Preset.order || thing["timeout"] != nil,
      let longest = try? QuantityScanner.duration(all, key: "timeout"),
      let time = try? QuantityScanner.duration(each, key: key), time > longest
    else { return call }
    let rest = (policy.object?.members ?? []).filter { $0.name != key }
    return call.replacingMembers(
      with: (call.object?.members ?? []).map {
        $0.name == "retry_policy" ? $0.with(policy.replacingMembers(with: rest)) : $0
      })
  }

  /// A default 'luck' means nothing to a call of one attempt.
  private func withoutIdleLuck(_ call: Node, of thing: Node) -> Node {
    let repeats = ["retry_policy", "hedge_policy"].contains { call[$0].map { !$0.isNull } ?? false }
    guard !repeats, thing["luck"] == nil, let object = call.object else { return call }
    return call.replacingMembers(with: object.members.filter { $0.name != "luck" })
  }

  // MARK: Merging

  private mutating func merged(_ thing: Node, over other: Node?, as kind: Preset.Kind) -> Node {
    guard let thingObject = thing.object, let object = other?.object else { return thing }
    let known = kind.keys
    let idle = kind == .rateLimit ? Self.idleKeys(of: thing["type"] ?? other?["type"]) : []
    let fitting = object.members.filter { member in
      guard known.contains(member.name), !idle.contains(member.name) else { return false }
      // Of two that exclude each other the nearer stands alone.
      let rivals = Self.exclusive.first { $0.contains(member.name) } ?? []
      return !rivals.contains { rival in
        rival != member.name && thingObject[rival].map { !$0.value.isNull } ?? false
      }
    }
    let far = Node(
      .object(Node.Object(fitting)), source: other?.source ?? thing.source,
      range: other?.range ?? thing.range)
    room -= far.countValues(to: max(1, room))
    return room < 0 ? thing : Self.merged(thing, over: far, isThing: true)
  }

  /// Keys of rate limits that mean nothing to one of a type.
  private static func idleKeys(of type: Node?) -> [String] {
    guard let type = (type?.string).flatMap(RateLimitType.init) else { return [] }
    return RateLimitType.allCases.flatMap(\.keys).filter { !type.keys.contains($0) }
  }

  /// Keys of which a thing has one.
  private static let exclusive = [
    ["handler", "handlers"], ["replicas", "groups"], ["arrivals", "closed"],
    ["max_entries", "max_memory"],
  ]

  private static func merged(_ near: Node, over far: Node, isThing: Bool = false) -> Node {
    guard let one = near.object, let other = far.object else { return near }
    // A distribution (they are written small) is one value, and so is all that has a type below a
    // thing.
    if !isThing {
      if one["type"] != nil { return near }
      if let type = other["type"]?.value.string, type == type.lowercased() { return near }
    }
    var members: [Node.Member] = []
    for member in one.members {
      members.append(
        other[member.name].map { member.with(merged(member.value, over: $0.value)) } ?? member)
    }
    members += other.members.filter { one[$0.name] == nil }
    return near.replacingMembers(with: members)
  }
}

extension Preset.Kind {
  /// Keys that defaults of this kind may have.
  fileprivate var keys: Set<String> {
    switch self {
    case .call: Set(CallDefaultsDeclaration.keys.map(\.name))
    case .workload: Set(WorkloadDeclaration.keys.map(\.name))
    case .service: Set(ServiceDeclaration.keys.map(\.name))
    case .cache: Set(CacheDeclaration.keys.map(\.name))
    case .pool: Set(PoolDeclaration.keys.map(\.name))
    case .rateLimit: Set(RateLimitDeclaration.keys.map(\.name))
    }
  }
}

extension Node.Member {
  /// The same name with another value.
  fileprivate func with(_ value: Node) -> Node.Member {
    Node.Member(name: name, nameRange: nameRange, value: value)
  }
}
