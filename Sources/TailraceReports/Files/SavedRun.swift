import TailraceExperiment
import TailraceTables

#if canImport(FoundationEssentials)
  import FoundationEssentials
#else
  import Foundation
#endif

/// The numbers of a run as its output folder keeps them: `manifest.json` and `summary.csv`.
public struct SavedRun: Sendable {
  public var scenario: String
  public var variant: String
  public var seed: UInt64
  public var replications: Int
  /// Start of the measured window, in seconds.
  public var warmUp: Double
  /// Whether it was cut short.
  public var isPartial: Bool
  /// Workloads whose arrivals wait for no answer.
  public var openLoops: Set<String>
  public var measures: [Measure]

  /// Why a folder could not be read, with its place in a file.
  public struct Mistake: Error, Sendable {
    public let text: String

    public init(text: String) { self.text = text }
  }

  /// Reads what `run -o` wrote into a folder, from the bytes of its manifest and its `summary.csv`.
  public init(folder: String, manifest: [UInt8]) throws(Mistake) {
    let head: Head
    do {
      head = try JSONDecoder().decode(Head.self, from: Data(manifest))
    } catch {
      throw Mistake(text: "\(folder)/\(Manifest.fileName): not the manifest of one run")
    }
    if let mistake = Manifest.mistake(
      tool: head.tool, schemaVersion: Double(head.schemaVersion))
    {
      throw Mistake(text: "\(folder)/\(Manifest.fileName): \(mistake)")
    }
    scenario = head.scenario
    variant = head.variant
    seed = head.seed
    replications = head.replications
    warmUp = head.warmUp
    isPartial = head.partial
    openLoops = Set(
      (head.resolvedScenario?.workloads ?? [:]).filter { $0.value.closed == nil }.keys)
    let path = folder + "/summary.csv"
    do throws(TableMistake) {
      measures = try Self.measures(path)
    } catch {
      throw Mistake(text: "\(path):\(error.line):\(error.column): \(error.message)")
    }
  }

  private struct Head: Decodable {
    let tool: String
    let schemaVersion: Int
    let scenario: String
    let variant: String
    let seed: UInt64
    let replications: Int
    let warmUp: Double
    let partial: Bool
    let resolvedScenario: Resolved?

    struct Resolved: Decodable {
      let workloads: [String: Workload]?
    }

    struct Workload: Decodable {
      let closed: Closed?
    }

    /// Whatever it says: that it is there is all that matters.
    struct Closed: Decodable {
      init(from decoder: any Decoder) {}
    }

    enum CodingKeys: String, CodingKey {
      case tool, scenario, variant, seed, replications, partial
      case schemaVersion = "schema_version"
      case warmUp = "warm_up_s"
      case resolvedScenario = "resolved_scenario"
    }
  }

  private static let columns = [
    "replication", "entity_kind", "entity", "metric", "statistic", "unit", "value", "ci95_high",
  ]

  private static func measures(_ path: String) throws(TableMistake) -> [Measure] {
    let file: InputFile
    do throws(InputFile.Failure) {
      file = try InputFile(path, sizeLimit: 1 << 28)
    } catch {
      throw TableMistake(line: 1, column: 1, error.reason, isFatal: true)
    }
    let reader = CSVReader(file, CSVFormat())
    try reader.open()
    var places: [Int] = []
    for name in columns {
      guard let place = reader.columns.firstIndex(of: name) else {
        throw TableMistake(line: 1, column: 1, "there is no column '\(name)'", isFatal: true)
      }
      places.append(place)
    }
    var order: [Measure.Name] = []
    var found:
      [Measure.Name: (unit: Measure.Unit, merged: Double?, high: Double?, own: [Double?])] =
        [:]
    while try reader.next() {
      let cells = places.map { reader.text(of: reader.fields[$0]) ?? "" }
      guard let statistic = Measure.Statistic(word: cells[4]),
        let unit = Measure.Unit(rawValue: cells[5])
      else { continue }
      // Sums over replications are no estimates.
      if statistic == .count || statistic == .max { continue }
      let name = Measure.Name(cells[1], cells[2], cells[3], statistic)
      let scale = unit == .time ? 1e6 : 1
      let value = Double(cells[6]).map { $0 * scale }
      if cells[0].isEmpty {
        if found[name] == nil { order.append(name) }
        found[name] = (unit, value, Double(cells[7]).map { $0 * scale }, [])
      } else {
        found[name]?.own.append(value)
      }
    }
    return order.compactMap { name in
      guard let row = found[name] else { return nil }
      let width = row.high.flatMap { high in row.merged.map { high - $0 } }
      return Measure(
        name, row.unit,
        .estimate(Estimate(value: row.merged, halfWidth: width, perReplication: row.own)))
    }
  }
}
