/// A file that a document names, as it was when it was read.
public struct NamedFile: Hashable, Sendable {
  /// The path as the document writes it.
  public var path: String
  public var byteCount: Int
  /// SHA-256 of its bytes.
  public var sha256: [UInt8]

  public init(path: String, byteCount: Int, sha256: [UInt8]) {
    self.path = path
    self.byteCount = byteCount
    self.sha256 = sha256
  }
}

extension Reading {
  /// The place of a file that the document names.
  public func resolved(_ path: String) -> String {
    path.isEmpty || path.hasPrefix("/") || folder.isEmpty ? path : folder + "/" + path
  }
}
