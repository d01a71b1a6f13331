/// The rows that have one value of a column, or one of those that were merged.
public struct MeasuredGroup: Sendable {
  /// The value, or `other`.
  public var name: String
  /// How many values of the column it holds: 1 unless it is of several that were merged.
  public var members: Int
  /// Rows of it.
  public var count: Int
  /// Their values, in the order of the file; empty where only times were asked for.
  public var values: [Double]
  /// Their times, ascending; empty where none were asked for.
  public var times: [Int64]
}

/// Tells rows apart by a column as they are read.
struct RowGroups {
  /// Most groups that get a law; the smallest beyond it are one.
  static let groupsMax = 12
  /// Most values that the column may have.
  static let namesMax = 10_000

  /// The values of the column in the order in which they first came.
  private(set) var names: [String] = []
  private var places: [String: Int32] = [:]
  /// The value of each row.
  private(set) var rows: [Int32] = []

  /// Adds a row's value.
  ///
  /// - Returns: false where it is one value too many.
  mutating func add(_ name: String) -> Bool {
    if let place = places[name] {
      rows.append(place)
      return true
    }
    guard names.count < Self.namesMax else { return false }
    let place = Int32(names.count)
    places[name] = place
    names.append(name)
    rows.append(place)
    return true
  }

  /// The groups, those with most rows first and of equals the one that came first, and what to say of
  /// those that were merged; `order` is the rows' order by time. Linear time but for the sort.
  func made(
    values: [Double], times: [Int64], order: [Int]?
  ) -> (groups: [MeasuredGroup], notes: [String]) {
    var counts = [Int](repeating: 0, count: names.count)
    for place in rows { counts[Int(place)] += 1 }
    let ranked = counts.indices.sorted { (-counts[$0], $0) < (-counts[$1], $1) }
    let own = ranked.count <= Self.groupsMax ? ranked.count : Self.groupsMax - 1
    var group = [Int](repeating: own, count: names.count)
    var groups: [MeasuredGroup] = []
    for (rank, place) in ranked.prefix(own).enumerated() {
      group[place] = rank
      groups.append(
        MeasuredGroup(
          name: names[place], members: 1, count: counts[place], values: [], times: []))
    }
    var notes: [String] = []
    let rest = ranked.dropFirst(own)
    if !rest.isEmpty {
      let merged = rest.reduce(0) { $0 + counts[$1] }
      var name = "other"
      while names.contains(name) { name += "_" }
      groups.append(
        MeasuredGroup(name: name, members: rest.count, count: merged, values: [], times: []))
      notes.append(
        "\(names.count) values, and at most \(Self.groupsMax) groups: the \(own) with most rows have "
          + "one each, the other \(rest.count) (\(merged) of \(rows.count) rows) are '\(name)'")
    }
    for (i, row) in (order ?? Array(rows.indices)).enumerated() {
      let place = group[Int(rows[row])]
      if !values.isEmpty { groups[place].values.append(values[i]) }
      if !times.isEmpty { groups[place].times.append(times[i]) }
    }
    return (groups, notes)
  }
}
