import Synchronization

/// Whether the user asked the program to stop; workers look here between pieces of work.
public enum Interrupt {
  /// Zero, or the number of the signal that came.
  private static let signalNumber = Atomic<Int32>(0)

  /// Catches SIGINT and SIGTERM: the first is remembered, the second ends the program at once.
  public static func install() {
    // The flag is made before a handler can touch it: making it is no work for a handler.
    signalNumber.store(0, ordering: .sequentiallyConsistent)
    // Who started the program may have left these blocked: then they would never come.
    var numbers = sigset_t()
    unsafe sigemptyset(&numbers)
    for number in [SIGINT, SIGTERM] {
      unsafe sigaddset(&numbers, number)
      var action = sigaction()
      setHandler(&action)
      unsafe sigemptyset(&action.sa_mask)
      unsafe sigaction(number, &action, nil)
    }
    unsafe pthread_sigmask(SIG_UNBLOCK, &numbers, nil)
  }

  /// Whether a signal came; cheap enough to ask often.
  public static var isRequested: Bool {
    signalNumber.load(ordering: .relaxed) != 0
  }

  /// How the program has to end; nil where no signal came.
  public static var exitCode: ExitCode? {
    switch signalNumber.load(ordering: .acquiring) {
    case 0: nil
    case SIGTERM: .terminated
    default: .interrupted
    }
  }

  /// Only an atomic exchange and `_exit`, both of which a handler may do.
  fileprivate static func note(_ number: Int32) {
    if signalNumber.exchange(number, ordering: .acquiringAndReleasing) != 0 {
      _exit(128 + number)
    }
  }

  /// Forgets a signal, for tests.
  static func reset() {
    signalNumber.store(0, ordering: .releasing)
  }

  private static func setHandler(_ action: inout sigaction) {
    #if canImport(Darwin)
      unsafe action.__sigaction_u.__sa_handler = { Interrupt.note($0) }
    #else
      unsafe action.__sigaction_handler.sa_handler = { Interrupt.note($0) }
    #endif
  }
}
