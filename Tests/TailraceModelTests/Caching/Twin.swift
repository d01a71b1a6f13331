import TailraceEngine

@testable import TailraceModel

/// What every twin keeps: the values, and what was counted.
///
/// The dictionary is never walked into a result.
class TwinStore {
  let limit: Int
  let isInBytes: Bool
  var values: [UInt64: Cache.Value] = [:]
  var evictions = 0
  var hits = 0
  var misses = 0
  var now: UInt64 = 0
  /// The value that an insertion in progress stores.
  var pending = Cache.Value()

  let tuning: Cache.Tuning
  var random = SequentialRandom(seed: 11)

  required init(_ capacity: Cache.Capacity, _ tuning: Cache.Tuning) {
    self.tuning = tuning
    switch capacity {
    case .entries(let count): (limit, isInBytes) = (count, false)
    case .bytes(let size): (limit, isInBytes) = (Int(size), true)
    }
  }

  func charge(_ value: Cache.Value) -> Int { isInBytes ? max(1, Int(value.size)) : 1 }
  func charge(_ key: UInt64) -> Int { charge(values[key]!) }
  var used: Int { values.values.reduce(0) { $0 + charge($1) } }
}

/// The slow obvious cache: a dictionary of values, and orders kept in arrays by its policies.
///
/// Arrays run from the newest to the oldest.
protocol Twin: TwinStore {
  func use(_ key: UInt64)
  /// Makes room for a new key and puts it into the order; false turns it away.
  func admit(_ key: UInt64, _ charge: Int) -> Bool
  /// Takes a key out of the order.
  func forget(_ key: UInt64)
  /// Forgets a key and its value for want of room.
  func evict(_ key: UInt64)
  func clear()
}

extension Twin {
  func use(_ key: UInt64) {}
  func evict(_ key: UInt64) { drop(key) }

  func drop(_ key: UInt64) {
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

  func remove(_ key: UInt64) {
    if values[key] == nil { return }
    forget(key)
    values[key] = nil
  }
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
