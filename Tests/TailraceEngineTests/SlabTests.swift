import TailraceEngine
import Testing

@Suite("Slab: a growing table whose rows stay where they are") struct SlabTests {
  @Test("A reference taken before a thousand growths still means its row")
  func rowsNeverMove() {
    var slab = Slab<UInt64>()
    slab.grow(with: 7)
    let early = slab.row(3)
    for _ in 0..<1_000 { slab.grow(with: 9) }
    early.row = 42
    #expect(slab[3] == 42)
    #expect(slab.count == 1_001 * 256)
    #expect(slab[255] == 7 && slab[256] == 9 && slab[Int32(slab.count - 1)] == 9)
  }

  @Test("Every row is its own, and a reference reaches fields by name")
  func rowsAreDistinct() {
    struct Pair: BitwiseCopyable {
      var number: Int32 = 0
      var other: UInt64 = 0
    }
    var slab = Slab<Pair>()
    for _ in 0..<5 { slab.grow(with: Pair()) }
    for i in 0..<Int32(slab.count) { slab.row(i).number = i }
    for i in 0..<Int32(slab.count) {
      slab.row(i).other &+= UInt64(i)
      #expect(slab[i].number == i && slab[i].other == UInt64(i))
    }
  }

  @Test("A row that is not there stops the program") func boundsAreChecked() async {
    await #expect(processExitsWith: .failure) {
      var slab = Slab<UInt64>()
      slab.grow(with: 0)
      _ = slab[256]
    }
  }
}
