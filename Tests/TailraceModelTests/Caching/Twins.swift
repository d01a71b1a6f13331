@testable import TailraceModel

/// One queue; `victim` says who of it goes.
protocol QueueTwin: Twin {
  var queue: Order { get set }
  func victim() -> UInt64?
}

extension QueueTwin {
  func victim() -> UInt64? { queue.last }
  func admit(_ key: UInt64, _ charge: Int) -> Bool { enqueue(key, charge) }
  func enqueue(_ key: UInt64, _ charge: Int) -> Bool {
    while used + charge > limit {
      guard let victim = victim() else { return false }
      evict(victim)
    }
    queue.push(key, charge)
    return true
  }
  func forget(_ key: UInt64) { queue.take(key) }
  func clear() { clearQueue() }
  func clearQueue() {
    values = [:]
    queue = Order()
  }
}

final class FIFOTwin: TwinStore, QueueTwin {
  var queue = Order()
}

final class LRUTwin: TwinStore, QueueTwin {
  var queue = Order()
  func use(_ key: UInt64) { queue.renew(key) }
}

final class CLOCKTwin: TwinStore, QueueTwin {
  var queue = Order()
  var counts: [UInt64: Int] = [:]
  func use(_ key: UInt64) {
    counts[key] = min(Int(tuning.clockMax), counts[key, default: 0] + 1)
  }
  func victim() -> UInt64? {
    while let key = queue.last, counts[key, default: 0] > 0 {
      counts[key]! -= 1
      queue.renew(key)
    }
    return queue.last
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

final class SIEVETwin: TwinStore, QueueTwin {
  var queue = Order()
  var visited: Set<UInt64> = []
  /// Where the hand stands: a key, or nil beyond the head.
  var hand: UInt64?
  func use(_ key: UInt64) { visited.insert(key) }
  private func next(_ key: UInt64) -> UInt64? {
    let i = queue.keys.firstIndex(of: key)!
    return i == 0 ? nil : queue.keys[i - 1]
  }
  func victim() -> UInt64? {
    while true {
      let key = hand ?? queue.last!
      hand = key
      if visited.remove(key) == nil { return key }
      hand = next(key)
    }
  }
  func forget(_ key: UInt64) {
    if hand == key { hand = next(key) }
    queue.take(key)
    visited.remove(key)
  }
  func clear() {
    clearQueue()
    visited = []
    hand = nil
  }
}

final class SLRUTwin: TwinStore, Twin {
  var probation = Order()
  var protected = Order()
  func use(_ key: UInt64) {
    if protected.renew(key) { return }
    protected.push(key, probation.take(key)!)
    while protected.charge > limit * 8 / 10 {
      let oldest = protected.last!
      probation.push(oldest, protected.take(oldest)!)
    }
  }
  func admit(_ key: UInt64, _ charge: Int) -> Bool {
    while used + charge > limit { evict(probation.last ?? protected.last!) }
    probation.push(key, charge)
    return true
  }
  func forget(_ key: UInt64) {
    probation.take(key)
    protected.take(key)
  }
  func clear() {
    values = [:]
    probation = Order()
    protected = Order()
  }
}

final class TwoQTwin: TwinStore, Twin {
  var a1in = Order()
  var a1out = Order()
  var am = Order()
  func use(_ key: UInt64) { am.renew(key) }
  func admit(_ key: UInt64, _ charge: Int) -> Bool {
    let isKnown = a1out.take(key) != nil
    while used + charge > limit {
      if let oldest = am.last, a1in.charge <= max(1, limit / 4) {
        evict(oldest)
      } else {
        let oldest = a1in.last!
        let charge = self.charge(oldest)
        evict(oldest)
        a1out.push(oldest, charge)
        a1out.trim(to: max(1, limit / 2))
      }
    }
    if isKnown { am.push(key, charge) } else { a1in.push(key, charge) }
    return true
  }
  func forget(_ key: UInt64) {
    a1in.take(key)
    am.take(key)
  }
  func clear() {
    values = [:]
    (a1in, a1out, am) = (Order(), Order(), Order())
  }
}

final class ARCTwin: TwinStore, Twin {
  var t1 = Order()
  var t2 = Order()
  var b1 = Order()
  var b2 = Order()
  var p = 0.0
  func use(_ key: UInt64) {
    let charge = t1.take(key) ?? t2.take(key)!
    t2.push(key, charge)
  }
  func admit(_ key: UInt64, _ charge: Int) -> Bool {
    let (one, two) = (Double(b1.charge), Double(b2.charge))
    if b1.take(key) != nil {
      p = min(Double(limit), p + max(1, two / one) * Double(charge))
      replace(until: charge, isInB2: false)
      t2.push(key, charge)
    } else if b2.take(key) != nil {
      p = max(0, p - max(1, one / two) * Double(charge))
      replace(until: charge, isInB2: true)
      t2.push(key, charge)
    } else {
      while t1.charge + b1.charge + charge > limit {
        if let ghost = b1.last { b1.take(ghost) } else { evict(t1.last!) }
      }
      while used + b1.charge + b2.charge + charge > 2 * limit, let ghost = b2.last {
        b2.take(ghost)
      }
      replace(until: charge, isInB2: false)
      t1.push(key, charge)
    }
    return true
  }
  private func replace(until charge: Int, isInB2: Bool) {
    while used + charge > limit {
      let size = Double(t1.charge)
      if let old = t1.last, size > p || isInB2 && size == p || t2.last == nil {
        let charge = self.charge(old)
        evict(old)
        b1.push(old, charge)
      } else {
        let old = t2.last!
        let charge = self.charge(old)
        evict(old)
        b2.push(old, charge)
      }
    }
  }
  func forget(_ key: UInt64) {
    t1.take(key)
    t2.take(key)
  }
  func clear() {
    values = [:]
    (t1, t2, b1, b2) = (Order(), Order(), Order(), Order())
    p = 0
  }
}

final class S3FIFOTwin: TwinStore, Twin {
  var small = Order()
  var main = Order()
  var ghosts = Order()
  var counts: [UInt64: Int] = [:]
  var mainMax: Int { limit - max(1, limit / 10) }
  func use(_ key: UInt64) { counts[key] = min(3, counts[key, default: 0] + 1) }
  func admit(_ key: UInt64, _ charge: Int) -> Bool {
    let isKnown = ghosts.take(key) != nil
    while used + charge > limit {
      if main.charge > mainMax || small.last == nil || !evictFromSmall() { evictFromMain() }
    }
    if isKnown { main.push(key, charge) } else { small.push(key, charge) }
    return true
  }
  private func evictFromSmall() -> Bool {
    while let key = small.last {
      let charge = self.charge(key)
      if counts[key, default: 0] >= 2 {
        small.take(key)
        main.push(key, charge)
      } else {
        evict(key)
        ghosts.push(key, charge)
        ghosts.trim(to: mainMax)
        return true
      }
    }
    return false
  }
  private func evictFromMain() {
    while let key = main.last {
      if counts[key, default: 0] == 0 { return evict(key) }
      counts[key]! -= 1
      main.renew(key)
    }
  }
  func forget(_ key: UInt64) {
    small.take(key)
    main.take(key)
    counts[key] = nil
  }
  func clear() {
    values = [:]
    (small, main, ghosts, counts) = (Order(), Order(), Order(), [:])
  }
}
