import TailraceEngine

extension Sampler {
  /// A draw of any law, unrounded.
  @inline(never)
  mutating func value(
    _ row: Int32, _ source: inout KeyedRandom, number: UInt64, source who: Int32
  ) -> Double {
    switch laws[row] {
    case .constant(let value): return Double(value)
    case .exponential(let law): return law.draw(from: &source, using: tables)
    case .lognormal(let law): return law.draw(from: &source, using: tables)
    case .uniform(let law): return law.draw(from: &source, using: tables)
    case .erlang(let law): return law.draw(from: &source, using: tables)
    case .gamma(let law): return law.draw(from: &source, using: tables)
    case .normal(let law): return law.draw(from: &source, using: tables)
    case .weibull(let law): return law.draw(from: &source, using: tables)
    case .pareto(let law): return law.draw(from: &source, using: tables)
    case .truncatedPareto(let law): return law.draw(from: &source, using: tables)
    case .empirical(let law): return law.draw(from: &source, using: tables)
    case .geometric(let law): return law.draw(from: &source, using: tables)
    case .sequence(let first, let count):
      let last = UInt64(count) &- 1
      let place = min(TracedNumber.plain(number), last)
      return Double(sequences[first &+ Int32(truncatingIfNeeded: place)])
    case .discrete(let choice, let first):
      return values[Int(first) &+ choice.draw(from: &source)]
    case .measured(let first, let count):
      let place = Int(source.below(UInt64(UInt32(bitPattern: count))))
      return values[Int(first) &+ place]
    case .column(let first): return column(first, number: number, source: who)
    case .linear(let base, let first, let count):
      return linear(base, first, count, &source, number: number, source: who)
    case .mixture(let choice, let first):
      let member = first &+ Int32(truncatingIfNeeded: choice.draw(from: &source))
      return value(member, &source, number: number, source: who)
    case .byClass(let first):
      let member = first &+ classes.index(source: who, number: number)
      return value(member, &source, number: number, source: who)
    }
  }
}
