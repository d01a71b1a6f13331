/// The name of a stream of chance in one word: a seed, a replication, a component and a purpose.
@frozen
public struct StreamKey: Hashable, BitwiseCopyable, Sendable {
  /// The word that stands for the name.
  public let state: UInt64

  /// The stream of a named purpose under a seed and a replication.
  ///
  /// - Parameters:
  ///   - seed: the scenario's seed.
  ///   - replication: the number of the independent repetition, from 0.
  ///   - name: `StreamName.hash` of the component's path and the purpose.
  public init(seed: UInt64, replication: UInt64 = 0, name: UInt64) {
    let run = StreamKey.run(seed: seed, replication: replication)
    state = Mixing.scramble((run ^ name) &+ Mixing.golden)
  }

  /// The seed of one replication: a bijection of `seed` for each replication, well mixed.
  ///
  /// Pass it as the seed of `Luck.base` so that replications share no draws.
  public static func run(seed: UInt64, replication: UInt64) -> UInt64 {
    let mixed = Mixing.scramble(seed &+ Mixing.golden)
    return Mixing.scramble(mixed &+ replication &* Mixing.golden)
  }

  /// A sequential generator for the stream.
  public func sequence() -> SequentialRandom { SequentialRandom(seed: state) }
}
