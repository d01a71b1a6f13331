/// What a document may take; reaching a limit is a diagnostic that names it.
public struct JSON5Limits: Sendable, Hashable {
  /// The most bytes of a document.
  public var bytesMax: Int
  /// How deep brackets may stand in each other.
  public var depthMax: Int
  /// The most diagnostics; the last of them says that there are more.
  public var diagnosticsMax: Int
  /// The most characters of one number.
  public var numberLengthMax: Int

  /// Makes limits: 16 MiB, 64 levels, 100 diagnostics and 1,100 characters unless told otherwise.
  ///
  /// - Precondition: `depthMax` is from 1 to 256, because reading recurses.
  public init(
    bytesMax: Int = 16 << 20, depthMax: Int = 64, diagnosticsMax: Int = 100,
    numberLengthMax: Int = 1_100
  ) {
    precondition((1...256).contains(depthMax), "The depth is from 1 to 256")
    precondition(diagnosticsMax >= 2, "There is room for a mistake and a remark")
    self.bytesMax = bytesMax
    self.depthMax = depthMax
    self.diagnosticsMax = diagnosticsMax
    self.numberLengthMax = numberLengthMax
  }
}
