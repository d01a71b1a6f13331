/// One of a replication's slowest answered requests.
public struct SlowRequest: Sendable, Equatable {
  public var name: RequestName
  /// In nanoseconds.
  public var latency: UInt64

  /// Whether it comes before another: slower first, then by workload and number.
  static func precedes(_ a: SlowRequest, _ b: SlowRequest) -> Bool {
    a.latency != b.latency ? a.latency > b.latency : a.name < b.name
  }
}

/// The slowest requests so far: a heap whose first is the one that leaves next.
///
/// The same ones stay in whatever order requests end.
struct SlowestRequests {
  /// Most requests.
  let most: Int
  /// The workload whose requests count; nil is any.
  private let workload: Int?
  private var heap: [SlowRequest] = []

  init(most: Int, workload: Int? = nil) {
    self.most = most
    self.workload = workload
  }

  /// The requests, the slowest first.
  var ordered: [SlowRequest] { heap.sorted(by: SlowRequest.precedes) }

  /// Adds an answered request; logarithmic time in `most`, constant for all that are not slow.
  mutating func add(_ name: RequestName, latency: UInt64) {
    if heap.count == most && latency < heap[0].latency { return }
    if let workload, workload != name.workload { return }
    let request = SlowRequest(name: name, latency: latency)
    if heap.count < most {
      heap.append(request)
      rise()
    } else if SlowRequest.precedes(request, heap[0]) {
      heap[0] = request
      sink()
    }
  }

  private mutating func rise() {
    var i = heap.count - 1
    while i > 0, SlowRequest.precedes(heap[(i - 1) / 2], heap[i]) {
      heap.swapAt(i, (i - 1) / 2)
      i = (i - 1) / 2
    }
  }

  private mutating func sink() {
    var i = 0
    while true {
      var last = i
      for child in [2 * i + 1, 2 * i + 2]
      where child < heap.count && SlowRequest.precedes(heap[last], heap[child]) {
        last = child
      }
      if last == i { return }
      heap.swapAt(i, last)
      i = last
    }
  }
}
