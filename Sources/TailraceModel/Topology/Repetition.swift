/// Steps that are taken several times in turn.
public enum Repetition {
  /// Most turns; draws above are cut to it.
  public static let turnsMax = 1_000
  /// Turns of repetitions inside each other, multiplied: a lane of luck has 16 bits for them.
  public static let nestedMax = 65_535

  /// Most turns that a law can give.
  public static func most(_ times: LawSpec) -> Int {
    let largest = times.largest
    guard largest < Double(turnsMax) else { return turnsMax }
    return max(0, Int(largest.rounded(.up)))
  }
}
