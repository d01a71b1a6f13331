import TailraceEngine

/// The number of a request that has a row of a trace: a flag, the row's slot and the number proper.
///
/// So a frame needs no field for the row, and laws and classes find it from what they are given.
enum TracedNumber {
  static let flag: UInt64 = 1 << 63
  static let slotShift: UInt64 = 40
  /// Rows of which requests are in the system at one time.
  static let slotsMax = 1 << 23

  @inline(__always) static func of(_ number: UInt64, slot: Int32) -> UInt64 {
    flag | UInt64(UInt32(bitPattern: slot)) &<< slotShift | number & (1 &<< slotShift &- 1)
  }

  @inline(__always) static func hasRow(_ number: UInt64) -> Bool {
    Int64(bitPattern: number) < 0
  }

  @inline(__always) static func slot(_ number: UInt64) -> Int32 {
    Int32(truncatingIfNeeded: (number & ~flag) &>> slotShift)
  }

  /// The number proper, whatever the request.
  @inline(__always) static func plain(_ number: UInt64) -> UInt64 {
    hasRow(number) ? number & (1 &<< slotShift &- 1) : number
  }
}

/// Rows of traces whose requests are in the system: kept while something holds them.
///
/// Memory follows the requests in the system, not the length of the trace.
struct TraceRows: ~Copyable {
  /// Words from one slot to the next.
  let stride: Int
  private var words: Table<UInt64>
  /// How many hold the slot; a free slot's is the next free one, negative and 2 lower.
  private var holds: Table<Int32>
  private var free: Int32 = -1
  private var high: Int32 = 0

  init(stride: Int) {
    self.stride = stride
    words = Table(repeating: 0, count: 64 * stride)
    holds = Table(repeating: 0, count: 64)
  }

  /// A slot with a copy of a row, held once.
  mutating func add(_ row: borrowing Table<UInt64>, from first: Int, count: Int) -> Int32 {
    var slot = free
    if slot >= 0 {
      free = -holds[slot] &- 2
    } else {
      slot = high
      if Int(slot) == holds.count {
        precondition(holds.count < TracedNumber.slotsMax, "too many rows in the system")
        words.grow(to: words.count * 2, with: 0)
        holds.grow(to: holds.count * 2, with: 0)
      }
      high &+= 1
    }
    holds[slot] = 1
    for i in 0..<count { words[Int(slot) &* stride &+ i] = row[first &+ i] }
    return slot
  }

  @inline(__always) func hold(_ slot: Int32) { holds[slot] &+= 1 }

  @inline(__always) mutating func release(_ slot: Int32) {
    holds[slot] &-= 1
    if holds[slot] == 0 {
      holds[slot] = -free &- 2
      free = slot
    }
  }

  /// A word of the row of a request, which is in the system.
  @inline(__always) func word(_ number: UInt64, _ index: Int32) -> UInt64 {
    let slot = TracedNumber.slot(number)
    precondition(holds[slot] > 0, "the row of a request outlives it")
    return words[Int(slot) &* stride &+ Int(index)]
  }
}
