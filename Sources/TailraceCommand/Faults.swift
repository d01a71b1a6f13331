import Synchronization
import Tailrace

/// The first broken invariant of any thread.
final class Faults: Sendable {
  private let found = Mutex<Experiment.Fault?>(nil)

  func note(_ fault: Experiment.Fault) {
    found.withLock { if $0 == nil { $0 = fault } }
  }

  var first: Experiment.Fault? { found.withLock { $0 } }
}
