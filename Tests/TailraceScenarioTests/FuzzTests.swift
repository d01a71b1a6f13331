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
    var ran = 0
    var slowest = Duration.zero
    var peak = Self.peakMemory
    for number in 0..<count {
      let bytes = mutator.next()
      if let keep { try Data(bytes).write(to: keep) }
      let began = ContinuousClock.now
      if try check(bytes, number) { ran += 1 }
      let took = ContinuousClock.now - began
      slowest = max(slowest, took)
      let isBig = Self.peakMemory > peak + 500_000
      peak = max(peak, Self.peakMemory)
      if isBig || took >= .seconds(2) {
        let file = FileManager.default.temporaryDirectory
          .appending(path: "tailrace-mutant-\(seed)-\(number).jsonc")
        try Data(bytes).write(to: file)
        Issue.record("\(file.path()) took \(took), memory is at \(peak) kB")
      }
    }
    print("\(ran) of \(count) mutants ran; the slowest took \(slowest); \(peak) kB at most")
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
    case .rate(.sine(let mean, let amplitude, _)): mean * (1 + amplitude)
    case .modulated(let states): states.map(\.ratePerSecond).max() ?? 0
    case .batches(let arrivals, let size): Self.rate(arrivals) * (size.mean ?? 1)
    case .closed(let loop): Double(loop.clients) * 1e9 / max(loop.thinkTime.mean ?? 1, 1)
    }
  }

  /// The kilobytes the process had at most, as `/proc` says; 0 where there is none.
  private static var peakMemory: Int {
    let status = try? String(contentsOfFile: "/proc/self/status", encoding: .utf8)
    let line = status?.split(separator: "\n").first { $0.hasPrefix("VmHWM") }
    return line.flatMap { line in Int(line.filter(\.isNumber)) } ?? 0
  }
}
