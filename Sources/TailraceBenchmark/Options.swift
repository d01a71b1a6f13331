/// What the command line asks for.
struct Options {
  /// Requests of each measured run; a hundredth of it for the scatter.
  var requests = 1_000_000
  /// Interleaved pairs of loop and model.
  var pairs = 25
  /// What the names of the rows to measure contain.
  var only = ""
  /// Short and long run of the memory check.
  var shortRun = 100_000
  var longRun = 10_000_000
  /// Folder of the scenarios to measure.
  var scenarios = "scenarios"
  /// Visits of each round of a scenario, and how many rounds.
  var visits: Int { requests / 2 }
  var rounds = 5
  /// Whether to measure long runs and big worlds instead.
  var isLong = false
  /// Whether to measure eviction policies instead.
  var isCaches = false
  /// Whether to measure what mechanisms of resilience cost, and nothing else.
  var isMechanisms = false
  /// The longest of the long runs, in requests.
  var longest = 100_000_000
  /// The one model to run, if only that is wanted.
  var subject: Subject?
  var path = Path.onArrival

  static let usage = """
    usage: tailrace-benchmark [--smoke] [--requests N] [--pairs N] [--only TEXT] [--scenarios DIR]
           tailrace-benchmark --long [--requests N]
           tailrace-benchmark --caches [--requests N] [--only POLICY]
           tailrace-benchmark --mechanisms [--requests N] [--pairs N] [--only TEXT]
           tailrace-benchmark --run NAME [--requests N] [--path events|arrival]

      --smoke          everything once or so, in seconds
      --requests N     requests of each measured run (default 1000000; the scatter runs N/100,
                       scenarios N/2 visits); with --long, those of the longest (default 100000000)
      --pairs N        interleaved pairs of loop and model, from 5 (default 25; scenarios 5)
      --only TEXT      only rows whose names contain TEXT, such as "W1" or "on arrival"
      --scenarios DIR  folder of scenarios to measure (default scenarios)
      --long           long runs and big worlds instead: the cost of an event, and memory
      --caches         eviction policies instead: keys replayed through each by itself
      --mechanisms     mechanisms of resilience instead: each against the same scenario without
      --run NAME       runs one model only, such as "W1"; prints requests, events, ns, peak KiB
      --path PATH      with --run: departures as events, or on arrival (default) where legal
    """

  /// - Returns: nil if the arguments make no sense.
  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--smoke":
        requests = 50_000
        pairs = 5
        rounds = 1
        shortRun = 10_000
        longRun = 100_000
      case "--requests":
        guard let value = rest.popFirst().flatMap({ Int($0) }), value >= 100 else { return nil }
        requests = value
        longest = value
      case "--pairs":
        guard let value = rest.popFirst().flatMap({ Int($0) }), value >= 5 else { return nil }
        pairs = value
        rounds = min(value, 9)
      case "--only":
        guard let value = rest.popFirst() else { return nil }
        only = value
      case "--scenarios":
        guard let value = rest.popFirst() else { return nil }
        scenarios = value
      case "--long": isLong = true
      case "--caches": isCaches = true
      case "--mechanisms": isMechanisms = true
      case "--run":
        guard let name = rest.popFirst(),
          let found = Subject.all.first(where: { $0.name.hasPrefix(name) })
        else { return nil }
        subject = found
      case "--path":
        switch rest.popFirst() {
        case "events": path = .events
        case "arrival": path = .onArrival
        default: return nil
        }
      default: return nil
      }
    }
  }
}
