import TailraceEngine

@testable import TailraceModel

final class LFUTwin: TwinStore, QueueTwin {
  var queue = Order()
  var counts: [UInt64: Int] = [:]
  func use(_ key: UInt64) {
    counts[key]! += 1
    queue.renew(key)
  }
  func admit(_ key: UInt64, _ charge: Int) -> Bool {
    let known = counts[key]
    _ = enqueue(key, charge)
    counts[key] = (known ?? 0) + 1
    return true
  }
  func victim() -> UInt64? {
    // Of the rarest the oldest.
    let least = queue.keys.map { counts[$0]! }.min()!
    return queue.keys.last { counts[$0] == least }
  }
  func evict(_ key: UInt64) {
    let count = counts[key]!
    drop(key)
    if tuning.remembersCounts { counts[key] = count }
  }
  func forget(_ key: UInt64) {
    queue.take(key)
    counts[key] = nil
  }
  func clear() {
    clearQueue()
    counts = [:]
  }
}

/// The sketch with a plain integer for each counter.
struct SketchTwin {
  var counters: [[Int]] = []
  var size = 0
  var additions = 0

  mutating func grow(_ size: Int) {
    self.size = size
    counters = Array(repeating: Array(repeating: 0, count: size * 4), count: 4)
    additions = 0
  }

  /// Where a key's counter lies in each of the four rows.
  private func places(_ key: UInt64) -> [Int] {
    var random = KeyedRandom(state: key)
    let hash = random.next()
    // Each row has 32 counters in a block of eight words.
    let block = Int(hash % UInt64(size / 8))
    return (0..<4).map { row in block * 32 + Int(hash >> (32 + 5 * UInt64(row)) % 32) }
  }

  func frequency(_ key: UInt64) -> Int {
    zip(counters, places(key)).map { $0[$1] }.min()!
  }

  mutating func count(_ key: UInt64, halveAt most: Int) {
    let open = places(key).enumerated().filter { counters[$0][$1] < 15 }
    for (row, place) in open { counters[row][place] += 1 }
    if open.isEmpty { return }
    additions += 1
    if additions < most { return }
    let odd = counters.joined().count { $0 % 2 == 1 }
    counters = counters.map { $0.map { $0 / 2 } }
    additions = (additions - odd / 4) / 2
  }
}

final class WTinyLFUTwin: TwinStore, Twin {
  var window = Order()
  var probation = Order()
  var protected = Order()
  var sketch = SketchTwin()
  var shift = 0
  var step = 0.0
  var sample = (hits: 0, misses: 0, ratio: 0.0)

  private var entries: Int { isInBytes ? values.count : limit }
  private var share: Int { max(1, limit / 100) }
  private var windowMax: Int { max(1, share + shift) }
  private var protectedMax: Int { max(0, (limit - share) * 8 / 10 - shift) }

  /// The sketch starts anew when there are more entries than it is made for.
  private func fit() {
    if sketch.size > 0 && entries <= sketch.size { return }
    var size = isInBytes ? 64 : 8
    while size < entries { size *= 2 }
    sketch.grow(size)
  }
  private func count(_ key: UInt64) {
    fit()
    sketch.count(key, halveAt: 10 * (isInBytes ? sketch.size : limit))
  }

  func use(_ key: UInt64) {
    count(key)
    if window.renew(key) || protected.renew(key) { return }
    protected.push(key, probation.take(key)!)
    demote()
  }
  private func demote() {
    while protected.charge > protectedMax {
      let old = protected.last!
      probation.push(old, protected.take(old)!)
    }
  }

  func admit(_ key: UInt64, _ charge: Int) -> Bool {
    fit()
    if tuning.adaptsWindow { climb() }
    count(key)
    window.push(key, charge)
    values[key] = pending
    while window.charge > windowMax {
      let candidate = window.last!
      probation.push(candidate, window.take(candidate)!)
      while used > limit {
        let loser = duel(candidate)
        evict(loser)
        if loser == candidate { break }
      }
    }
    while used > limit { evict(probation.last ?? protected.last ?? window.last!) }
    return values[key] != nil
  }
  private func duel(_ candidate: UInt64) -> UInt64 {
    let others = probation.keys.filter { $0 != candidate }
    guard let victim = others.last ?? protected.last else { return candidate }
    let fame = sketch.frequency(candidate)
    if fame > sketch.frequency(victim) { return victim }
    return fame >= 6 && random.below(128) == 0 ? victim : candidate
  }

  private func climb() {
    let (hits, misses) = (self.hits - sample.hits, self.misses - sample.misses)
    if hits + misses < 10 * max(1, entries) { return }
    let ratio = Double(hits) / Double(hits + misses)
    let change = ratio - sample.ratio
    sample = (self.hits, self.misses, ratio)
    let whole = 0.0625 * Double(limit)
    if step == 0 { step = -whole }
    let amount = change >= 0 ? step : -step
    step = abs(change) >= 0.05 ? (amount < 0 ? -whole : whole) : 0.98 * amount
    // A step of less than one entry or byte is none.
    if Int(amount) > 0 {
      shift += min(Int(amount), protectedMax)
      demote()
      while let old = probation.last ?? protected.last, window.charge + charge(old) <= windowMax {
        window.push(old, probation.take(old) ?? protected.take(old)!)
      }
    } else {
      shift -= min(Int(-amount), windowMax - 1)
      while window.charge > windowMax {
        let old = window.last!
        probation.push(old, window.take(old)!)
      }
    }
  }

  func forget(_ key: UInt64) {
    window.take(key)
    probation.take(key)
    protected.take(key)
  }
  func clear() {
    values = [:]
    (window, probation, protected) = (Order(), Order(), Order())
    (shift, step, sample) = (0, 0, (hits, misses, 0))
    if sketch.size > 0 { sketch.grow(sketch.size) }
  }
}
