/// Finds the word that was meant.
public enum NearestWord {
  /// The longest word that is compared, in characters.
  public static let lengthMax = 64

  /// The nearest candidate, or nil where none is near.
  ///
  /// Words are compared without case, `-` and `_`, so that `periodSeconds` equals
  /// `period_seconds`; the distance is that of optimal string alignment, at most
  /// max(1, length / 3). Ties go to the name that sorts first.
  public static func suggest(_ word: String, among candidates: [String]) -> String? {
    guard word.utf8.count <= 4 * lengthMax, !word.isEmpty else { return nil }
    let target = normal(word)
    guard (1...lengthMax).contains(target.count) else { return nil }
    let limit = max(1, target.count / 3)
    var best: (distance: Int, name: String)?
    for name in candidates where name.utf8.count <= 4 * lengthMax && name != word {
      let candidate = normal(name)
      guard (1...lengthMax).contains(candidate.count) else { continue }
      guard let distance = distance(target, candidate, limit: limit) else { continue }
      // A word of which no letter is left is not near.
      if distance >= max(target.count, candidate.count) { continue }
      if let best, (best.distance, best.name) <= (distance, name) { continue }
      best = (distance, name)
    }
    return best?.name
  }

  /// "; did you mean '--seed'?" or nothing.
  public static func hint(
    _ word: String, among candidates: [String], prefix: String = ""
  ) -> String {
    suggest(word, among: candidates).map { "; did you mean '\(prefix)\($0)'?" } ?? ""
  }

  /// Most names that `hintOrAll` lists.
  public static let listedMax = 12

  /// "; did you mean 'db'?", else the names there are: "; there is only web", "; there are app, db".
  ///
  /// - Parameters:
  ///   - word: What was written.
  ///   - candidates: The names there are; more than `listedMax` are cut short.
  /// - Returns: The end of a message; empty where there are no names.
  public static func hintOrAll(_ word: String, among candidates: [String]) -> String {
    let near = hint(word, among: candidates)
    if !near.isEmpty || candidates.isEmpty { return near }
    if candidates.count == 1 { return "; there is only \(candidates[0].clipped)" }
    let rest = candidates.count - listedMax
    let list = candidates.prefix(listedMax).map(\.clipped).joined(separator: ", ")
    return "; there are \(list)" + (rest > 0 ? " and \(rest) more" : "")
  }

  /// A word without case, hyphens and underscores.
  static func normal(_ word: String) -> [Unicode.Scalar] {
    word.lowercased().unicodeScalars.filter { $0 != "-" && $0 != "_" }
  }

  /// The least number of letters inserted, deleted, replaced or swapped with a neighbour, each
  /// place touched once; nil if it is above the limit.
  ///
  /// The recurrence is that of Damerau (CACM 7(3), 1964) as Wagner and Fischer tabulate it.
  static func distance(
    _ left: [Unicode.Scalar], _ right: [Unicode.Scalar], limit: Int
  ) -> Int? {
    guard abs(left.count - right.count) <= limit else { return nil }
    var beforeLast = [Int](repeating: 0, count: right.count + 1)
    var last = Array(0...right.count)
    var row = last
    for i in 1..<left.count + 1 {
      row[0] = i
      var least = i
      for j in 1..<right.count + 1 {
        let replaced = last[j - 1] + (left[i - 1] == right[j - 1] ? 0 : 1)
        row[j] = min(last[j] + 1, row[j - 1] + 1, replaced)
        if i > 1, j > 1, left[i - 1] == right[j - 2], left[i - 2] == right[j - 1] {
          row[j] = min(row[j], beforeLast[j - 2] + 1)
        }
        least = min(least, row[j])
      }
      // A swap can reach back two rows, so one row above the limit decides nothing yet.
      if least > limit + 1 { return nil }
      (beforeLast, last, row) = (last, row, beforeLast)
    }
    return last[right.count] <= limit ? last[right.count] : nil
  }
}
