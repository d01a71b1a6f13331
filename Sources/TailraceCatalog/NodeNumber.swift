extension Node {
  /// A number with the text it was written as.
  public struct Number: Sendable, Hashable {
    /// The number as it was written, such as `0x1F` or `1.50`.
    public let spelling: String
    /// The nearest double, ties to even.
    public let double: Double
    /// The exact value, if it is whole and fits 64 bits; `1e3` and `2.0` are whole.
    public let integer: Int64?

    /// Keeps a spelling with the values it stands for.
    public init(spelling: String, double: Double, integer: Int64?) {
      self.spelling = spelling
      self.double = double
      self.integer = integer
    }
  }
}
