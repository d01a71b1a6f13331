import TailraceEngine

/// How the next instant of a stream is found; `SourceRow` has the two quickest kinds itself.
enum StreamKind: UInt8, BitwiseCopyable, Sendable {
  case renewal, constant, instants, linear, sine, pulses, modulated, traced
}

/// A stream of arrivals that come in batches, at a changing rate or from changing states.
struct StreamRow: BitwiseCopyable, Sendable {
  var kind: StreamKind
  /// Law of the requests in a batch; -1 is one each.
  var batch: Int32 = -1
  var batchSalt: UInt64
  /// Number of the next batch.
  var number: UInt64 = 0
  /// Requests of the present batch still to come.
  var left: UInt64 = 0
  /// Unrounded instant of the present batch, in nanoseconds.
  var clock = 0.0
  /// First piece of the rate or first state, and how many.
  var first: Int32 = 0
  var count: Int32 = 0
  /// The piece or state in force.
  var present: Int32 = 0
  /// Unrounded end of the present state.
  var until = 0.0
  /// Requests per nanosecond on average, share and period of a sine rate.
  var mean = 0.0
  var amplitude = 0.0
  var period = 0.0
  /// Of pulses: requests per nanosecond within one, its length, and where the present one stands.
  var peak = 0.0
  var width = 0.0
  var turn = 0.0
  /// Chance of the states, of no request in particular.
  var chance = SequentialRandom(seed: 0)
}

/// A piece of a rate, linear in time, or a state of a modulated stream.
struct RatePiece: BitwiseCopyable, Sendable {
  /// Start in nanoseconds; for a state, its mean length.
  var start: Double
  /// Requests per nanosecond at the start.
  var rate: Double
  /// Change of the rate per nanosecond.
  var slope = 0.0
}

/// A client of a closed loop.
struct ClientRow: BitwiseCopyable, Sendable {
  var source: Int32
  /// Its number within the workload.
  var index: Int32
  var turn: UInt32 = 0
}
