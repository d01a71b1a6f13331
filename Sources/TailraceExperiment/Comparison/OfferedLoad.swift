extension [ContrastRow] {
  /// Goodput is better or worse only by what is not answered where the designs are offered
  /// different rates: who is asked for less answers less, and is no worse for it.
  ///
  /// In a closed loop the offered rate follows from the answers, and goodput stays what it is.
  ///
  /// - Parameters:
  ///   - openLoops: workloads whose arrivals wait for no answer in either design.
  ///   - isPaired: whether both designs met the same luck.
  /// - Returns: the rows, goodput `lower` or `higher` where nothing else can be said.
  func heldAgainstOffered(_ openLoops: Set<String>, isPaired: Bool) -> [ContrastRow] {
    map { row in
      let name = row.measure.name
      guard name.entityKind == "workload", name.metric == "goodput",
        openLoops.contains(name.entity), [.better, .worse].contains(row.change.verdict),
        let offered = first(where: {
          $0.measure.name == .init(name.entityKind, name.entity, "offered", .value)
        }), offered.change.isClear
      else { return row }
      let lost = Change(
        offered.base.less(row.base), offered.against.less(row.against), better: .lower,
        isPaired: isPaired)
      if lost.verdict == row.change.verdict { return row }
      var row = row
      row.change.verdict = row.change.difference ?? 0 < 0 ? .lower : .higher
      return row
    }
  }
}

extension Estimate {
  /// The difference of two numbers of one design, in each replication.
  fileprivate func less(_ other: Estimate) -> Estimate {
    func difference(_ one: Double?, _ two: Double?) -> Double? {
      one.flatMap { one in two.map { one - $0 } }
    }
    return Estimate(
      value: difference(value, other.value), halfWidth: nil,
      perReplication: zip(perReplication, other.perReplication).map(difference))
  }
}
