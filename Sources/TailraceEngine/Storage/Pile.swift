/// A growing list of plain values, to be stood in a `Table` and freed by hand.
///
/// Its owner calls `deallocate`; a removal fills the hole with the last element. An empty pile
/// that was never used takes no memory of its own: there may be a million of them.
@frozen @safe public struct Pile<Element: BitwiseCopyable>: BitwiseCopyable, @unchecked Sendable {
  @usableFromInline var items: UnsafeMutablePointer<Element>?
  @usableFromInline var capacity = 0
  public private(set) var count = 0

  /// An empty pile.
  @inlinable public init() { unsafe items = nil }

  /// Frees the memory; the pile must not be used again.
  @inlinable public func deallocate() { unsafe items?.deallocate() }

  @inlinable @inline(__always) public var isEmpty: Bool { count == 0 }

  /// The element at a checked index.
  @inlinable public subscript(_ i: Int) -> Element {
    @inline(__always) get {
      precondition(UInt(bitPattern: i) < UInt(bitPattern: count))
      return unsafe items.unsafelyUnwrapped[i]
    }
    @inline(__always) nonmutating set {
      precondition(UInt(bitPattern: i) < UInt(bitPattern: count))
      unsafe items.unsafelyUnwrapped[i] = newValue
    }
  }

  public mutating func append(_ element: Element) {
    if count == capacity { grow() }
    unsafe items.unsafelyUnwrapped[count] = element
    count &+= 1
  }

  /// Removes the last element; the pile must not be empty.
  public mutating func removeLast() {
    precondition(count > 0)
    count &-= 1
  }

  @inline(never) private mutating func grow() {
    let room = max(16, capacity * 2)
    let larger = UnsafeMutablePointer<Element>.allocate(capacity: room)
    if let items = unsafe items {
      unsafe larger.update(from: items, count: count)
      unsafe items.deallocate()
    }
    unsafe items = larger
    capacity = room
  }
}
