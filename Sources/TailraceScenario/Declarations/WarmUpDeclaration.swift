import TailraceCatalog
import TailraceModel

/// How slow a replica is when it has started.
public struct WarmUpDeclaration: Declared {
  public static let kind = "warm_up"
  public static let summary =
    "How slow a replica is after a start: caches are cold, code is not compiled."
  public static let keys: [Key<Self>] = [
    Key(
      "slow_down", \.slowDown, .real(1...1_000_000), required: true,
      "How many times as long work takes that begins when it starts; later work takes less, down to "
        + "once, in a straight line."),
    Key(
      "for", \.length, .duration(1...QuantityScanner.runMax), required: true, "Until it is warm."),
  ]
  var slowDown = 1.0
  var length: UInt64 = 1
  public init() {}

  var spec: WarmUpSpec { WarmUpSpec(slowDown: slowDown, length: length) }
}
