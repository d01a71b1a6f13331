/// Elementary functions from + - * / and square root alone: the same bits on every IEEE machine.
///
/// C libraries differ in the last bit, even on one machine, and one such bit changes a run. All
/// functions accept every Double, signed zeros, subnormals, infinities and NaN included, as C99
/// asks. Nothing is ever fused. Largest errors measured: see each function.
public enum PortableMath {
  /// The upper 33 bits of log 2: times a whole number below 2^20 it is exact.
  ///
  /// A computed property, for a stored one would be fetched through a call in other modules.
  @inlinable @inline(__always)
  static var ln2High: Double { 0x1.62e42feep-1 }

  /// The rest of log 2.
  @inlinable @inline(__always)
  static var ln2Low: Double { 0x1.a39ef35793c76p-33 }
}
