/// Owns the memory of a choice among weighted outcomes.
///
/// Keep it alive as long as any copy of `choice` is in use: the model's world owns both.
public struct AliasTable: ~Copyable, @unchecked Sendable {
  /// The choice to draw from: two words that point into this table.
  public let choice: AliasChoice

  /// A table for outcomes 0..<weights.count with probabilities in proportion to the weights.
  ///
  /// Weights are finite, not negative and not all zero; at most 2^31 of them. Takes linear time
  /// and 16 bytes an outcome (Walker 1977; built as by Vose 1991). A probability is right to a few
  /// 2^-53 of 1/count, and an outcome of weight zero is never drawn.
  public init(weights: [Double]) {
    precondition(!weights.isEmpty && weights.count <= 1 << 31, "between 1 and 2^31 outcomes")
    var total = 0.0
    for weight in weights {
      precondition(weight >= 0 && weight.isFinite, "weights must not be negative")
      total += weight
    }
    precondition(total > 0 && total.isFinite, "a weight must be positive")
    let count = weights.count
    let entries = UnsafeMutablePointer<AliasEntry>.allocate(capacity: count)
    // Shares of 1 on average. Outcomes below 1 are topped up by outcomes above 1.
    var shares = weights.map { $0 / total * Double(count) }
    var poor: [Int] = []
    var rich: [Int] = []
    for index in shares.indices {
      unsafe (entries + index).initialize(to: AliasEntry(threshold: .max, other: UInt64(index)))
      if shares[index] < 1 { poor.append(index) } else { rich.append(index) }
    }
    while let taker = poor.last, let giver = rich.last {
      poor.removeLast()
      let threshold = UInt64(shares[taker] * 0x1p64)
      unsafe entries[taker] = AliasEntry(threshold: threshold, other: UInt64(giver))
      shares[giver] = (shares[giver] + shares[taker]) - 1
      if shares[giver] < 1 {
        rich.removeLast()
        poor.append(giver)
      }
    }
    // Rounding may leave some poor ones that should be full; an empty one must not become so.
    let heaviest = weights.indices.reduce(0) { weights[$1] > weights[$0] ? $1 : $0 }
    for index in poor where weights[index] == 0 {
      unsafe entries[index] = AliasEntry(threshold: 0, other: UInt64(heaviest))
    }
    choice = unsafe AliasChoice(entries: entries, count: UInt64(count))
  }

  deinit { unsafe choice.entries.deallocate() }
}
