/// What the command line asks for.
struct Options {
  /// Requests of each measured run; a hundredth of it for the scatter.
  var requests = 2_000_000
  /// Interleaved pairs of loop and model.
  var pairs = 7
  /// What the names of the rows to measure contain.
  var only = ""
  /// Short and long run of the memory check.
  var shortRun = 100_000
  var longRun = 10_000_000

  static let usage = """
    usage: tailrace-benchmark [--smoke] [--requests N] [--pairs N] [--only TEXT]

      --smoke       everything once or so, in seconds
      --requests N  requests of each measured run (default 2000000; the scatter runs N/100)
      --pairs N     interleaved pairs of loop and model, from 5 (default 7)
      --only TEXT   only rows whose names contain TEXT, such as "W1" or "on arrival"
    """

  /// - Returns: nil if the arguments make no sense.
  init?(_ arguments: [String]) {
    var rest = arguments[...]
    while let argument = rest.popFirst() {
      switch argument {
      case "--smoke":
        requests = 50_000
        pairs = 5
        shortRun = 10_000
        longRun = 100_000
      case "--requests":
        guard let value = rest.popFirst().flatMap({ Int($0) }), value >= 100 else { return nil }
        requests = value
      case "--pairs":
        guard let value = rest.popFirst().flatMap({ Int($0) }), value >= 5 else { return nil }
        pairs = value
      case "--only":
        guard let value = rest.popFirst() else { return nil }
        only = value
      default: return nil
      }
    }
  }
}
