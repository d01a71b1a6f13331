import TailraceCatalog
import TailraceModel

/// A replica's queue.
public struct QueueDeclaration: Declared {
  public static let kind = "queue of a service"
  public static let summary = "Where visits wait for a slot."
  public static let keys: [Key<Self>] = [
    Key(
      "max_length", \.maxLength, .limit(0...1_000_000_000),
      "Most that may wait; 0 makes a loss system. With FAIR, most in the line of each key."),
    Key(
      "max_length_by_class", \.classLimits, .map(.integer(0...1_000_000_000)),
      "Most that may wait, of all classes, for a visit of this class to join them; a lower bound for"
        + " what can be done without sheds it first. Beside 'max_length', which holds for all."),
    Key(
      "timeout", \.timeout, .law,
      "Longest wait for the first slot, drawn for each visit; then it is shed."),
    Key(
      "discipline", \.discipline,
      .choice(Discipline.allCases.map { ($0.rawValue, $0) }),
      "Who is served next. CODEL: in the order of arrival, and while waits stay above a target some "
        + "are shed in their turn, more and more often. ADAPTIVE_LIFO: in the order of arrival; while "
        + "the queue stands the latest first, and who has waited for twice the target is shed. FAIR: "
        + "a line for each value of 'key', one visit of each in turn."),
    Key(
      "codel", \.codel, .object(CoDelDeclaration.self),
      "For CODEL and ADAPTIVE_LIFO: when the queue is too long; 5ms and 100ms if not given."),
    Key(
      "at", \.isAtBalancer, .choice([("replica", false), ("balancer", true)]),
      "Where they wait: each at the replica that was chosen when it came, or in one line for each "
        + "shard, whose first goes to the next replica that is free (late binding)."),
    Key("key", \.key, .name, "For FAIR: the key space of whose keys each has a line of its own."),
    Key(
      "preemptive", \.preemptive, .boolean,
      "Whether a newcomer who goes first interrupts who works (LIFO, PRIORITY, SJF)."),
    Key(
      "drop_expired", \.dropsExpired, .boolean,
      "Whether a visit whose caller has given up by then, or whose told deadline has passed, is "
        + "dropped when its turn comes, at no cost; until then it waits as others do."),
  ]
  public static let laterKeys = ["poll_interval"]

  var maxLength: Int?
  var classLimits: [Named<Int>] = []
  var timeout: LawSpec?
  var discipline = Discipline.fifo
  var isAtBalancer = false
  var codel: CoDelDeclaration?
  var key: Located<String>?
  var preemptive = false
  var dropsExpired = false

  public init() {}
}

/// When a queue is too long.
public struct CoDelDeclaration: Declared {
  public static let kind = "codel"
  public static let summary =
    "When a queue is too long: RFC 8289 for CODEL; for ADAPTIVE_LIFO as folly, where an interval "
    + "whose shortest wait was above the target makes the next one one of overload."
  public static let keys: [Key<Self>] = [
    Key(
      "target", \.target, .duration(1...QuantityScanner.delayMax),
      "A wait that is no sign of overload (RFC 8289, folly)."),
    Key(
      "interval", \.interval, .duration(1...QuantityScanner.delayMax),
      "For how long waits must exceed the target to be one (RFC 8289, folly)."),
  ]
  var target = CoDelSpec().target
  var interval = CoDelSpec().interval
  public init() {}
}
