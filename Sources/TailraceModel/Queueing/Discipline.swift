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
  /// Everyone inside at once, in equal shares of the cores.
  case ps = "PS"

  /// Whether a newcomer may take the slot of one who works, who later goes on where it stopped.
  public var mayPreempt: Bool {
    switch self {
    case .lifo, .priority, .sjf, .srpt: true
    case .fifo, .random, .ps: false
    }
  }
}

/// A discipline as a station's byte. Only `fifo` keeps who waits in the linked queue.
enum QueueOrder: UInt8, BitwiseCopyable, Sendable {
  case fifo
  /// First-in-first-out where a replica has more to know: a speed, faults, a limit on waiting.
  case attended
  case sharing, lifo, priority, sjf, srpt, random

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
    }
  }

  /// Whether the replica has fewer cores than slots, which are then shared.
  private static func isShort(of service: ServiceSpec) -> Bool {
    guard let cores = service.cores else { return false }
    return cores < service.slots ?? .max
  }

  /// Whether those who wait stand in a heap instead of the linked queue.
  @inline(__always) var usesHeap: Bool { self != .fifo }
}
