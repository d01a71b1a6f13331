// A loop over lanes by a changing index keeps the vector in memory and waits for it at each turn:
// written out, each lane stays in a register.
extension SIMD8 {
  /// The lanes that a function gives.
  @inlinable @inline(__always)
  public init(each lane: (Int) -> Scalar) {
    self.init(lane(0), lane(1), lane(2), lane(3), lane(4), lane(5), lane(6), lane(7))
  }

  /// Does something with each lane in order.
  @inlinable @inline(__always)
  public func forEach(_ body: (Int, Scalar) -> Void) {
    body(0, self[0])
    body(1, self[1])
    body(2, self[2])
    body(3, self[3])
    body(4, self[4])
    body(5, self[5])
    body(6, self[6])
    body(7, self[7])
  }
}
