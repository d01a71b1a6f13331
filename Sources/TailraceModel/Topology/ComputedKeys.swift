/// Keys that follow from keys which a request carries: parts of them, or several together.
///
/// A request has as many of them as of the part that it carries most of: the i-th comes from the
/// i-th key of each part, and the last key of a part that has fewer.
public struct ComputedKeys: Sendable {
  /// The key spaces that they follow from; a request must carry all of them.
  public var parts: [Part]
  /// How the parts are folded to fewer values: one drawn for each combination, once and for all;
  /// nil for the combinations themselves.
  public var law: KeyLaw?
  /// How many there are.
  public var count: UInt64

  /// A key space with how many keys it has; 0 where only a trace knows.
  public struct Part: Sendable {
    public var space: String
    public var count: UInt64

    public init(_ space: String, count: UInt64) {
      (self.space, self.count) = (space, count)
    }
  }

  /// Keys of the parts, folded to `count` values as the law says: each document's user.
  public init(of parts: [Part], count: UInt64, law: KeyLaw) {
    (self.parts, self.count, self.law) = (parts, count, law)
  }

  /// The combinations of the parts, numbered with the last part running fastest, so that those with
  /// one first part stand together. There are at most 2^40.
  public init(pairing parts: [Part]) {
    self.parts = parts
    count = parts.reduce(1) { $0 * $1.count }
    law = nil
  }
}

extension Topology {
  /// How many keys of a space a cache can be asked for.
  func keysCarried(of space: String) -> Int {
    if let computed = computedKeys[space] { return Int(computed.count) }
    if BuiltInKeys(rawValue: space) != nil { return keysBuiltIn(space) }
    return workloads.flatMap(\.keys).filter { $0.space == space }
      .reduce(0) { min($0 + min($1.law.supportCount, 1 << 40), 1 << 40) }
  }

  /// Keys of a space that is there without a workload's naming it.
  private func keysBuiltIn(_ space: String) -> Int {
    workloads.reduce(0) { sum, workload in
      let carried = workload.keys.first { $0.space == space }
      let own = carried.map { min($0.law.supportCount, 1 << 40) }
      let closed = space == BuiltInKeys.request.rawValue ? nil : workload.clients
      return min(sum + (own ?? closed ?? 1 << 40), 1 << 40)
    }
  }
}
