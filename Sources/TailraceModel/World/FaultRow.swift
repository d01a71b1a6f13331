/// What a fault does.
enum FaultVerb: UInt8, BitwiseCopyable, Sendable {
  case crash, pause, slowDown, fail, flush, loss, delay, partition
}

/// A compiled fault.
struct FaultRow: BitwiseCopyable, Sendable {
  var verb: FaultVerb
  /// Whether a crashed replica is silent instead of refusing.
  var drops = false
  /// How many times as long work takes, or the chance of a failure.
  var factor = 1.0
  /// The cache that is emptied; -1 if none.
  var cache: Int32 = -1
  /// Its row among the faults of messages; -1 if it is none.
  var message: Int32 = -1
  /// When it begins, where it comes once.
  var at: UInt64 = 0
  /// The law of the time between occurrences; -1 where it comes once.
  var every: Int32 = -1
  /// The law of its length; -1 is to the end.
  var length: Int32 = -1
  /// The word that its own draws come from.
  var base: UInt64
  /// Name of a visit's draw.
  var salt: UInt64
}

/// What begins and ends a fault at some stations at once.
struct FaultClock: BitwiseCopyable, Sendable {
  /// Below 0 for a clock by which popularities of keys shift: its number, inverted.
  var fault: Int32
  /// Number of the replica within its service: part of the name of its draws.
  var number: UInt32
  var firstTarget: Int32
  var targetCount: Int32
  var isOn = false
  /// Occurrences so far.
  var turn: UInt32 = 0
}
