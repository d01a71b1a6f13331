/// The shared, immutable tables of the ziggurat method: 256 layers each for two densities.
///
/// Two words, to be passed around by value; the memory lives as long as the process. Built once
/// with `PortableMath`, so equal everywhere. 12 KiB.
///
/// Layer i of a decreasing density f is the rectangle [0, x(i)] of height f(x(i+1)) - f(x(i)); all
/// have equal area, and layer 0 stands for the base with the tail beyond x(1).
@frozen
@safe
public struct ZigguratTables: @unchecked Sendable, BitwiseCopyable {
  /// Layers 0..<256 are those of the exponential density, 256..<512 those of the normal one.
  @usableFromInline let layers: UnsafePointer<ZigguratLayer>
  /// Densities f(x(i)) for i in 0...256, with f(0) = 1; the normal ones start at 257.
  @usableFromInline let heights: UnsafePointer<Double>

  /// The tables, built when first asked for.
  public static let shared = ZigguratTables()

  private init() {
    let layers = UnsafeMutablePointer<ZigguratLayer>.allocate(capacity: 512)
    let heights = UnsafeMutablePointer<Double>.allocate(capacity: 514)
    unsafe ZigguratShape.exponential.fill(layers: layers, heights: heights)
    unsafe ZigguratShape.normal.fill(layers: layers + 256, heights: heights + 257)
    unsafe self.layers = unsafe UnsafePointer(layers)
    unsafe self.heights = unsafe UnsafePointer(heights)
  }
}

/// One layer: a candidate is a random integer times `width`, and surely fits below `limit`.
@frozen
@usableFromInline
struct ZigguratLayer: BitwiseCopyable, Sendable {
  @usableFromInline let limit: UInt64
  @usableFromInline let width: Double

  @inlinable
  init(limit: UInt64, width: Double) {
    self.limit = limit
    self.width = width
  }
}
