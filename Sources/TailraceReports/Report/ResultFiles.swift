import TailraceTables

/// The files of one folder of results, by name: all that a report is made of.
///
/// A report of a run that has just ended and one of its folder a year later are made from the same
/// bytes, and so are the same.
public struct ResultFiles {
  /// Why a folder gives no report.
  public struct Mistake: Error, Sendable {
    public let text: String

    /// A mistake in words, as part of a sentence after the folder's name.
    public init(_ text: String) { self.text = text }
  }

  private let contents: [String: [UInt8]]
  /// The manifest but for its list of files.
  let manifest: JSONTree
  /// `summary.json`.
  let summary: JSONTree
  private let tables: [String: DataTable]

  /// The files of a set, `manifest.json` among them.
  public init(_ files: [ReportFile]) throws(Mistake) {
    contents = Dictionary(
      files.map { ($0.name, $0.contents) }, uniquingKeysWith: { first, _ in first })
    guard let head = contents[Manifest.fileName] else {
      throw Mistake("there is no \(Manifest.fileName)")
    }
    manifest = try Self.tree(head, Manifest.fileName)
    if let mistake = Manifest.mistake(
      tool: manifest["tool"].string, schemaVersion: manifest["schema_version"].number)
    {
      throw Mistake("\(Manifest.fileName): \(mistake)")
    }
    guard let summary = contents["summary.json"] else {
      throw Mistake("there is no summary.json")
    }
    self.summary = try Self.tree(summary, "summary.json")
    var tables: [String: DataTable] = [:]
    for file in files where file.name.hasSuffix(".csv") {
      do throws(TableMistake) {
        tables[file.name] = try DataTable(file.contents)
      } catch {
        throw Mistake("\(file.name):\(error.line):\(error.column): \(error.message)")
      }
    }
    self.tables = tables
  }

  private static func tree(_ bytes: [UInt8], _ name: String) throws(Mistake) -> JSONTree {
    do {
      return try JSONTree(parsing: String(decoding: bytes, as: UTF8.self))
    } catch {
      throw Mistake("\(name) is not JSON")
    }
  }

  /// The names of a manifest's files that a report is made from.
  ///
  /// - Parameter manifest: the bytes of `manifest.json`.
  /// - Returns: names without folders, the report's own left out.
  /// - Throws: `Mistake` where it is not a manifest.
  public static func names(in manifest: [UInt8]) throws(Mistake) -> [String] {
    let tree = try tree(manifest, Manifest.fileName)
    guard case .list(let files) = tree["files"] else {
      throw Mistake("\(Manifest.fileName) names no files")
    }
    return files.compactMap { $0["name"].string }.filter {
      $0 != ReportFile.reportName && !$0.contains("/")
    }
  }

  /// The files that are not those of which the manifest speaks.
  public var changed: [String] {
    manifest["files"].list.compactMap { file in
      guard let name = file["name"].string, let bytes = contents[name] else { return nil }
      return HexText.of(SHA256.hash(bytes)) == file["sha256"].string ? nil : name
    }
  }

  /// A CSV file; empty where the set has none of that name.
  func table(_ name: String) -> DataTable { tables[name] ?? DataTable() }

  /// A file's text; nil where the set has none of that name.
  func text(_ name: String) -> String? {
    contents[name].map { String(decoding: $0, as: UTF8.self) }
  }
}

extension JSONTree {
  /// A member; null where there is none.
  subscript(_ name: String) -> JSONTree {
    if case .object(let members) = self { members[name] ?? .null } else { .null }
  }

  /// The elements; none where it is no list.
  var list: [JSONTree] { if case .list(let elements) = self { elements } else { [] } }

  /// The number; nil where it is none.
  var number: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .natural(let value): Double(value)
    case .number(let value): value
    default: nil
    }
  }

  /// The text; nil where it is none.
  var string: String? { if case .text(let value) = self { value } else { nil } }

  /// Whether it is the Boolean true.
  var isTrue: Bool { self == .boolean(true) }

  /// Members in the order of their names; none where it is no object.
  var members: [(name: String, value: JSONTree)] {
    guard case .object(let members) = self else { return [] }
    return members.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }

  /// As a count with its thousands set apart.
  var count: String {
    number.map { DecimalText.fixed($0, decimals: 0, grouped: true) } ?? DecimalText.missing
  }
}
