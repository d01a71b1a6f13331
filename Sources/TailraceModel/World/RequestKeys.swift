import TailraceEngine

/// Finds a request's keys from its number, so that no frame has to carry them.
struct RequestKeys: ~Copyable {
  private var fresh: Int32 = 0
  let spaces: Int32
  /// By workload and key space.
  let uses: Table<KeyUseRow>
  let parts: Table<KeyPartRow>
  let laws: Table<CompiledKeyLaw>
  let zipfs: Table<ZipfLaw>
  let values: Table<UInt64>
  let ranges: Table<KeyRange>
  /// By key space.
  let latest: Table<DrawnKeys>
  let drawn: Table<UInt64>
  /// The keys of a use's latest requests, by the low bits of their numbers.
  let remembered: Table<UInt64>
  /// How often popularities have shifted.
  let shifts: Table<ShiftClock>
  /// Of the request whose keys are drawn, where these may shift.
  private var serial: UInt32 = 0
  /// Keeps the memory that laws point into.
  let owners: [LawMemory]

  /// Requests of a workload whose key is not drawn again, as long as they are not further apart.
  static let rememberedCount: Int32 = 256

  /// Requests whose keys are drawn at once.
  static let groupCount: UInt64 = 8

  /// Keys remembered in all: 8 bytes each.
  static let rememberedMax: Int32 = 1 << 20

  /// Draws that may hit keys already taken, in a row, before the lowest free keys are taken instead.
  static let repeatsMax = 1_000

  init(_ plan: Plan) {
    spaces = Int32(plan.keySpaces.count)
    var memory: Int32 = 0
    uses = Table(
      plan.keyUses.map {
        var use = $0
        use.base = Luck.base(seed: plan.seed, source: use.source)
        if use.count == 1, use.law >= 0, use.partCount == 0, plan.keyLaws[Int(use.law)].isCostly,
          memory < Self.rememberedMax
        {
          use.memory = memory
          memory += Self.rememberedCount
        }
        return use
      })
    parts = Table(plan.keyParts)
    laws = Table(plan.keyLaws)
    zipfs = Table(plan.keyZipfs)
    values = Table(plan.keyValues)
    ranges = Table(plan.keyRanges)
    owners = plan.lawMemory
    shifts = Table(plan.keyShifts.map { ShiftClock(every: $0) })
    var rows: [DrawnKeys] = []
    var cells = 0
    for space in plan.keySpaces.indices {
      rows.append(DrawnKeys(first: Int32(cells)))
      var most = 0
      for row in stride(from: space, to: plan.keyUses.count, by: plan.keySpaces.count) {
        most = max(most, Int(plan.keyUses[row].countMax))
      }
      cells += most
    }
    latest = Table(rows)
    drawn = Table(repeating: 0, count: cells)
    remembered = Table(repeating: 0, count: Int(memory))
  }

  deinit {
    for i in 0..<shifts.count { shifts[i].deallocate() }
  }

  /// How many keys of a space a request carries, at least 1.
  mutating func count(_ space: Int32, _ root: Root, _ sampler: inout Sampler) -> Int32 {
    let use = uses[root.source &* spaces &+ space]
    if use.count >= 0 { return use.count }
    if use.partCount > 0 { return computedCount(use, root, &sampler) }
    load(space, root, use, &sampler)
    return latest[space].count
  }

  /// The same; 0 where its workload carries none.
  mutating func countCarried(_ space: Int32, _ root: Root, _ sampler: inout Sampler) -> Int32 {
    let use = uses[root.source &* spaces &+ space]
    return use.countMax == 0 ? 0 : count(space, root, &sampler)
  }

  /// One of the keys that a request carries of a space.
  @inline(__always) mutating func key(
    _ space: Int32, _ root: Root, index: Int32, _ sampler: inout Sampler
  ) -> UInt64 {
    let use = uses.row(root.source &* spaces &+ space)
    if use.word >= 0 { return sampler.classes.traced.word(root.number, use.word) }
    if use.count == 1 { return first(use, root.number) }
    if use.partCount > 0 { return computed(use.row, root, index: index, &sampler) }
    load(space, root, use.row, &sampler)
    return drawn[latest[space].first &+ index]
  }

  /// The keys of a computed space that a request has: as many as of the part with most of them.
  @inline(never) private mutating func computedCount(
    _ use: KeyUseRow, _ root: Root, _ sampler: inout Sampler
  ) -> Int32 {
    var most: Int32 = 0
    for i in 0..<use.partCount {
      most = max(most, count(parts[use.firstPart &+ i].space, root, &sampler))
    }
    return most
  }

  /// A key that follows from others of the request.
  @inline(never) private mutating func computed(
    _ use: KeyUseRow, _ root: Root, index: Int32, _ sampler: inout Sampler
  ) -> UInt64 {
    var number: UInt64 = 0
    for i in 0..<use.partCount {
      let part = parts[use.firstPart &+ i]
      let last = count(part.space, root, &sampler) &- 1
      let own = key(part.space, root, index: min(index, last), &sampler)
      if use.law < 0 {
        // A trace may name keys beyond the last.
        number = number &* part.count &+ min(own, part.count &- 1)
      } else {
        number = i == 0 ? own : XXHash64.hash(number) ^ own
      }
    }
    if use.law < 0 { return number }
    // Drawn for the keys themselves: every request that has them finds the same.
    var draws = Luck.draw(Luck.root(base: use.base, request: number), salt: use.salt)
    return draw(use.law, &draws, entry: number)
  }

  /// Keys drawn for lists since this was last asked: a request may take a thousand.
  @inline(__always) mutating func takeDrawn() -> Int32 {
    defer { fresh = 0 }
    return fresh
  }

  /// The only key: no list is needed.
  @inline(__always)
  private mutating func first(_ use: RowReference<KeyUseRow>, _ number: UInt64) -> UInt64 {
    let plain = TracedNumber.plain(number)
    if use.memory < 0 { return drawFirst(use, plain) }
    if use.drawnTo &- plain &- 1 < UInt64(Self.rememberedCount) {
      return remembered[use.memory &+ Self.place(plain)]
    }
    // Long forgotten, or so far ahead that what is remembered would be lost to it.
    if plain < use.drawnTo || plain &- use.drawnTo >= UInt64(Self.rememberedCount) {
      return drawFirst(use, plain)
    }
    while use.drawnTo <= plain { drawGroup(use) }
    return remembered[use.memory &+ Self.place(plain)]
  }

  /// Where a request's key is remembered, among those of its workload.
  @inline(__always) private static func place(_ number: UInt64) -> Int32 {
    Int32(truncatingIfNeeded: number & UInt64(rememberedCount &- 1))
  }

  /// Whether keys of requests to come had better be drawn now.
  ///
  /// Requests of a workload come in order, so who asks for a request may ask for the next.
  @inline(__always) mutating func isTimeToDraw(_ space: Int32, _ root: Root) -> Bool {
    let number = TracedNumber.plain(root.number)
    if number & (Self.groupCount &- 1) != 0 { return false }
    let use = uses.row(root.source &* spaces &+ space)
    return use.memory >= 0 && use.drawnTo == number &+ Self.groupCount
  }

  @inline(__always)
  mutating func drawGroup(_ space: Int32, _ root: Root, _ body: (UInt64) -> Void) {
    drawGroup(uses.row(root.source &* spaces &+ space), body)
  }

  @inline(never) private mutating func drawGroup(_ use: RowReference<KeyUseRow>) {
    drawGroup(use) { _ in }
  }

  /// Draws keys of several requests at a stroke: that takes less time than one by one.
  @inline(__always)
  private mutating func drawGroup(_ use: RowReference<KeyUseRow>, _ body: (UInt64) -> Void) {
    let first = use.drawnTo
    use.drawnTo = first &+ Self.groupCount
    let states = SIMD8<UInt64> { k in
      let luck = Luck.root(base: use.base, request: first &+ UInt64(truncatingIfNeeded: k))
      return Luck.draw(luck, salt: use.salt).state
    }
    var group = SIMD8<UInt64>()
    if case .zipf(let low, let law) = laws[use.law] {
      group = zipfs[law].drawRanks(from: states) &+ low
    } else {
      for k in states.indices {
        var draws = KeyedRandom(state: states[k])
        group[k] = draw(use.law, &draws, entry: first &+ UInt64(k))
      }
    }
    group.forEach { k, key in
      body(key)
      remembered[use.memory &+ Self.place(first &+ UInt64(truncatingIfNeeded: k))] = key
    }
  }

  @inline(never)
  private mutating func drawFirst(_ use: RowReference<KeyUseRow>, _ plain: UInt64) -> UInt64 {
    var draws = Luck.draw(Luck.root(base: use.base, request: plain), salt: use.salt)
    return draw(use.law, &draws, entry: plain)
  }

  /// Draws a request's different keys, unless they stand there already.
  @inline(never) private mutating func load(
    _ space: Int32, _ root: Root, _ use: KeyUseRow, _ sampler: inout Sampler
  ) {
    if latest[space].source == root.source && latest[space].number == root.number { return }
    serial = root.serial
    let luck = Luck.root(base: use.base, request: TracedNumber.plain(root.number))
    var count = use.count
    if count < 0 {
      let wanted = sampler.time(
        use.countLaw, luck: luck, salt: use.countSalt, number: root.number, source: root.source)
      count = Int32(max(1, min(wanted, UInt64(use.countMax))))
    }
    let start = latest[space].first
    latest[space] = DrawnKeys(
      first: start, source: root.source, count: count, number: root.number)
    fresh &+= count
    var draws = Luck.draw(luck, salt: use.salt)
    for i in 0..<count {
      let entry = TracedNumber.plain(root.number) &* UInt64(count) &+ UInt64(i)
      guard let key = different(use, &draws, entry: entry, from: start, i) else {
        takeLowest(use, from: start, i, of: count)
        return
      }
      drawn[start &+ i] = key
    }
  }

  /// A key that is not among the `taken` first ones; nil where they are nearly all that is drawn.
  private mutating func different(
    _ use: KeyUseRow, _ draws: inout KeyedRandom, entry: UInt64, from start: Int32, _ taken: Int32
  ) -> UInt64? {
    for _ in 0..<Self.repeatsMax {
      let key = draw(use.law, &draws, entry: entry)
      if case .given = laws[use.law] { return key }
      if !isTaken(key, from: start, taken) { return key }
    }
    return nil
  }

  /// Fills the list with the lowest keys that are not among the `taken` first ones.
  private mutating func takeLowest(
    _ use: KeyUseRow, from start: Int32, _ taken: Int32, of count: Int32
  ) {
    var i = taken
    for r in 0..<use.rangeCount {
      let range = ranges[use.firstRange &+ r]
      for key in range.first...range.last where !isTaken(key, from: start, taken) {
        drawn[start &+ i] = key
        i &+= 1
        if i == count { return }
      }
    }
    preconditionFailure("fewer keys than a request carries")
  }

  private mutating func isTaken(_ key: UInt64, from start: Int32, _ taken: Int32) -> Bool {
    for i in 0..<taken where drawn[start &+ i] == key { return true }
    return false
  }

  private mutating func draw(
    _ law: Int32, _ draws: inout KeyedRandom, entry: UInt64
  ) -> UInt64 {
    switch laws[law] {
    case .uniform(let first, let count): return first &+ draws.below(count)
    case .zipf(let first, let law): return first &+ zipfs[law].drawRank(from: &draws)
    case .list(let choice, let first):
      return values[Int(first) &+ choice.draw(from: &draws)]
    case .mixture(let choice, let first):
      let member = first &+ Int32(truncatingIfNeeded: choice.draw(from: &draws))
      return draw(member, &draws, entry: entry)
    case .given(let first, let count):
      let last = UInt64(count) &- 1
      return values[first &+ Int32(truncatingIfNeeded: min(entry, last))]
    case .scan(let first, let count, let share):
      let step = share == 1 ? entry : UInt64(Double(entry) * share)
      return first &+ step % count
    case .shifting(let law, let clock, let count):
      let key = draw(law, &draws, entry: entry)
      let back = shifts[clock].turns(before: serial) % count
      return key >= back ? key &- back : key &+ count &- back
    case .unique: return draws.next()
    case .client(let first): return first &+ entry &>> 32
    }
  }
}
