import Dispatch
import Synchronization
import TailraceModel

/// What became of a point of a sweep.
public enum PointOutcome: Sendable {
  case result(RunResult)
  /// There is no scenario: the mistakes in words.
  case invalid(String)
  /// A replication broke an invariant.
  case fault(Experiment.Fault)
}

/// Runs many experiments in one pool of work on all cores.
///
/// A piece of work is one replication, so that neither many short points nor one long point leaves
/// a core idle. Some points more than there are threads are open at a time: while the pilots of one
/// run, others go on, and memory does not grow with their number.
public struct PointPool: Sendable {
  /// Threads; they never change a result.
  public var jobs: Int

  public init(jobs: Int) { self.jobs = jobs }

  /// Runs points, each from its own experiment.
  ///
  /// - Parameters:
  ///   - points: numbers of the points, in the order in which they are begun.
  ///   - make: gives a point's experiment, or says why there is none; from any thread.
  ///   - shouldStop: polled by every thread; points that are not done then are dropped.
  ///   - finished: called for each point when it is done, one call at a time, in any order.
  public func run(
    _ points: [Int], make: @escaping @Sendable (Int) -> Result<Experiment, PointMistake>,
    shouldStop: @escaping @Sendable () -> Bool = { false },
    finished: @escaping @Sendable (_ point: Int, PointOutcome) -> Void
  ) {
    let desk = PointDesk(points, room: jobs + 1)
    let said = Mutex(())
    DispatchQueue.concurrentPerform(iterations: max(1, min(jobs, 1_024))) { _ in
      while let work = desk.take() {
        if shouldStop() {
          desk.stop()
          return
        }
        switch work {
        case .open(let place):
          switch make(points[place]) {
          case .success(let experiment): desk.open(place, experiment)
          case .failure(let mistake):
            said.withLock { _ in finished(points[place], .invalid(mistake.text)) }
            desk.close(place)
          }
        case .piece(let place, let point, let piece):
          guard
            let outcome = point.run(piece, shouldStop: shouldStop, more: { desk.add(place, $0) })
          else {
            if shouldStop() {
              desk.stop()
              return
            }
            continue
          }
          said.withLock { _ in finished(points[place], outcome) }
          desk.close(place)
        }
      }
    }
  }
}

/// Why a point has no experiment.
public struct PointMistake: Error, Sendable {
  public let text: String

  public init(_ text: String) { self.text = text }
}

/// Hands out pieces of work: of the earliest open point first.
private final class PointDesk: Sendable {
  enum Work {
    case open(Int)
    case piece(Int, OpenPoint, OpenPoint.Piece)
  }

  private struct State {
    var opened = 0
    var closed = 0
    var isStopped = false
    /// Points to be opened, and pieces of open ones, by the place of the point.
    var toOpen: [Int] = []
    var open: [(place: Int, point: OpenPoint, pieces: [OpenPoint.Piece])] = []
  }

  private let count: Int
  private let state: Mutex<State>
  /// As many as there is to take, and for each thread one at the end.
  private let signal = DispatchSemaphore(value: 0)

  init(_ points: [Int], room: Int) {
    count = points.count
    var first = State()
    first.opened = min(room, points.count)
    first.toOpen = Array(0..<first.opened)
    state = Mutex(first)
    for _ in 0..<max(1, first.opened) { signal.signal() }
  }

  /// The next piece; nil when all is done. Waits while others run what must come before.
  func take() -> Work? {
    signal.wait()
    let work = state.withLock { state -> Work? in
      if state.isStopped { return nil }
      for i in state.open.indices where !state.open[i].pieces.isEmpty {
        let piece = state.open[i].pieces.removeFirst()
        return .piece(state.open[i].place, state.open[i].point, piece)
      }
      return state.toOpen.isEmpty ? nil : .open(state.toOpen.removeFirst())
    }
    // Whoever finds nothing passes the word on.
    if work == nil { signal.signal() }
    return work
  }

  func open(_ place: Int, _ experiment: Experiment) {
    let point = OpenPoint(experiment)
    let pieces = point.firstPieces
    state.withLock { state in
      let at = state.open.firstIndex { $0.place > place } ?? state.open.endIndex
      state.open.insert((place, point, pieces), at: at)
    }
    for _ in pieces { signal.signal() }
  }

  func add(_ place: Int, _ pieces: [OpenPoint.Piece]) {
    state.withLock { state in
      guard let at = state.open.firstIndex(where: { $0.place == place }) else { return }
      state.open[at].pieces += pieces
    }
    for _ in pieces { signal.signal() }
  }

  /// A point is done: the next may be opened.
  func close(_ place: Int) {
    let isMore = state.withLock { state in
      state.open.removeAll { $0.place == place }
      state.closed += 1
      if state.opened < count {
        state.toOpen.append(state.opened)
        state.opened += 1
        return true
      }
      return state.closed == count
    }
    if isMore { signal.signal() }
  }

  /// Nothing more is handed out.
  func stop() {
    state.withLock { $0.isStopped = true }
    signal.signal()
  }
}

/// One experiment whose replications are run by several threads.
private final class OpenPoint: Sendable {
  enum Piece { case pilot(Int), replication(Int) }

  private struct State {
    var pilots: [Replication?]
    var warmUp: WarmUp
    var finished: Finished
    var done = 0
  }

  private let experiment: Experiment
  private let sharding: ShardFunctions
  private let state: Mutex<State>

  init(_ experiment: Experiment) {
    self.experiment = experiment
    sharding = ShardFunctions(of: experiment.topology)
    let pilots = experiment.warmUp == nil ? Experiment.pilots : 0
    state = Mutex(
      State(
        pilots: Array(repeating: nil, count: pilots), warmUp: WarmUp(start: experiment.warmUp ?? 0),
        finished: Finished(count: experiment.replications)))
  }

  /// What can be begun at once.
  var firstPieces: [Piece] {
    experiment.warmUp == nil ? (0..<Experiment.pilots).map(Piece.pilot) : replications
  }

  private var replications: [Piece] { (0..<experiment.replications).map(Piece.replication) }

  /// Runs one piece.
  ///
  /// - Returns: what became of the point, if this was its last piece.
  func run(
    _ piece: Piece, shouldStop: @escaping @Sendable () -> Bool, more: ([Piece]) -> Void
  ) -> PointOutcome? {
    switch piece {
    case .pilot(let number):
      let pilot = experiment.pilot(number, sharding, shouldStop: shouldStop)
      let isLast = state.withLock { state in
        state.pilots[number] = pilot
        let known = state.pilots.compactMap { $0 }
        guard known.count == state.pilots.count else { return false }
        state.warmUp = WarmUp(of: known, duration: experiment.duration)
        state.pilots = []
        return true
      }
      if isLast { more(replications) }
      return nil
    case .replication(let number):
      let warmUp = state.withLock { $0.warmUp }
      let replication = Replication.run(
        experiment.topology,
        experiment.settings(UInt64(number), window: warmUp.start..<experiment.duration),
        sharding: sharding, shouldStop: shouldStop)
      let all = state.withLock { state -> Finished? in
        state.finished.put(replication, at: number)
        state.done += 1
        return state.done == experiment.replications ? state.finished : nil
      }
      guard let finished = all, !shouldStop() else { return nil }
      do throws(Experiment.Fault) {
        try experiment.check(finished.prefix)
      } catch {
        return .fault(error)
      }
      return .result(
        experiment.concluded(
          finished.prefix, finished.series, warmUp, sharding, shouldStop))
    }
  }
}
