import TailraceModel

extension Discipline {
  /// What it does, for who asks about one; settings are those of 'queue'.
  var summary: String {
    switch self {
    case .fifo: "A 'discipline': in the order of arrival."
    case .lifo: "A 'discipline': the latest first; 'preemptive' lets him interrupt who works."
    case .priority:
      "A 'discipline': the most urgent class first, as 'priority' of 'classes' says (0 is the "
        + "most urgent), in the order of arrival within it; 'preemptive' lets it interrupt who works."
    case .sjf:
      "A 'discipline': the shortest first piece of work first; 'preemptive' lets it interrupt who "
        + "works."
    case .srpt: "A 'discipline': the shortest remaining work first, which interrupts longer work."
    case .random: "A 'discipline': any of those who wait, with equal chances."
    case .codel:
      "A 'discipline': in the order of arrival. While waits have been above 'codel.target' for "
        + "'codel.interval', who comes to his turn is shed, once and then more and more often, until a "
        + "wait is below it (RFC 8289)."
    case .adaptiveLIFO:
      "A 'discipline': in the order of arrival. Where the shortest wait of a 'codel.interval' was above "
        + "'codel.target', in the next the latest goes first, and who has waited for twice the target "
        + "is shed (folly, Facebook)."
    case .fair:
      "A 'discipline': a line for each value of 'queue.key', one visit of each in turn, in the order "
        + "of arrival within it; 'max_length' holds for each line."
    case .ps:
      "A 'discipline': all who hold a slot work at once, in equal shares of the cores; who finds no "
        + "slot waits in the order of arrival."
    }
  }
}
