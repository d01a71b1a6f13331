/// Who is served next at a replica, as a scenario spells it.
public enum Discipline: String, CaseIterable, Sendable {
  /// In the order of arrival.
  case fifo = "FIFO"
  /// The latest first.
  case lifo = "LIFO"
  /// The most urgent class first, in the order of arrival within it.
  case priority = "PRIORITY"
  /// The shortest first piece of work first.
  case sjf = "SJF"
  /// The shortest remaining work first; always preemptive.
  case srpt = "SRPT"
  /// Any of those who wait, with equal chances.
  case random = "RANDOM"
  /// In the order of arrival, some dropped in their turn while the queue stands (RFC 8289).
  case codel = "CODEL"
  /// In the order of arrival; while the queue stands the latest first, and the oldest are dropped.
  case adaptiveLIFO = "ADAPTIVE_LIFO"
  /// A line for each value of a key, served in turn; in the order of arrival within each.
  case fair = "FAIR"
  /// Everyone inside at once, in equal shares of the cores.
  case ps = "PS"

  /// Whether a newcomer may take the slot of one who works, who later goes on where it stopped.
  public var mayPreempt: Bool {
    switch self {
    case .lifo, .priority, .sjf, .srpt: true
    case .fifo, .random, .codel, .adaptiveLIFO, .fair, .ps: false
    }
  }

  /// Whether a queue that stands has visits dropped.
  public var sheds: Bool { self == .codel || self == .adaptiveLIFO }
}

/// A discipline as a station's byte. Only `fifo` keeps who waits in the linked queue.
enum QueueOrder: UInt8, BitwiseCopyable, Sendable {
  case fifo
  /// First-in-first-out where a replica has more to know: a speed, faults, a limit on waiting.
  case attended
  case sharing, lifo, priority, sjf, srpt, random
  case codel, adaptive, fair

  init(_ service: ServiceSpec, isAttended: Bool) {
    precondition(
      !service.preemptive || service.discipline.mayPreempt,
      "\(service.discipline.rawValue) cannot be preemptive")
    switch service.discipline {
    case .fifo: self = Self.isShort(of: service) ? .sharing : isAttended ? .attended : .fifo
    case .ps: self = .sharing
    case .lifo: self = .lifo
    case .priority: self = .priority
    case .sjf: self = .sjf
    case .srpt: self = .srpt
    case .random: self = .random
    case .codel: self = .codel
    case .adaptiveLIFO: self = .adaptive
    case .fair: self = .fair
    }
  }

  /// Whether the replica has fewer cores than slots, which are then shared.
  private static func isShort(of service: ServiceSpec) -> Bool {
    guard let cores = service.cores else { return false }
    return cores < service.slots ?? .max
  }

  /// Whether those who wait stand in a heap instead of the linked queue.
  @inline(__always) var usesHeap: Bool { self != .fifo }

  /// Whether a queue that stands has visits dropped.
  @inline(__always) var sheds: Bool { self == .codel || self == .adaptive }

  /// Whether those who wait stand in lines, beside a plain list.
  @inline(__always) var usesLines: Bool { self == .adaptive || self == .fair }
}
