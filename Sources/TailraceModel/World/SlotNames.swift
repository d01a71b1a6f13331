/// Which of a replica's slots each visit has: always the lowest that is free.
///
/// The machine itself only counts slots; names are given while requests are followed, so that a
/// picture can have a line for each.
struct SlotNames {
  /// By station, how many have ever been used together, and a heap of those free again.
  private var used: [Int32]
  private var free: [[Int32]]
  /// By frame.
  private var slotOf: [Int32] = []

  init(stations: Int) {
    used = Array(repeating: 0, count: stations)
    free = Array(repeating: [], count: stations)
  }

  /// A frame takes a slot; logarithmic time.
  mutating func take(_ s: Int, by f: Int32) -> Int32 {
    var slot = used[s]
    if free[s].isEmpty {
      used[s] += 1
    } else {
      slot = free[s][0]
      let last = free[s].removeLast()
      if !free[s].isEmpty {
        free[s][0] = last
        sink(s)
      }
    }
    while slotOf.count <= Int(f) { slotOf.append(-1) }
    slotOf[Int(f)] = slot
    return slot
  }

  /// A frame gives its slot back.
  mutating func giveBack(_ s: Int, by f: Int32) {
    guard Int(f) < slotOf.count, slotOf[Int(f)] >= 0 else { return }
    free[s].append(slotOf[Int(f)])
    slotOf[Int(f)] = -1
    var i = free[s].count - 1
    while i > 0 && free[s][i] < free[s][(i - 1) / 2] {
      free[s].swapAt(i, (i - 1) / 2)
      i = (i - 1) / 2
    }
  }

  private mutating func sink(_ s: Int) {
    var i = 0
    while true {
      var least = i
      for child in [2 * i + 1, 2 * i + 2]
      where child < free[s].count && free[s][child] < free[s][least] {
        least = child
      }
      if least == i { return }
      free[s].swapAt(i, least)
      i = least
    }
  }
}
