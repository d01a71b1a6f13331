import Foundation
import TailraceEngine

@testable import TailraceFit

/// The repository, found from this file's place.
enum Repository {
  static let root = URL(filePath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
  static let azure = root.appending(path: "scenarios/data/azure_llm_2023_code.csv").path()
}

/// Values drawn from one of the engine's laws.
func draws(_ law: some Law, _ count: Int, seed: UInt64) -> [Double] {
  var source = SequentialRandom(seed: seed)
  let tables = ZigguratTables.shared
  return (0..<count).map { _ in max(0, law.draw(from: &source, using: tables)) }
}

/// Times of a Poisson process in nanoseconds.
func poissonTimes(_ count: Int, perSecond rate: Double, seed: UInt64, from start: Int64 = 0)
  -> [Int64]
{
  var instant = Double(start)
  return draws(ExponentialLaw(mean: 1e9 / rate), count, seed: seed).map { gap in
    instant += gap
    return Int64(instant)
  }
}

/// Whether a number is another's, within a share of it.
func isClose(_ a: Double, _ b: Double, within share: Double) -> Bool {
  (a - b).magnitude <= share * b.magnitude
}

/// The text of a file of measurements, read.
func read(
  _ text: String, _ change: (inout MeasurementQuery) -> Void = { _ in }
) throws(MeasurementFailure) -> MeasuredInput {
  var query = MeasurementQuery()
  change(&query)
  return try MeasurementReader.read(.bytes(Array(text.utf8)), query)
}

/// What is wrong in a text: mistakes as `line:column: message`, a question or a file's failure.
func complaint(
  _ text: String, _ change: (inout MeasurementQuery) -> Void = { _ in }
) -> [String] {
  do throws(MeasurementFailure) {
    _ = try read(text, change)
    return []
  } catch {
    switch error {
    case .file(let reason): return ["file: \(reason)"]
    case .question(let message): return ["question: \(message)"]
    case .mistakes(let mistakes):
      return mistakes.map { "\($0.line):\($0.column): \($0.message)" }
    }
  }
}

/// A report on values.
func report(
  _ values: [Double], _ quantity: MeasuredQuantity = .duration(unit: 1_000_000),
  tolerance: Double = 0.1
) -> LawReport {
  LawReport(.values(values), in: quantity, tolerance: tolerance)
}
