/// Chains: entries in an order that the policy gives a meaning, each chain a circle.
extension Cache {
  /// The entry at the end of a chain, or -1.
  @inline(__always) func last(of chain: Int) -> Int32 {
    let first = chains[chain].first
    return first < 0 ? -1 : links[first].previous
  }

  /// Puts an entry that is in no chain at the front of one.
  @inline(__always) mutating func push(_ i: Int32, to chain: Int) {
    chains[chain].count &+= 1
    chains[chain].charge &+= charge(of: i)
    links[i].chain = chain
    link(i, atFrontOf: chain)
  }

  /// Takes an entry out of its chain, if it is in one.
  @inline(__always) mutating func unchain(_ i: Int32) {
    let chain = links[i].chain
    if chain >= chains.count { return }
    chains[chain].count &-= 1
    chains[chain].charge &-= charge(of: i)
    unlink(i, from: chain)
    links[i].chain = Self.noChain
  }

  /// Moves an entry to the front of its chain.
  @inline(__always) mutating func bringToFront(_ i: Int32) {
    let chain = links[i].chain
    if chains[chain].first == i { return }
    unlink(i, from: chain)
    link(i, atFrontOf: chain)
  }

  /// Moves an entry to the front of another chain.
  @inline(__always) mutating func move(_ i: Int32, to chain: Int) {
    unchain(i)
    push(i, to: chain)
  }

  /// Makes the last entry the first: the circle turns by one.
  @inline(__always) mutating func turn(_ chain: Int) { chains[chain].first = last(of: chain) }

  @inline(__always) private mutating func link(_ i: Int32, atFrontOf chain: Int) {
    encircle(i, before: chains[chain].first)
    chains[chain].first = i
  }

  @inline(__always) private mutating func unlink(_ i: Int32, from chain: Int) {
    let next = leaveCircle(i)
    if chains[chain].first == i { chains[chain].first = next }
  }
}

/// Circles of entries, whatever holds their first.
extension Cache {
  /// Puts an entry before the first of a circle; -1 makes it a circle of its own.
  @inline(__always) func encircle(_ i: Int32, before first: Int32) {
    if first < 0 {
      links[i].next = i
      links[i].previous = i
    } else {
      let last = links[first].previous
      links[i].next = first
      links[i].previous = last
      links[first].previous = i
      links[last].next = i
    }
  }

  /// Takes an entry out of its circle.
  ///
  /// - Returns: who came after it; -1 if it was alone.
  @inline(__always) func leaveCircle(_ i: Int32) -> Int32 {
    let next = links[i].next
    let previous = links[i].previous
    links[previous].next = next
    links[next].previous = previous
    return next == i ? -1 : next
  }
}
