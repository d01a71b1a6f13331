import TailraceExperiment
import TailraceModel

/// The one closed loop of a run and where more clients stop adding throughput.
///
/// Asymptotic bounds (Muntz and Wong 1974): N* = X max x (think time + latency without queueing).
struct ClosedClients {
  let workload: WorkloadResult
  let clients: Double
  /// Mean time from an answer to the next request, in nanoseconds.
  let think: Double
  /// Answers per second.
  let throughput: Double

  /// Nil unless there is one workload, and it is closed.
  init?(_ facts: Facts) {
    guard facts.topology.workloads.count == 1, let workload = facts.result.workloads.first,
      case .closed(let loop) = facts.topology.workloads[0].arrivals,
      let think = loop.thinkTime.mean, let throughput = workload.goodput.value, throughput > 0,
      facts.errorsShare < 0.01, facts.topology.faults.isEmpty
    else { return nil }
    (self.workload, clients, self.think) = (workload, Double(loop.clients), think)
    self.throughput = throughput
  }

  /// Clients from which on the bottleneck and not they decide; nil without a latency.
  func knee(_ bottleneck: Bottleneck) -> Double? {
    guard let mean = workload.latencyMean.value, bottleneck.busy > 0 else { return nil }
    let queued = workload.breakdown.reduce(0.0) { sum, row in
      row.phase == Phase.queue.word ? sum + row.mean : sum
    }
    return throughput / bottleneck.busy * (think + mean - queued) / 1e9
  }
}
