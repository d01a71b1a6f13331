/// A growing first-in-first-out ring of plain values, to be stood in a `Table` and freed by hand.
///
/// Capacity is a power of two; positions count up and are masked. Its owner calls `deallocate`.
@frozen @safe public struct Ring<Element: BitwiseCopyable>: BitwiseCopyable, @unchecked Sendable {
  @usableFromInline var items: UnsafeMutablePointer<Element>
  @usableFromInline var mask: Int
  @usableFromInline var head = 0
  @usableFromInline var tail = 0

  /// An empty ring with room for 16.
  @inlinable public init() {
    unsafe items = .allocate(capacity: 16)
    mask = 15
  }

  /// An empty ring that takes memory when first needed.
  @inlinable public init(lazily: Void) {
    unsafe items = .init(bitPattern: MemoryLayout<Element>.alignment).unsafelyUnwrapped
    mask = -1
  }

  /// Frees the memory; the ring must not be used again.
  @inlinable public func deallocate() { if mask >= 0 { unsafe items.deallocate() } }

  @inlinable @inline(__always) public var isEmpty: Bool { head == tail }
  @inlinable @inline(__always) public var count: Int { tail &- head }

  /// Whether the next element needs more memory.
  @inlinable @inline(__always) public var isFull: Bool { tail &- head > mask }

  /// The oldest element; the ring must not be empty.
  @inlinable @inline(__always) public var first: Element {
    precondition(head != tail)
    return unsafe items[head & mask]
  }

  @inlinable @inline(__always) public mutating func append(_ element: Element) {
    if tail &- head > mask { grow() }
    unsafe items[tail & mask] = element
    tail &+= 1
  }

  @inlinable @inline(__always) public mutating func removeFirst() {
    precondition(head != tail)
    head &+= 1
  }

  /// Removes what lies at or before `bound`; the elements must ascend.
  @inlinable @inline(__always) public mutating func drop(through bound: Element)
  where Element: Comparable {
    while head != tail, unsafe items[head & mask] <= bound { head &+= 1 }
  }

  @inlinable @inline(never) mutating func grow() {
    let capacity = max(16, (mask + 1) * 2)
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: capacity)
    let widened = capacity - 1
    for i in head..<tail { unsafe larger[i & widened] = items[i & mask] }
    deallocate()
    unsafe items = larger
    mask = widened
  }
}
