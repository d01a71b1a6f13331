import Foundation
import Testing

@testable import TailraceEngine

@Suite("Keyed and sequential generators")
struct RandomKeyTests {
  static let base = Luck.base(seed: 1, source: StreamName.hash("workload", "web"))
  static let salt = StreamName.hash("checkout", "service")

  /// The ways in which the simulator walks through keys: first words, one key part at a time.
  static let walks: [(name: String, word: @Sendable (UInt64) -> UInt64)] = [
    ("requests", { first(Luck.root(base: base, request: $0)) }),
    ("requests, lane 1", { first(Luck.child(Luck.root(base: base, request: $0), 1)) }),
    ("lanes", { first(Luck.child(Luck.root(base: base, request: 7), $0)) }),
    ("lanes in high bits", { first(Luck.child(Luck.root(base: base, request: 7), $0 << 32)) }),
    ("requests by lanes", { first(Luck.child(Luck.root(base: base, request: $0 >> 2), $0 & 3)) }),
    ("seeds", { first(Luck.root(seed: $0, source: salt, request: 3)) }),
    (
      "replications",
      { first(Luck.root(seed: StreamKey.run(seed: 1, replication: $0), source: salt, request: 3)) }
    ),
    ("sources", { first(Luck.root(seed: 1, source: $0, request: 3)) }),
    ("salts", { first(Luck.root(base: base, request: 3), $0) }),
    ("requests by salts", { first(Luck.root(base: base, request: $0 >> 1), salt &+ ($0 & 1)) }),
    ("stride 1024", { first(Luck.root(base: base, request: $0 << 10)) }),
    ("counter", { KeyedRandom(state: $0 &* 0x9e37_79b9_7f4a_7c15).peek() }),
    ("stream keys", { StreamKey(seed: 1, replication: $0, name: salt).state }),
  ]

  static func first(_ luck: UInt64, _ salt: UInt64 = Self.salt) -> UInt64 {
    Luck.draw(luck, salt: salt).peek()
  }

  @Test("First words are flat, free of pairs and of serial correlation", arguments: walks.indices)
  func firstWords(walk: Int) {
    let words = (0..<UInt64(1 << 17)).map(Self.walks[walk].word)
    checkWords(words, Self.walks[walk].name)
  }

  @Test("The sequential generator passes the same")
  func sequentialWords() {
    var random = StreamKey(seed: 1, name: Self.salt).sequence()
    checkWords((0..<(1 << 17)).map { _ in random.next() }, "sequential")
  }

  func checkWords(_ words: [UInt64], _ name: String) {
    for shift: UInt64 in [48, 24, 0] {
      var counts = [Int](repeating: 0, count: 1 << 12)
      var pairs = counts
      var last: UInt64 = 0
      for word in words {
        let piece = word >> shift & 0xffff
        counts[Int(piece >> 4)] += 1
        pairs[Int((last >> 10) << 6 | piece >> 10)] += 1
        last = piece
      }
      #expect(RandomFit.isFlat(counts), "\(name), bits from \(shift)")
      #expect(RandomFit.isFlat(pairs), "\(name), pairs of bits from \(shift)")
    }
    let units = words.map { Double($0 >> 11) * 0x1p-53 }
    let low = words.map { Double($0 & 0xffff_ffff) * 0x1p-32 }
    for lag in 1...3 {
      #expect(abs(RandomFit.correlation(units, lag: lag)) < 3.9, "\(name), lag \(lag)")
      #expect(abs(RandomFit.correlation(low, lag: lag)) < 3.9, "\(name), low bits, lag \(lag)")
    }
  }

  @Test("One flipped bit of any key part flips half of the bits of the first word")
  func avalanche() {
    let rounds = 512
    let parts: [(String, (UInt64, UInt64) -> UInt64)] = [
      ("request", { Self.first(Luck.root(base: Self.base, request: $0 ^ $1)) }),
      ("lane", { Self.first(Luck.child($0 &* Self.salt, ($0 | 1 << 60) ^ $1)) }),
      ("seed", { Self.first(Luck.root(seed: $0 ^ $1, source: 1, request: 2)) }),
      ("salt", { Self.first($0, Self.salt ^ $1) }),
    ]
    for (name, word) in parts {
      for bit in 0..<64 {
        var flips = [Int](repeating: 0, count: 64)
        for round in 0..<UInt64(rounds) {
          var difference = word(round, 0) ^ word(round, 1 << UInt64(bit))
          while difference != 0 {
            flips[difference.trailingZeroBitCount] += 1
            difference &= difference - 1
          }
        }
        let mean = Double(flips.reduce(0, +)) / Double(64 * rounds)
        #expect(abs(mean - 0.5) < 4.6 * 0.5 / Double(64 * rounds).squareRoot(), "\(name) \(bit)")
        for flip in flips {
          #expect(abs(Double(flip) / Double(rounds) - 0.5) < 0.125, "\(name) \(bit)")
        }
      }
    }
  }

  @Test("Lane 0 keeps the luck, other lanes differ, shortcuts agree")
  func laws() {
    #expect(Luck.child(42, 0) == 42)
    #expect(Set((0..<1000).map { Luck.child(42, $0) }).count == 1000)
    let base = Luck.base(seed: 5, source: 6)
    #expect(Luck.root(base: base, request: 7) == Luck.root(seed: 5, source: 6, request: 7))
    #expect(StreamName.hash("ab", "c") != StreamName.hash("a", "bc"))
    #expect(StreamName.hash("a") != StreamName.hash("a", ""))
    #expect(StreamName.hash("a", "b") == StreamName.hash(["a", "b"]))
  }

  @Test("Whole numbers below a bound are flat and reach their ends")
  func below() {
    var random = KeyedRandom(state: 9)
    var counts = [Int](repeating: 0, count: 37)
    for _ in 0..<50_000 { counts[Int(random.below(37))] += 1 }
    #expect(RandomFit.isFlat(counts))
    #expect(random.below(1) == 0)
    // A bound of 3 * 2^62: a plain product would favour one third of the results.
    var thirds = [0, 0, 0]
    for _ in 0..<30_000 { thirds[Int(random.below(3 << 62) >> 62)] += 1 }
    #expect(RandomFit.isFlat(thirds))
  }

  struct Fixed: RandomSource {
    var word: UInt64
    mutating func next() -> UInt64 { word }
  }

  @Test("Unit numbers stay inside their ends")
  func ends() {
    var (least, most) = (Fixed(word: 0), Fixed(word: .max))
    #expect(least.unit() == 0)
    #expect(most.unit() == 1 - 0x1p-53)
    #expect(least.openUnit() == 0x1p-53)
    #expect(most.openUnit() == 1 - 0x1p-53)
  }
}

extension KeyedRandom {
  fileprivate func peek() -> UInt64 {
    var copy = self
    return copy.next()
  }
}
