import TailraceEngine

// Calls that go to the shard of a key. Keys are found from the request's number when needed.
extension Machine {
  /// The shard that owns the key of a call.
  @inline(never) mutating func shard(
    route r: Int32, parent: Int32, root: Root, luck: UInt64, branch: Int32
  ) -> Int32 {
    let route = routes[r]
    let key = key(route: r, parent: parent, root: root, branch: branch)
    visits.latest = VisitKey(key: key, epoch: keyCounts.epoch(route.map), isKnown: true)
    if inWindow == 1 { keyCounts.note(key, of: route.map) }
    let owner = owner(of: key, route.map)
    return hotKeys[route.map].count == 0
      ? owner : holder(of: key, owner: owner, route.map, luck)
  }

  /// The shard that a call goes to where some keys have copies: one of the holders of the key.
  @inline(never) private mutating func holder(
    of key: UInt64, owner: Int32, _ map: Int32, _ luck: UInt64
  ) -> Int32 {
    let hot = hotKeys[map]
    guard hot.contains(key, shardTables) else { return owner }
    let shards = shardCount(for: key, map)
    var draws = Luck.draw(luck, salt: hot.salt)
    let shard = owner &+ Int32(truncatingIfNeeded: draws.below(UInt64(hot.ways)))
    return shard < shards ? shard : shard &- shards
  }

  /// The hottest keys that a service was called with; nil where no key decides about its shard.
  mutating func keySketch(_ service: String, _ plan: Plan) -> KeySketch? {
    guard let map = plan.sharding.mapOf[service] else { return nil }
    var sketch = keyCounts.sketch(map)
    for i in sketch.keys.indices {
      sketch.keys[i].shard = Int(owner(of: sketch.keys[i].key, map))
    }
    return sketch
  }

  /// Which of its request's keys a frame was called for; -1 if for no single one.
  @inline(__always) mutating func ownKey(_ f: Int32, _ column: Int32) -> Int32 {
    f >= 0 && column >= 0 ? keyOf[Int(f) &* keyColumns &+ Int(column)] : -1
  }

  /// A visit was called for the key that was looked for last; one of several is the one that it
  /// deals with from here on.
  @inline(never) mutating func noteKey(_ f: Int32, route r: Int32, branch: Int32) {
    let route = routes[r]
    if notesVisits { visits.begin(f, isKeyed: true, of: frames.count) }
    if route.isEach && ownKey(f, route.column) < 0 {
      keyOf[Int(f) &* keyColumns &+ Int(route.column)] = branch
    }
  }

  /// A new frame deals with the keys that its caller deals with.
  @inline(never) mutating func inheritKeys(_ f: Int32, from parent: Int32) {
    if keyOf.count < frames.count &* keyColumns {
      keyOf.grow(to: max(frames.count &* keyColumns, keyOf.count * 2), with: -1)
    }
    for column in 0..<keyColumns {
      keyOf[Int(f) &* keyColumns &+ column] =
        parent >= 0 ? keyOf[Int(parent) &* keyColumns &+ column] : -1
    }
  }

  /// A frame that nobody waits for deals with the keys of the one that it comes from.
  @inline(never) mutating func copyKeys(to f: Int32, from other: Int32) {
    for column in 0..<keyColumns {
      keyOf[Int(f) &* keyColumns &+ column] = keyOf[Int(other) &* keyColumns &+ column]
    }
  }

  /// Sends a call for each key that the request carries, to the key's shard; or to each shard of a
  /// service whose number of shards changes.
  @inline(never) mutating func scatterKeys(_ f: Int32) {
    let pc = frames[f].pc
    let count = scatterCount(f)
    frames[f].fork(at: time, need: scatterNeed(f), of: count)
    if gathersAnswers(of: f) { beginGather(f, most: steps[pc].count) }
    if steps[pc].window > 0 {
      frames[f].isWindowed = true
      takeBlock(f, steps[pc].count &+ 2)
      blocks[frames[f].block &+ steps[pc].count] = 0
      blocks[frames[f].block &+ steps[pc].count &+ 1] = count
      if steps[pc].deadlineLine >= 0 { arm(steps[pc].deadlineLine, f) }
      fillWindow(f, of: count, born: time)
      return
    }
    takeBlock(f, steps[pc].count &+ 2)
    blocks[frames[f].block &+ steps[pc].count &+ 1] = count
    if steps[pc].deadlineLine >= 0 { arm(steps[pc].deadlineLine, f) }
    noteSent(count)
    for i in 0..<count { invoke(steps[pc].target, parent: f, branch: i) }
  }

  /// Calls of a frame's scatter to keys; a visit that was called for one key has but that.
  mutating func scatterCount(_ f: Int32) -> Int32 {
    let r = edges[steps[frames[f].pc].target].route
    if r < 0 { return shardsAsked(by: f) }
    let route = routes[r]
    if ownKey(f, route.column) >= 0 { return 1 }
    defer { noteSent(keys.takeDrawn()) }
    return keys.count(route.space, frames[f].root, &sampler)
  }

  /// Answers that a frame's scatter to keys needs.
  private mutating func scatterNeed(_ f: Int32) -> Int32 {
    let count = scatterCount(f)
    let step = steps[frames[f].pc]
    if step.need > 0 { return min(step.need, count) }
    if step.need == 0 { return count }
    var join = Join()
    join.need = .fraction(arms[step.law].bound)
    return Int32(truncatingIfNeeded: join.needed(of: Int(count)))
  }

  /// Answers that the present join of a frame needed when it began.
  @inline(__always) mutating func answersNeeded(_ f: Int32) -> Int32 {
    let pc = frames[f].pc
    return steps[pc].op == .scatterKeys ? scatterNeed(f) : steps[pc].need
  }

  /// The arm that a frame's key takes at a split.
  @inline(never) mutating func chosenArm(_ f: Int32, _ pc: Int32) -> Int32 {
    let key = key(route: steps[pc].law, parent: f, root: frames[f].root, branch: 0)
    var source = Luck.draw(Luck.root(base: steps[pc].salt, request: key), salt: 0)
    let draw = source.unit()
    var arm = steps[pc].target
    while draw >= arms[arm].bound { arm &+= 1 }
    return arm
  }
}
