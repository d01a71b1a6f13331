import TailraceEngine

/// Evicts what was used least often; of those the one that was used longest ago.
///
/// An insertion counts as the first use. There is no ageing: a count only grows, so what was once
/// popular stays (W-TinyLFU and `allkeys-lfu` age). Counts are forgotten with the entry; with
/// `Cache.Tuning.remembersCounts` every key's count is kept for good (perfect LFU), which takes
/// memory for each key ever evicted. Entries of one count share a bucket, in order of use; an
/// access takes constant time, but an insertion under a remembered count looks for its bucket.
public enum LFU: EvictionPolicy {
  public static let name = "LFU"
  public static let summary =
    "Evicts the entry used least often, of several the one used longest ago; counts never age."
  public static var extraBytes: Int { MemoryLayout<Cache.Bucket>.stride }

  public static func use(_ i: Int32, in cache: inout Cache) {
    let old = Int32(bitPattern: cache.links[i].note)
    let count = cache.buckets[old].count &+ 1
    var next = cache.buckets[old].next
    if next < 0 || cache.buckets[next].count != count {
      if cache.links[i].next == i {
        // Alone in its bucket: the bucket's count goes up.
        cache.buckets[old].count = count
        return
      }
      next = cache.makeBucket(count, after: old)
    }
    cache.leaveBucket(i)
    cache.enter(next, i)
  }

  public static func admit(
    _ key: UInt64, charge: Int64, ghost: Int32, in cache: inout Cache
  ) -> Int32 {
    var count: UInt64 = 1
    if ghost >= 0 {
      count &+= UInt64(cache.links[ghost].note)
      cache.dropGhost(ghost)
    }
    while !cache.hasRoom(for: charge) { _ = evictOne(in: &cache) }
    let i = cache.add(key, charge: charge, to: Cache.noChain)
    var below: Int32 = -1
    var bucket = cache.hand
    while bucket >= 0, cache.buckets[bucket].count < count {
      below = bucket
      bucket = cache.buckets[bucket].next
    }
    if bucket < 0 || cache.buckets[bucket].count != count {
      bucket = cache.makeBucket(count, after: below)
    }
    cache.enter(bucket, i)
    return i
  }

  public static func evictOne(in cache: inout Cache) -> Bool {
    let first = cache.buckets[cache.hand].first
    let i = cache.links[first].previous
    let count = cache.buckets[cache.hand].count
    cache.leaveBucket(i)
    if cache.tuning.remembersCounts {
      cache.evict(i, rememberIn: Cache.ghosts)
      cache.links[i].note = UInt32(min(count, UInt64(Cache.Link.noteMask)))
    } else {
      cache.evict(i)
    }
    return true
  }

  public static func forget(_ i: Int32, in cache: inout Cache) { cache.leaveBucket(i) }
}

/// Buckets: the entries of one count. They ascend by count from `hand`, and none is empty.
extension Cache {
  struct Bucket: BitwiseCopyable {
    var count: UInt64 = 0
    /// The entry used last; the others follow in the circle.
    var first: Int32 = -1
    /// Neighbours by count; of a free bucket the next free one.
    var previous: Int32 = -1
    var next: Int32 = -1
  }

  /// A bucket between `below` (or none) and who comes after it.
  mutating func makeBucket(_ count: UInt64, after below: Int32) -> Int32 {
    var made = freeBucket
    if made >= 0 {
      freeBucket = buckets[made].next
    } else {
      made = bucketsUsed
      if Int(made) == buckets.count { growBuckets() }
      bucketsUsed &+= 1
    }
    let above = below < 0 ? hand : buckets[below].next
    buckets[made] = Bucket(count: count, previous: below, next: above)
    if below < 0 { hand = made } else { buckets[below].next = made }
    if above >= 0 { buckets[above].previous = made }
    return made
  }

  @inline(never) private mutating func growBuckets() {
    // Never more buckets than entries, and one while an entry moves.
    buckets.grow(to: max(16, min(buckets.count * 2, keys.count + 1)), with: Bucket())
  }

  /// Puts an entry first in a bucket.
  mutating func enter(_ bucket: Int32, _ i: Int32) {
    encircle(i, before: buckets[bucket].first)
    buckets[bucket].first = i
    links[i].note = UInt32(bitPattern: bucket)
  }

  /// Takes an entry out of its bucket; an empty bucket goes.
  mutating func leaveBucket(_ i: Int32) {
    let bucket = Int32(bitPattern: links[i].note)
    let next = leaveCircle(i)
    if next >= 0 {
      if buckets[bucket].first == i { buckets[bucket].first = next }
      return
    }
    let below = buckets[bucket].previous
    let above = buckets[bucket].next
    if below < 0 { hand = above } else { buckets[below].next = above }
    if above >= 0 { buckets[above].previous = below }
    buckets[bucket].next = freeBucket
    freeBucket = bucket
  }
}
