import Testing

@testable import TailraceModel

/// What stands where after each access: hand-made, one line an access.
///
/// A line names the key asked for (`+` on a hit; a miss is filled), then the chains from the newest
/// to the oldest entry, ghosts last. A digit is an entry's count, `>` stands before the hand.
@Suite("Pictures of caches") struct CachePictureTests {
  private func expect(
    _ policy: any EvictionPolicy.Type, capacity: Int, chains: [Int], _ picture: String,
    sourceLocation: SourceLocation = #_sourceLocation
  ) {
    var tuning = Cache.Tuning()
    tuning.adaptsWindow = false
    var cache = Cache(policy, capacity: .entries(capacity), tuning: tuning)
    defer { cache.deallocate() }
    for line in picture.split(separator: "\n") {
      let key = UInt64(line.utf8.first!)
      var isHit = true
      if cache.lookup(key, now: 0) == .miss {
        isHit = false
        cache.insert(key, Cache.Value(), now: 0)
      }
      let name = "\(Character(Unicode.Scalar(UInt8(key))))\(isHit ? "+" : " ")"
      let drawn = chains.map { draw($0, cache) }.joined(separator: " | ")
      #expect(words("\(name) \(drawn)") == words(String(line)), sourceLocation: sourceLocation)
    }
  }

  private func words(_ line: String) -> [Substring] { line.split(separator: " ") }

  private func draw(_ chain: Int, _ cache: borrowing Cache) -> String {
    var text = ""
    var i = cache.chains[chain].first
    for _ in 0..<cache.chains[chain].count {
      let link = cache.links[i]
      if cache.hand == i { text += ">" }
      text.append(Character(Unicode.Scalar(UInt8(cache.keys[i]))))
      if link.note > 0 { text += "\(link.note)" }
      i = link.next
    }
    return text.isEmpty ? "-" : text
  }

  @Test("LRU moves what is used to the front")
  func lru() {
    expect(
      LRU.self, capacity: 3, chains: [0],
      """
      a   a
      b   ba
      c   cba
      a+  acb
      d   dac
      """)
  }

  @Test("FIFO does not")
  func fifo() {
    expect(
      FIFO.self, capacity: 3, chains: [0],
      """
      a   a
      b   ba
      c   cba
      a+  cba
      d   dcb
      """)
  }

  @Test("CLOCK gives what was used another round, behind the hand")
  func clock() {
    expect(
      CLOCK.self, capacity: 3, chains: [0],
      """
      a   a
      b   ba
      c   cba
      a+  cba1
      a+  cba1
      d   dac
      c+  dac1
      e   ecd
      """)
  }

  @Test("SIEVE's survivors keep their places, and its hand stays")
  func sieve() {
    expect(
      SIEVE.self, capacity: 3, chains: [0],
      """
      a   a
      b   ba
      c   cba
      a+  cba1
      d   d>ca
      c+  d>c1a
      e   eca
      f   fe>c
      """)
  }

  @Test("SLRU protects what is used again, up to 80 %: here two of three")
  func slru() {
    expect(
      SLRU.self, capacity: 3, chains: [0, 1],
      """
      a   a  | -
      b   ba | -
      a+  b  | a
      c   cb | a
      b+  c  | ba
      c+  a  | cb
      d   d  | cb
      e   e  | cb
      b+  e  | bc
      a   a  | bc
      """)
  }

  @Test("2Q: A1in (one of four), Am, A1out (two)")
  func twoQ() {
    expect(
      TwoQ.self, capacity: 4, chains: [0, 1, 3],
      """
      a   a    | -   | -
      b   ba   | -   | -
      c   cba  | -   | -
      d   dcba | -   | -
      e   edcb | -   | a
      a   edc  | a   | b
      d+  edc  | a   | b
      b   ed   | ba  | c
      a+  ed   | ab  | c
      f   fe   | ab  | dc
      g   gf   | ab  | ed
      e   g    | eab | fd
      h   hg   | ea  | fd
      """)
  }

  @Test("ARC: T1, T2, B1, B2; a ghost of B1 raises the target, one of B2 lowers it")
  func arc() {
    expect(
      ARC.self, capacity: 2, chains: [0, 1, 3, 4],
      """
      a   a  | -  | - | -
      b   ba | -  | - | -
      a+  b  | a  | - | -
      c   c  | a  | b | -
      b   c  | b  | - | a
      a   -  | ab | c | -
      d   d  | a  | c | b
      e   e  | a  | d | b
      """)
  }

  @Test("S3-FIFO: small (one of four), main, ghosts; a count of two leads to main")
  func s3FIFO() {
    expect(
      S3FIFO.self, capacity: 4, chains: [0, 1, 3],
      """
      a   a     | -    | -
      b   ba    | -    | -
      a+  ba1   | -    | -
      a+  ba2   | -    | -
      c   cba2  | -    | -
      d   dcba2 | -    | -
      e   edc   | a2   | b
      f   fed   | a2   | cb
      c   fe    | ca2  | db
      g   gf    | ca2  | edb
      h   hg    | ca2  | fed
      e   h     | eca2 | gfd
      f   -     | feca2 | hgd
      i   i     | a1fe | hgd
      j   j     | a1fe | ihg
      """)
  }

  @Test("W-TinyLFU: window (one of four), probation, protected (two); ties turn away")
  func wTinyLFU() {
    expect(
      WTinyLFU.self, capacity: 4, chains: [0, 1, 2],
      """
      a   a | -   | -
      b   b | a   | -
      c   c | ba  | -
      d   d | cba | -
      a+  d | cb  | a
      e   e | cb  | a
      d   d | cb  | a
      f   f | dc  | a
      c+  f | d   | ca
      d+  f | a   | dc
      w   w | a   | dc
      """)
  }
}
