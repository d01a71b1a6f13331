/// A station whose departures are computed on arrival.
struct BookingRow: BitwiseCopyable, Sendable {
  /// When its one slot becomes free.
  var free: UInt64 = 0
  var slots: Int32
  /// Most that may wait.
  var limit: Int32
  /// First of its slots among those of all stations, if it has several.
  var firstSlot: Int32 = -1
  /// Its ring of booked starts, if its queue is bounded.
  var starts: Int32 = -1
}

/// What becomes of a visit, known when it comes.
struct Fate: BitwiseCopyable {
  var begin: UInt64
  var due: UInt64
  var outcome = Outcome.success
}
