import TailraceEngine

/// Decides at a replica's door which visits come in; each replica has one of its own.
///
/// A visit that does not come in is shed before the queue. Told of all that came in and ended, but
/// not of those that were stopped since their callers gave up.
public protocol AdmissionPolicy: Sendable {
  /// Its name in scenario files.
  static var name: String { get }
  /// What it does, in one sentence.
  static var summary: String { get }
  /// Most visits inside at the moment; nil where it sets no such limit.
  var limit: Int32? { get }
  /// Whether it asks for each visit's level: its class and its user.
  var readsLevels: Bool { get }
  /// Classes of so many different priorities come; before any visit.
  mutating func begin(classes: Int32)
  /// Whether a visit comes in.
  mutating func admits(_ visit: AdmissionVisit, _ luck: inout KeyedRandom) -> Bool
  /// A visit that came in has ended.
  mutating func ended(_ visit: EndedVisit, _ luck: inout KeyedRandom)
}

extension AdmissionPolicy {
  public var readsLevels: Bool { false }
  public mutating func begin(classes: Int32) {}

  /// Where there is a limit it decides alone.
  public mutating func admits(_ visit: AdmissionVisit, _ luck: inout KeyedRandom) -> Bool {
    limit.map { visit.inFlight < $0 } ?? true
  }
}

/// What is known of a visit at the door.
public struct AdmissionVisit: Sendable {
  /// Visits inside, without this one.
  public var inFlight: Int32
  /// The present instant, in nanoseconds.
  public var now: UInt64
  /// Its class's rank, 0 the most urgent, times the number of user levels, and its user's level; 0
  /// where nobody asks.
  public var level: Int32

  public init(inFlight: Int32, now: UInt64, level: Int32 = 0) {
    (self.inFlight, self.now, self.level) = (inFlight, now, level)
  }
}

/// What is known of a visit that has ended.
public struct EndedVisit: Sendable {
  /// Visits inside when it came, itself included.
  public var inFlight: Int32
  /// The present instant, in nanoseconds.
  public var now: UInt64
  /// Time from the door to its end, in nanoseconds.
  public var time: UInt64
  /// How much of that it waited for slots.
  public var queued: UInt64
  public var outcome: Outcome

  public init(
    inFlight: Int32, now: UInt64, time: UInt64, queued: UInt64 = 0, outcome: Outcome = .success
  ) {
    (self.inFlight, self.now, self.time) = (inFlight, now, time)
    (self.queued, self.outcome) = (queued, outcome)
  }

  /// Whether something refused it or gave it up, here or further down: a sign of too much load. An
  /// application's error is none, and says nothing about time either.
  var isDrop: Bool { !outcome.isAnswered && outcome != .applicationError }
}
