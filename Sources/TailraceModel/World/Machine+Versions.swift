import TailraceEngine

/// A service of whose keys versions are kept.
struct VersionedRow: BitwiseCopyable, Sendable {
  var service: Int32
  var firstStation: Int32
  var replicas: Int32
  /// Whether keys change their shard.
  var moves: Bool
}

/// A step that reads or writes such a service.
struct VersionUseRow: BitwiseCopyable, Sendable {
  var store: Int32
  /// Where the key is found.
  var route: Int32
  /// Answers that a write needs.
  var need: Int32
  var isWrite: Bool
}

/// What a frame knows of versions; by frame, where any service has them.
struct VersionNote: BitwiseCopyable {
  // Of the visit that the frame is.
  var broughtRow: Int32 = -1
  var brought: UInt32 = 0
  var found: UInt32 = 0
  var hasFound = false
  // Of its present read or write.
  var row: Int32 = -1
  /// The version that a write brings, or that a read should have.
  var version: UInt32 = 0
  /// The newest among the answers so far.
  var seen: UInt32 = 0
  var answers: Int32 = 0
  /// The version of the value that it has read, or written, last.
  var known: UInt32 = 0
}

// Reads and writes of replicated keys. A read is stale if its newest answer is older than a write
// that had been answered when it began: that never happens if R + W > N, as the R replicas that
// answer the one and the W that answered the other have one in common.
extension Machine {
  /// A new frame deals with the versions that its caller deals with.
  @inline(never) mutating func beginVersions(_ f: Int32, from parent: Int32) {
    if versionNotes.count < frames.count {
      versionNotes.grow(to: max(frames.count, versionNotes.count * 2), with: VersionNote())
    }
    var note = VersionNote()
    if parent >= 0 {
      (note.row, note.version) = (versionNotes[parent].row, versionNotes[parent].version)
      (note.broughtRow, note.brought) = (note.row, note.version)
      note.known = versionNotes[parent].known
    }
    versionNotes[f] = note
  }

  /// A read or a write begins.
  @inline(never) mutating func askVersion(_ f: Int32) {
    let use = versionUses[steps[frames[f].pc].target]
    let key = key(route: use.route, parent: f, root: frames[f].root, branch: 0)
    var note = versionNotes[f]
    (note.seen, note.answers) = (0, 0)
    if use.isWrite {
      note.row = versions[use.store].row(of: key)
      note.version = versions[use.store].begin(note.row)
    } else {
      note.row = versions[use.store].find(key)
      note.version = versions[use.store].expected(note.row)
    }
    versionNotes[f] = note
    frames[f].pc &+= 1
  }

  /// Which versions of a key a replica has: 1 where its shard owns the key only later.
  ///
  /// A key takes along what its replicas have when its new owner has it; a write that reaches the old
  /// one after that is lost to the new one.
  private mutating func bank(_ store: Int32, _ row: Int32, at station: Int32) -> Int {
    let map = versions[store].map
    if map < 0 || row < 0 { return 0 }
    let key = versions[store].key(row)
    let reshard = reshards[map]
    let later = laterShardMaps[Int(reshard.map)].shard(of: key, shardTables)
    if later == shardMaps[Int(map)].shard(of: key, shardTables) { return 0 }
    if time >= reshard.arrival(of: key) { versions[store].move(row) }
    return versions[store].shard(of: station) == later ? 1 : 0
  }

  /// At the replica: what it has of the key.
  @inline(never) mutating func giveVersion(_ v: Int32) {
    let store = steps[frames[v].pc].target
    let note = versionNotes[v]
    let bank = bank(store, note.broughtRow, at: frames[v].station)
    versionNotes[v].found = versions[store].version(
      note.broughtRow, at: frames[v].station, bank: bank)
    versionNotes[v].hasFound = true
    frames[v].pc &+= 1
  }

  /// At the replica: it has what the write brings.
  @inline(never) mutating func takeVersion(_ v: Int32) {
    let store = steps[frames[v].pc].target
    let note = versionNotes[v]
    let bank = bank(store, note.broughtRow, at: frames[v].station)
    versions[store].store(note.broughtRow, note.brought, at: frames[v].station, bank: bank)
    versionNotes[v].found = note.brought
    versionNotes[v].hasFound = true
    frames[v].pc &+= 1
  }

  /// The answer of such a visit reaches the step that waits for it.
  @inline(never) mutating func hearVersion(_ v: Int32) {
    if frames[v].kind == .branch {
      let up = frames[v].parent
      versionNotes[up].known = max(versionNotes[up].known, versionNotes[v].known)
    }
    if !versionNotes[v].hasFound || !frames[v].outcome.isAnswered { return }
    var asking = frames[v].parent
    while asking >= 0
      && (frames[asking].kind == .call || steps[frames[asking].pc].op == .callPlaced)
    {
      asking = frames[asking].parent
    }
    if asking < 0 { return }
    versionNotes[asking].answers &+= 1
    versionNotes[asking].seen = max(versionNotes[asking].seen, versionNotes[v].found)
  }

  /// A read has its answer, or a write all that it waits for.
  @inline(never) mutating func judgeVersion(_ f: Int32) {
    let use = versionUses[steps[frames[f].pc].target]
    let note = versionNotes[f]
    frames[f].pc &+= 1
    if !use.isWrite {
      versions[use.store].sum.reads &+= inWindow
      versions[use.store].sum.stale &+= note.seen < note.version ? inWindow : 0
      versionNotes[f].known = note.seen
    } else if note.answers >= use.need {
      // One that a deadline has ended with fewer promises nothing.
      versions[use.store].answer(note.row, note.version)
      versions[use.store].sum.writes &+= inWindow
      versionNotes[f].known = note.version
    }
  }

  // MARK: Values in caches

  /// A frame has a value from a cache, which may be older than what has been written meanwhile.
  @inline(__always)
  mutating func judgeHit(
    _ f: Int32, _ store: Int32, _ i: Int32, _ key: UInt64, counted: UInt64
  ) {
    if _slowPath(store >= 0) { judgeKept(f, store, i, key, counted: counted) }
  }

  @inline(never)
  private mutating func judgeKept(
    _ f: Int32, _ store: Int32, _ i: Int32, _ key: UInt64, counted: UInt64
  ) {
    let version = cachedVersions.version(i, key)
    versionNotes[f].known = version
    if version < versions[store].expected(versions[store].find(key)) {
      cacheSums[i].note(.outdatedHits, counted)
    }
  }

  /// An instance keeps the value that a frame has read or written last.
  @inline(__always)
  mutating func keepVersion(_ f: Int32, _ store: Int32, _ i: Int32, _ key: UInt64) {
    if _slowPath(store >= 0) {
      cachedVersions.set(i, key, version: versionNotes[f].known)
    }
  }

  /// What reads and writes of a service came to; nil where nothing is known of versions.
  mutating func versionSum(_ service: Int, _ plan: Plan) -> VersionSum? {
    plan.versioned.firstIndex { $0.service == Int32(service) }.map { versions[$0].sum }
  }
}
