import TailraceEngine

@testable import TailraceModel

/// The slow obvious cache: a dictionary of values, and orders kept in arrays by its subclasses.
///
/// Arrays run from the newest to the oldest. The dictionary is never walked into a result.
class Twin {
  let limit: Int
  let isInBytes: Bool
  var values: [UInt64: Cache.Value] = [:]
  var evictions = 0
  var hits = 0
  var misses = 0
  var now: UInt64 = 0

  let tuning: Cache.Tuning
  var random = SequentialRandom(seed: 11)

  required init(_ capacity: Cache.Capacity, _ tuning: Cache.Tuning) {
    self.tuning = tuning
    switch capacity {
    case .entries(let count): (limit, isInBytes) = (count, false)
    case .bytes(let size): (limit, isInBytes) = (Int(size), true)
    }
  }

  // What a subclass says.
  func use(_ key: UInt64) {}
  /// Makes room for a new key and puts it into the order; false turns it away.
  func admit(_ key: UInt64, _ charge: Int) -> Bool { fatalError() }
  /// Takes a key out of the order.
  func forget(_ key: UInt64) { fatalError() }

  func charge(_ value: Cache.Value) -> Int { isInBytes ? max(1, Int(value.size)) : 1 }
  func charge(_ key: UInt64) -> Int { charge(values[key]!) }
  var used: Int { values.values.reduce(0) { $0 + charge($1) } }

  func evict(_ key: UInt64) {
    forget(key)
    values[key] = nil
    evictions += 1
  }

  func lookup(_ key: UInt64, now: UInt64) -> (word: String, value: Cache.Value?) {
    self.now = now
    guard let value = values[key] else {
      misses += 1
      return ("miss", nil)
    }
    if now < value.expires {
      hits += 1
      use(key)
      return ("hit", value)
    }
    if now < value.staleUntil {
      use(key)
      return ("stale", value)
    }
    remove(key)
    misses += 1
    return ("miss", nil)
  }

  func insert(_ key: UInt64, _ value: Cache.Value, now: UInt64) -> Bool {
    self.now = now
    if let old = values[key] {
      if charge(old) == charge(value)
        && (old.expires == Cache.never) == (value.expires == Cache.never)
      {
        values[key] = value
        use(key)
        return true
      }
      remove(key)
    }
    if charge(value) > limit { return false }
    pending = value
    if !admit(key, charge(value)) { return false }
    values[key] = value
    return true
  }
  var pending = Cache.Value()

  func remove(_ key: UInt64) {
    if values[key] == nil { return }
    forget(key)
    values[key] = nil
  }

  func clear() { fatalError() }
}

/// An order of keys, the newest first; a ghost's charge is kept beside it.
struct Order {
  var keys: [UInt64] = []
  var charges: [UInt64: Int] = [:]

  var charge: Int { keys.reduce(0) { $0 + charges[$1]! } }
  var last: UInt64? { keys.last }
  func contains(_ key: UInt64) -> Bool { keys.contains(key) }

  mutating func push(_ key: UInt64, _ charge: Int) {
    keys.insert(key, at: 0)
    charges[key] = charge
  }

  /// Takes a key out; gives its charge, or nil if it is not there.
  @discardableResult mutating func take(_ key: UInt64) -> Int? {
    guard let i = keys.firstIndex(of: key) else { return nil }
    keys.remove(at: i)
    return charges.removeValue(forKey: key)
  }

  @discardableResult mutating func renew(_ key: UInt64) -> Bool {
    guard let charge = take(key) else { return false }
    push(key, charge)
    return true
  }

  mutating func trim(to most: Int) { while charge > most { take(last!) } }
}
