/// A declared key, two values of it, and the fact of the result that turning it must move.
struct Knob: Sendable {
  enum Proof: Sendable {
    /// The fact goes that way from the first value to the second; nil is the base as it stands.
    case turn(String?, String, Fact, Direction)
    /// Each word of the key's enumeration gives another fact; some need settings of their own.
    /// It is written as the form says, where `%` stands for the word. Synonyms give the same, and
    /// where it may be left out that gives another fact, too.
    case words(
      Fact, orNone: Bool, synonyms: Set<String>, needs: [String: [String]], form: String)
    /// The first value is accepted, the second refused.
    case limit(String?, String)
    /// The key has one value: any other is refused.
    case constant(other: String)
    /// Two texts that differ because of the key, for what no setting can write.
    case texts(@Sendable () throws -> (String, String))
  }

  enum Direction: Sendable { case up, down, either }

  var key: String
  /// Where to write it; nil is below the place of its group.
  var path: String?
  /// Settings that both runs have beside it; those that begin with a dot start at the group's place.
  var beside: [String]
  var proof: Proof
}

/// Where a number or a text stands: in the JSON summary, or in another output.
enum Fact: Sendable {
  case json(String)
  /// The scenario with all defaults, as `validate --print-resolved` shows it.
  case resolved
  /// A file of the standard set.
  case file(String)
}

/// The knobs of one component, all tried in one scenario.
struct Knobs: Sendable {
  /// As the schema calls the component.
  var kind: String
  var base: KnobBase
  /// Path of the component there.
  var place: String
  var beside: [String]
  var knobs: [Knob]

  init(
    _ kind: String, in base: KnobBase, at place: String, with beside: [String] = [],
    _ knobs: [Knob]
  ) {
    (self.kind, self.base, self.place) = (kind, base, place)
    (self.beside, self.knobs) = (beside, knobs)
  }

  static let all: [Knobs] =
    file + services + overload + balancing + balancers + network + zones + faults + steps + calls
    + attempts + caches + keys + sharding + limits + traffic + traces + distributions
}

// MARK: The words of the table

extension Knob {
  static func turn(
    _ key: String, _ one: String?, _ two: String, raises fact: Fact, path: String? = nil,
    with beside: String...
  ) -> Knob {
    Knob(key: key, path: path, beside: beside, proof: .turn(one, two, fact, .up))
  }

  static func turn(
    _ key: String, _ one: String?, _ two: String, lowers fact: Fact, path: String? = nil,
    with beside: String...
  ) -> Knob {
    Knob(key: key, path: path, beside: beside, proof: .turn(one, two, fact, .down))
  }

  static func turn(
    _ key: String, _ one: String?, _ two: String, changes fact: Fact, path: String? = nil,
    with beside: String...
  ) -> Knob {
    Knob(key: key, path: path, beside: beside, proof: .turn(one, two, fact, .either))
  }

  static func words(
    _ key: String, tellApart fact: Fact, orNone: Bool = false, synonyms: Set<String> = [],
    needs: [String: [String]] = [:], form: String = "%", with beside: String...
  ) -> Knob {
    Knob(
      key: key, path: nil, beside: beside,
      proof: .words(fact, orNone: orNone, synonyms: synonyms, needs: needs, form: form))
  }

  static func limit(
    _ key: String, _ accepted: String?, refuses other: String
  ) -> Knob {
    Knob(key: key, path: nil, beside: [], proof: .limit(accepted, other))
  }

  static func constant(_ key: String, refuses other: String) -> Knob {
    Knob(key: key, path: nil, beside: [], proof: .constant(other: other))
  }

  static func texts(
    _ key: String, differ texts: @escaping @Sendable () throws -> (String, String)
  ) -> Knob {
    Knob(key: key, path: nil, beside: [], proof: .texts(texts))
  }
}

extension Fact {
  static let latency = users("latency_ms.mean")
  static let p90 = users("latency_ms.p90")
  static let requests = users("requests")
  static let errors = users("errors")

  static func users(_ name: String) -> Fact { .json("workloads.users.\(name)") }
  static func api(_ name: String) -> Fact { .json("services.api.\(name)") }
  static func db(_ name: String) -> Fact { .json("services.db.\(name)") }
  static func leaf(_ name: String) -> Fact { .json("services.leaf.\(name)") }
  static func pages(_ name: String) -> Fact { .json("caches.pages.\(name)") }
}
