import Foundation
import TailraceEngine

@testable import TailraceModel

/// Asks a cache for keys one after another and fills every miss.
extension Cache {
  /// - Returns: the number of hits.
  @discardableResult
  mutating func replay(_ keys: some Sequence<UInt64>, every gap: UInt64 = 0) -> Int {
    let before = counters.hits
    var time: UInt64 = 0
    for key in keys {
      time += gap
      if lookup(key, now: time) == .miss { insert(key, Value(), now: time) }
    }
    return Int(counters.hits - before)
  }

  /// Bytes that the cache has allocated, itself included.
  var bytesHeld: Int {
    MemoryLayout<Cache>.stride
      + keys.count * (MemoryLayout<UInt64>.stride + MemoryLayout<Link>.stride)
      + values.count * MemoryLayout<Value>.stride
      + (index.count == 0 ? 0 : KeyIndex.bytes(keys: keys.count)) + seats.count * 4
      + words.count * 8 + buckets.count * MemoryLayout<Bucket>.stride
  }

  /// A cache of so many entries, changed as told.
  static func of(
    _ policy: any EvictionPolicy.Type, _ entries: Int, seed: UInt64 = 3,
    _ change: (inout Tuning) -> Void = { _ in }
  ) -> Cache {
    var tuning = Tuning()
    change(&tuning)
    return Cache(
      policy, capacity: .entries(entries), tuning: tuning, random: SequentialRandom(seed: seed))
  }
}

/// Independent references: each key drawn from a Zipf law, rank 0 the most popular.
func zipfKeys(_ count: Int, among keys: UInt64, exponent: Double, seed: UInt64) -> [UInt64] {
  let law = ZipfLaw(count: keys, exponent: exponent)
  var random = SequentialRandom(seed: seed)
  return (0..<count).map { _ in law.drawRank(from: &random) }
}

/// A reference string of the LIRS authors.
func lirsTrace(_ name: String) -> [UInt64] {
  let file = URL(filePath: #filePath).deletingLastPathComponent()
    .appending(path: "../../Fixtures/lirs/\(name).trace").standardized
  guard let text = try? String(contentsOf: file, encoding: .utf8) else { return [] }
  // A line with nothing but a star separates.
  return text.split(whereSeparator: \.isNewline).compactMap { UInt64($0.trimming()) }
}

extension Substring {
  fileprivate func trimming() -> Substring {
    var rest = drop { $0 == " " }
    while rest.last == " " { rest.removeLast() }
    return rest
  }
}
