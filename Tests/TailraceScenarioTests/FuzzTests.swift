import Foundation
import Tailrace
import TailraceModel
import Testing

@testable import TailraceScenario

/// Broken scenarios must be refused or run: never crash, hang or take all memory.
///
/// `TAILRACE_FUZZ=100000` makes that many mutants, `TAILRACE_FUZZ_SEED` other ones. The mutant at
/// hand lies in `TAILRACE_FUZZ_FILE`, if that is set, for the case that the process dies.
@Suite(.serialized) struct FuzzTests {
  @Test func mutantsAreRefusedOrRun() throws {
    let settings = ProcessInfo.processInfo.environment
    let count = settings["TAILRACE_FUZZ"].flatMap(Int.init) ?? 1_000
    let seed = settings["TAILRACE_FUZZ_SEED"].flatMap(UInt64.init) ?? 1
    let keep = settings["TAILRACE_FUZZ_FILE"].map { URL(filePath: $0) }
    print("fuzzing \(count) mutants of seed \(seed)")
    let files = try Corpus.files(in: Corpus.bundled) + Corpus.files(in: Corpus.bad)
    var seeds = try files.map(Corpus.bytes).filter { $0.count < 20_000 }
    // The bundled ones are worth more than the refused.
    for file in try Corpus.files(in: Corpus.bundled) {
      seeds += Array(repeating: try Corpus.bytes(file), count: 40)
    }
    var mutator = Mutator(seeds: seeds, random: Generator(state: seed))
    let watchdog = Watchdog(seed: seed)
    defer { watchdog.stop() }
    var ran = 0
    var slowest = 0.0
    var peak = 0
    var heaviest = 0
    for number in 0..<count {
      let bytes = mutator.next()
      if let keep { try Data(bytes).write(to: keep) }
      Memory.forgetPeak()
      // What other tests hold is none of its business.
      let before = Memory.peak
      let began = Watchdog.threadTime
      watchdog.watch(number, bytes)
      if try check(bytes, number) { ran += 1 }
      let took = Watchdog.threadTime - began
      let memory = Memory.peak - before
      slowest = max(slowest, took)
      if memory > peak { (peak, heaviest) = (memory, number) }
      if memory > 500_000 || took >= Watchdog.secondsMax {
        let file = try Watchdog.keep(bytes, seed: seed, number: number)
        Issue.record("\(file) took \(took) s and \(memory) kB")
      }
    }
    print(
      "\(ran) of \(count) mutants of seed \(seed) ran; the slowest took \(slowest) s; "
        + "\(peak) kB at most (mutant \(heaviest))")
    #expect(ran * 20 > count, "hardly a mutant runs: the fuzzer has lost its teeth")
  }

  /// Loads a mutant, and runs its first variant where it is valid.
  private func check(_ bytes: [UInt8], _ number: Int) throws -> Bool {
    do throws(Scenario.Invalid) {
      let scenario = try Scenario.load(
        SourceText(name: "mutant.jsonc", bytes: bytes), folder: Corpus.bundled.path())
      guard let variant = scenario.variants.first else { return false }
      let result = Self.run(variant)
      #expect(result.violations == [], "mutant \(number)")
      return true
    } catch {
      let text = DiagnosticRenderer().render(error.diagnostics, name: "mutant.jsonc")
      #expect(text.contains("Nothing was run."), "mutant \(number)")
      return false
    }
  }

  /// One replication of at most 100,000 events and about 1,000,000 calls.
  ///
  /// `eventsMax` alone does not bound it: arrivals that cause no event are not counted.
  private static func run(_ variant: Scenario.Variant) -> Replication {
    let rate = variant.topology.workloads.reduce(0.0) { $0 + Self.rate($1.arrivals) }
    let graph = CallGraph(variant.topology)
    let calls = variant.topology.workloads.map { graph.cost(of: $0.steps).calls }.max() ?? 0
    let end = min(Double(variant.duration), 0x1p51, 1e15 / max(rate, 1e-9) / (10 + calls))
    let start = min(variant.warmUp ?? 0, UInt64(end) / 2)
    var settings = Replication.Settings(
      seed: variant.seed, number: 0, window: start..<max(start + 1, UInt64(end)))
    settings.eventsMax = 100_000
    return Replication.run(variant.topology, settings)
  }

  private static func rate(_ arrivals: ArrivalSpec) -> Double {
    switch arrivals {
    case .poisson(let rate), .constant(let rate): rate
    case .renewal(let interval): 1e9 / max(interval.mean ?? 1, 1)
    case .instants: 0
    case .trace(let trace): trace.ratePerSecond
    case .rate(.points(let points)): points.map(\.ratePerSecond).max() ?? 0
    case .rate(.pulses(let base, let peak, _, _, _)): max(base, peak)
    case .rate(.sine(let mean, let amplitude, _)): mean * (1 + amplitude)
    case .modulated(let states): states.map(\.ratePerSecond).max() ?? 0
    case .batches(let arrivals, let size): Self.rate(arrivals) * (size.mean ?? 1)
    case .closed(let loop): Double(loop.clients) * 1e9 / max(loop.thinkTime.mean ?? 1, 1)
    }
  }
}
