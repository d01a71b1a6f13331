import TailraceTables

/// Where measurements come from.
public enum MeasurementSource: Sendable {
  /// A regular file.
  case path(String)
  /// Bytes at hand, such as those of standard input.
  case bytes([UInt8])

  func open(sizeLimit: Int = InputFile.sizeLimit) throws(MeasurementFailure) -> InputFile {
    switch self {
    case .bytes(let bytes): return InputFile(bytes: bytes)
    case .path(let path):
      do throws(InputFile.Failure) {
        return try InputFile(path, sizeLimit: sizeLimit)
      } catch {
        throw .file(error.reason)
      }
    }
  }
}

/// Reads measurements of any of the forms; which one it is, the first bytes say.
public enum MeasurementReader {
  /// Bytes that are looked at to find the form.
  static let headMax = 1 << 16
  /// The largest file of buckets, percentiles or metrics: 16 MiB.
  public static let textMax = 1 << 24
  /// Most rows of a CSV file of values or requests: 10 million, 80 MB of memory.
  public static let rowsMax = 10_000_000
  /// Most mistakes of a file that are listed.
  public static let mistakesMax = 10

  /// Reads what a query asks for.
  public static func read(
    _ source: MeasurementSource, _ query: MeasurementQuery
  ) throws(MeasurementFailure) -> MeasuredInput {
    let head = try bytes(of: source, limit: headMax)
    if query.countColumn != nil, query.format ?? .values == .values {
      return try CountReader.read(source, query)
    }
    if query.groupColumn != nil, query.column == nil, query.timeColumn == nil {
      throw .question("'--by' tells rows apart: name what was measured, '--column' or '--time'")
    }
    let wantsRows = query.column != nil || query.timeColumn != nil || query.countColumn != nil
    let format = query.format ?? (wantsRows ? .values : FormatGuess.of(head))
    if wantsRows, format != .values {
      throw .question(
        "'--column' and '--time' are for rows of values; format \(format.rawValue) has none")
    }
    if query.metric != nil, format != .prometheus {
      throw .question("'--metric' is for format prometheus, and this is \(format.rawValue)")
    }
    switch format {
    case .values: return try ValueReader.read(source, query)
    case .buckets: return try BucketReader.read(try text(of: source), query)
    case .prometheus: return try PrometheusReader.read(try text(of: source), query)
    case .hdrhistogram: return try PercentileReader.read(try text(of: source), query)
    case .quantiles: return try QuantileReader.read(try text(of: source), query)
    }
  }

  private static func text(of source: MeasurementSource) throws(MeasurementFailure) -> [UInt8] {
    if case .bytes(let bytes) = source, bytes.count > textMax {
      throw .file("it has \(bytes.count) bytes; at most \(textMax)")
    }
    // Opened with a limit: a larger file is refused before it is read.
    let file = try source.open(sizeLimit: textMax)
    return try bytes(of: file, limit: textMax)
  }

  private static func bytes(
    of source: MeasurementSource, limit: Int
  ) throws(MeasurementFailure) -> [UInt8] {
    try bytes(of: source.open(), limit: limit)
  }

  private static func bytes(
    of file: consuming InputFile, limit: Int
  ) throws(MeasurementFailure) -> [UInt8] {
    var file = file
    var buffer = [UInt8](repeating: 0, count: min(limit, file.size))
    var end = 0
    do throws(InputFile.Failure) {
      while end < buffer.count {
        let count = try file.read(into: &buffer, from: end)
        if count == 0 { break }
        end += count
      }
    } catch {
      throw .file(error.reason)
    }
    return Array(buffer[..<end])
  }
}

/// The mistakes of a file as they are found.
struct MistakeList {
  private(set) var found: [TableMistake] = []
  var isFull: Bool { found.count >= MeasurementReader.mistakesMax }

  mutating func add(_ mistake: TableMistake) {
    if !isFull { found.append(mistake) }
    if isFull, found.count == MeasurementReader.mistakesMax {
      found.append(
        TableMistake(
          line: mistake.line + 1, column: 1,
          "what follows was not looked at, after \(MeasurementReader.mistakesMax) mistakes"))
    }
  }

  func check() throws(MeasurementFailure) {
    if !found.isEmpty { throw .mistakes(found) }
  }
}
