import Testing

@testable import TailraceEngine

/// The reference twin: a sorted list whose entries carry their serial number.
private struct ListAgenda {
  var entries: [(key: UInt64, serial: Int, word: UInt64)] = []
  var serial = 0

  mutating func push(_ key: UInt64, _ word: UInt64) {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].key <= key { low = middle + 1 } else { high = middle }
    }
    entries.insert((key, serial, word), at: low)
    serial += 1
  }

  mutating func pop(notAfter bound: UInt64) -> (key: UInt64, word: UInt64)? {
    guard let first = entries.first, first.key <= bound else { return nil }
    entries.removeFirst()
    return (first.key, first.word)
  }
}

private struct Dice {
  var state: UInt64
  mutating func roll(_ sides: UInt64) -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state >> 33) % sides
  }
}

@Suite("Agenda") struct AgendaTests {
  @Test("Events leave by time, then by rank, then in the order they came")
  func order() {
    var agenda = Agenda()
    agenda.push(EventKey(5, .arrival), 1)
    agenda.push(EventKey(5, .completion), 2)
    agenda.push(EventKey(3, .flush), 3)
    agenda.push(EventKey(5, .completion), 4)
    agenda.push(EventKey(5, .timer), 5)
    var words: [UInt64] = []
    while let event = agenda.pop(notAfter: .never) { words.append(event.word) }
    #expect(words == [3, 2, 4, 5, 1])
  }

  @Test("Nothing leaves after the bound, and a later push may still come before it")
  func bound() {
    var agenda = Agenda()
    agenda.push(EventKey(1_000_000, .completion), 1)
    let early = agenda.pop(notAfter: EventKey(500, .flush))
    let quietBefore = agenda.isQuiet(through: EventKey(999_999, .flush))
    let quietAt = agenda.isQuiet(through: EventKey(1_000_000, .flush))
    #expect(early == nil && quietBefore && !quietAt)
    agenda.push(EventKey(600, .completion), 2)
    let first = agenda.pop(notAfter: .never)
    let second = agenda.pop(notAfter: .never)
    let left = agenda.count
    #expect(first?.word == 2 && second?.word == 1 && left == 0)
  }

  @Test(
    "Equal to a sorted list, with floods of ties, look-ahead, zero delays and huge gaps",
    arguments: 0..<60)
  func oracle(seed: Int) {
    var dice = Dice(state: UInt64(seed) &* 977 &+ 5)
    var agenda = Agenda()
    var list = ListAgenda()
    let spread: [UInt64] = [1, 2, 9, 40, 1_000, 1 << 20, 1 << 40]
    let mostPending = [3, 40, 400][seed % 3]
    var word: UInt64 = 0
    for _ in 0..<4_000 {
      if dice.roll(3) > 0 && list.entries.count < mostPending {
        let burst = dice.roll(6) == 0 ? dice.roll(60) : 1
        let delay = dice.roll(spread[Int(dice.roll(UInt64(spread.count)))])
        for _ in 0..<burst {
          let key = agenda.now.bits + delay
          agenda.push(EventKey(bits: key), word)
          list.push(key, word)
          word += 1
        }
      } else {
        let bound = dice.roll(2) == 0 ? UInt64.max : agenda.now.bits + dice.roll(2_000)
        let quiet = !(list.entries.first.map { $0.key <= bound } ?? false)
        let isQuiet = agenda.isQuiet(through: EventKey(bits: bound))
        #expect(isQuiet == quiet)
        let expected = list.pop(notAfter: bound)
        let got = agenda.pop(notAfter: EventKey(bits: bound))
        #expect(got?.key.bits == expected?.key)
        #expect(got?.word == expected?.word)
      }
      let count = agenda.count
      #expect(count == list.entries.count)
    }
  }
}
