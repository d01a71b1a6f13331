/// The known word that someone probably meant.
public enum NearestWord {
  /// The nearest word by edits, at most a third of the longer word; ties by name.
  public static func to(_ word: String, among known: [String]) -> String? {
    var best: (distance: Int, word: String)?
    for candidate in known.sorted() {
      let distance = distance(word, candidate)
      guard distance * 3 <= max(word.count, candidate.count) else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (distance, candidate) }
    }
    return best?.word
  }

  /// Letters to insert, delete, replace or swap with the next, to make one word of the other.
  public static func distance(_ one: String, _ other: String) -> Int {
    let (source, target) = (Array(one), Array(other))
    var older = [Int](repeating: 0, count: target.count + 1)
    var previous = Array(0...target.count)
    for row in 0..<source.count {
      var current = [row + 1]
      for column in 0..<target.count {
        let isSame = source[row] == target[column]
        var cost = min(
          previous[column] + (isSame ? 0 : 1), previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, source[row] == target[column - 1],
          source[row - 1] == target[column]
        {
          cost = min(cost, older[column - 1] + 1)
        }
        current.append(cost)
      }
      older = previous
      previous = current
    }
    return previous[target.count]
  }

  /// "; did you mean '--seed'?" or nothing.
  static func hint(_ word: String, among known: [String], prefix: String = "") -> String {
    to(word, among: known).map { "; did you mean '\(prefix)\($0)'?" } ?? ""
  }
}
