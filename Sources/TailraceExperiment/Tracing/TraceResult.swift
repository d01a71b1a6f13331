import TailraceModel

/// Which requests are followed.
public enum TraceChoice: Sendable, Equatable {
  /// So many of the slowest answered requests of the measured window; of one workload, or of all.
  case slowest(Int, workload: String?)
  /// Requests by workload and number.
  case named([Name])

  /// A request as the command line names it.
  public struct Name: Sendable, Equatable {
    public var workload: String
    public var number: UInt64

    public init(workload: String, number: UInt64) {
      self.workload = workload
      self.number = number
    }
  }
}

/// Requests of a run, followed step by step.
public struct TraceResult: Sendable {
  public var scenario: String
  public var variant: String
  public var seed: UInt64
  /// Start and end of the measured window, in nanoseconds.
  public var window: Range<UInt64>
  /// Replications among which the slowest were looked for; one where requests were named.
  public var replications: Range<Int>
  /// Answered requests among which the slowest were looked for; nil where requests were named.
  public var answered: UInt64?
  /// The slowest first, or in the order in which they were named.
  public var requests: [TracedRequest]
  public var names: TraceNames
}

/// One request of a replication.
public struct TracedRequest: Sendable {
  public var replication: Int
  public var workload: String
  /// Its number at its workload; `client-turn` in a closed loop.
  public var id: String
  /// The end of the replication's simulated time, in nanoseconds.
  public var runEnd: UInt64
  public var trace: RequestTrace
}

/// Why requests could not be followed.
public enum TraceFailure: Error, Sendable {
  /// A replication broke an invariant: the program is at fault.
  case fault(Experiment.Fault)
  case interrupted
  /// More was in flight than memory is made for.
  case overcrowded
  /// Nothing was answered, so nothing was slowest.
  case nothingAnswered
  /// More spans than `TraceFailure.spansMax`: those that there was room for, of so many requests
  /// begun, out of so many chosen.
  case tooManySpans(spans: Int, begun: Int, chosen: Int)
  /// A named request did not occur; with what did.
  case unknown(TraceChoice.Name, id: String, begun: UInt64, clients: UInt64, replication: Int)

  /// Most spans of all requests together: about half a gigabyte.
  public static let spansMax = 1_000_000
}
