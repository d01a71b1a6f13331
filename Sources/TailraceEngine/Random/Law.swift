/// A distribution of a real number, with its parameters prepared for drawing.
///
/// Laws are small trivial values. Draws may take any number of words from the source. The unit of
/// a draw is that of the parameters; nothing is rounded, and only normal and uniform laws can be negative.
public protocol Law: BitwiseCopyable, Sendable {
  /// Draws one value; `tables` is `ZigguratTables.shared`, kept at hand by the caller.
  func draw<Source: RandomSource>(
    from source: inout Source, using tables: ZigguratTables
  ) -> Double

  /// The exact mean and variance.
  var moments: LawMoments { get }
}
