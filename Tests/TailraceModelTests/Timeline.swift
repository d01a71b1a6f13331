import TailraceEngine
import TailraceStatistics
import Testing

@testable import TailraceModel

/// Runs a service on hand-made arrivals and compares when requests leave with a picture.
///
/// One column is one tick; letters are requests in order of arrival, `.` is nothing. A request that
/// fails leaves in upper case. Several requests at one tick stand in further `arrive` or `leave`
/// lines.
struct Timeline {
  static let tick: UInt64 = 1_000_000

  var topology: Topology
  var picture: String

  /// A workload whose requests arrive as the picture shows and run `steps`.
  init(
    _ services: [ServiceSpec], steps: [StepSpec], keys: [CarriedKeys] = [], _ picture: String
  ) {
    self.picture = picture
    var instants: [UInt64] = []
    for line in Self.lines("arrive", picture) {
      for (column, letter) in line.enumerated() where letter != "." {
        instants.append(UInt64(column) * Self.tick)
      }
    }
    var workload = WorkloadSpec(
      name: "client", arrivals: .instants(instants.sorted()), steps: steps)
    workload.keys = keys
    topology = Topology(workloads: [workload], services: services)
  }

  static func lines(_ label: String, _ picture: String) -> [String] {
    var found: [String] = []
    for line in picture.split(separator: "\n") {
      let words = line.split(separator: " ").map(String.init)
      if words.count == 2 && words[0] == label { found.append(words[1]) }
    }
    return found
  }

  /// Columns at which each letter stands under a label.
  func columns(_ label: String) -> [Character: Int] {
    var found: [Character: Int] = [:]
    for line in Self.lines(label, picture) {
      for (column, letter) in line.enumerated() where letter != "." { found[letter] = column }
    }
    return found
  }

  func run() -> Replication {
    var settings = Replication.Settings(seed: 1, number: 0, window: 0..<(1_000_000 * Self.tick))
    settings.keepsRequests = true
    return Replication.run(topology, settings)
  }
}

/// Compares a run with its picture.
@discardableResult
func expectTimeline(
  _ services: [ServiceSpec], steps: [StepSpec], keys: [CarriedKeys] = [],
  faults: [FaultSpec] = [], links: [LinkSpec] = [], limits: [RateLimitSpec] = [],
  pools: [PoolSpec] = [],
  sourceLocation: SourceLocation = #_sourceLocation, _ picture: () -> String
) -> Replication {
  var timeline = Timeline(services, steps: steps, keys: keys, picture())
  timeline.topology.faults = faults
  timeline.topology.links = links
  timeline.topology.rateLimits = limits
  timeline.topology.pools = pools
  return expect(timeline, sourceLocation: sourceLocation)
}

/// Compares the run of a timeline with its picture.
@discardableResult
func expect(
  _ timeline: Timeline, sourceLocation: SourceLocation = #_sourceLocation
) -> Replication {
  let run = timeline.run()
  #expect(run.violations.isEmpty, sourceLocation: sourceLocation)
  var left: [Character: Int] = [:]
  for request in run.requests {
    let letter = Character(UnicodeScalar(UInt8(ascii: "a") + UInt8(request.number)))
    let shown = request.outcome.isAnswered ? letter : Character(letter.uppercased())
    left[shown] = Int(request.ended / Timeline.tick)
    #expect(request.ended % Timeline.tick == 0, sourceLocation: sourceLocation)
  }
  #expect(left == timeline.columns("leave"), sourceLocation: sourceLocation)
  return run
}

extension LawSpec {
  static func ticks(_ n: UInt64) -> LawSpec { .constant(Double(n * Timeline.tick)) }
  static func ticks(_ each: [UInt64]) -> LawSpec { .sequence(each.map { $0 * Timeline.tick }) }
}

extension StepSpec {
  static func work(_ law: LawSpec) -> StepSpec { StepSpec(.work(law)) }
  static func wait(_ law: LawSpec) -> StepSpec { StepSpec(.wait(law)) }
  static func call(_ service: String, timeout: UInt64? = nil) -> StepSpec {
    var call = CallSpec(service)
    call.timeout = timeout.map { $0 * Timeline.tick }
    return StepSpec(.call(call))
  }
  static func scatter(_ service: String, _ target: ScatterTarget, _ join: Join = Join()) -> StepSpec
  {
    StepSpec(.scatter(CallSpec(service), target, join))
  }
  static func parallel(_ lists: [[StepSpec]], _ join: Join = Join()) -> StepSpec {
    StepSpec(.parallel(lists, join))
  }
  func onError(_ rule: ErrorRule) -> StepSpec {
    var copy = self
    copy.onError = rule
    return copy
  }
}

extension Join {
  static func need(_ need: Need, deadline: UInt64? = nil) -> Join {
    var join = Join()
    join.need = need
    join.deadline = deadline.map { $0 * Timeline.tick }
    return join
  }
}
