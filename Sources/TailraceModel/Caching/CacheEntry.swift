extension Cache {
  /// What is stored under a key.
  public struct Value: BitwiseCopyable, Sendable, Equatable {
    /// Bytes; they count only where capacity is in bytes, and there at least as one.
    public var size: UInt64
    /// When it stops being fresh, in nanoseconds; `never` if it does not.
    public var expires: UInt64
    /// Until when it may be served stale; no later than `expires` means not at all.
    public var staleUntil: UInt64
    /// How long it took to fetch, in nanoseconds; what is refreshed early depends on it.
    public var cost: Float

    public init(
      size: UInt64 = 1, expires: UInt64 = Cache.never, staleUntil: UInt64 = 0, cost: Float = 0
    ) {
      self.size = size
      self.expires = expires
      self.staleUntil = staleUntil
      self.cost = cost
    }

    /// What is stored where nothing expires or has a size.
    static let plain = Value(size: 0)
  }

  /// What a lookup found.
  @frozen public enum Lookup: BitwiseCopyable, Sendable, Equatable {
    case miss
    /// The entry's row, valid until the cache changes.
    case hit(Int32)
    /// Expired, but it may still be served while it is fetched anew.
    case stale(Int32)
  }

  /// What policies know of a row.
  struct Link: BitwiseCopyable {
    /// Neighbours in the chain's circle; of a free row the next free one, of a sampled one its
    /// seat.
    var next: Int32 = -1
    var previous: Int32 = -1
    /// The policy's own word: a count, a bit, a bucket, a clock. At most 29 bits are used.
    var tag: UInt32 = 0

    static let noteBits: UInt32 = 29
    static let noteMask: UInt32 = (1 << noteBits) - 1

    /// The policy's own number, in 0..<2^29.
    var note: UInt32 {
      @inline(__always) get { tag & Self.noteMask }
      @inline(__always) set { tag = tag & ~Self.noteMask | newValue & Self.noteMask }
    }
    /// In which chain it stands: 0 to 4; 6 is no chain, and 7 a free row.
    var chain: Int {
      @inline(__always) get { Int(tag &>> Self.noteBits) }
      @inline(__always) set {
        tag = tag & Self.noteMask | UInt32(truncatingIfNeeded: newValue) &<< Self.noteBits
      }
    }
  }

  /// The first chain of ghosts: keys that are remembered after their entries have left.
  static let ghosts = 3
  static let noChain = 6
  static let free = 7

  /// A circle of entries: the last is the one before the first.
  struct Chain: BitwiseCopyable {
    var first: Int32 = -1
    var count: Int32 = 0
    /// Sum of the entries' charges: their number, or their bytes.
    var charge: Int64 = 0
  }
}
