import Dispatch
import Synchronization

/// Independent pieces of work on several cores; results come in the order of their numbers.
enum WorkPool {
  /// Does pieces of work.
  ///
  /// - Parameters:
  ///   - count: how many there are.
  ///   - jobs: threads; they never change a result.
  ///   - shouldStop: polled before each piece but the first, which is always begun.
  ///   - finished: called after each piece, one call at a time, with how many are done.
  ///   - body: does the piece of a number, on any thread.
  /// - Returns: what the pieces gave; nil for those not begun.
  static func map<Result: Sendable>(
    _ count: Int, jobs: Int, shouldStop: @Sendable () -> Bool,
    finished: @Sendable (_ done: Int) -> Void = { _ in },
    _ body: @Sendable (Int) -> Result
  ) -> [Result?] {
    let results = Mutex<(slots: [Result?], done: Int)>((Array(repeating: nil, count: count), 0))
    let next = Atomic<Int>(0)
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, count))) { _ in
      while true {
        let i = next.wrappingAdd(1, ordering: .relaxed).oldValue
        if i >= count || (i > 0 && shouldStop()) { return }
        let result = body(i)
        results.withLock {
          $0.slots[i] = result
          $0.done += 1
          finished($0.done)
        }
      }
    }
    return results.withLock { $0.slots }
  }
}
