import TailraceEngine
import TailraceStatistics

/// A law ready for drawing times: one word of kind and its parameters in place.
enum CompiledLaw: BitwiseCopyable, Sendable {
  case constant(UInt64)
  case exponential(ExponentialLaw)
  case lognormal(LognormalLaw)
  case uniform(UniformLaw)
  case erlang(ErlangLaw)
  case gamma(GammaLaw)
  case normal(NormalLaw)
  case weibull(WeibullLaw)
  case pareto(ParetoLaw)
  case truncatedPareto(TruncatedParetoLaw)
  /// Rows of the plan's list of given values: first and count.
  case sequence(first: Int32, count: Int32)

  init(_ law: LawSpec, sequences: inout [UInt64]) {
    switch law {
    case .constant(let value): self = .constant(TimeRounding.nanoseconds(value))
    case .uniform(let low, let high): self = .uniform(UniformLaw(minimum: low, maximum: high))
    case .exponential(let mean): self = .exponential(ExponentialLaw(mean: mean))
    case .erlang(let mean, let stages): self = .erlang(ErlangLaw(mean: mean, stages: stages))
    case .gamma(let mean, let cv): self = .gamma(GammaLaw(mean: mean, variation: cv))
    case .lognormal(let law): self = .lognormal(law)
    case .normal(let mean, let cv): self = .normal(NormalLaw(mean: mean, variation: cv))
    case .weibull(let mean, let shape): self = .weibull(WeibullLaw(mean: mean, shape: shape))
    case .pareto(let minimum, let shape, let maximum):
      if let maximum {
        self = .truncatedPareto(
          TruncatedParetoLaw(minimum: minimum, maximum: maximum, shape: shape))
      } else {
        self = .pareto(ParetoLaw(minimum: minimum, shape: shape))
      }
    case .sequence(let values):
      self = .sequence(first: Int32(sequences.count), count: Int32(values.count))
      sequences += values
    }
  }
}

/// The one place where a real number becomes a time.
enum TimeRounding {
  /// The nearest whole nanosecond, from 0 to 2^51 (26 days); never traps.
  @inline(__always) static func nanoseconds(_ time: Double) -> UInt64 {
    // Adding 2^52 leaves the rounded integer in the low bits of the significand.
    let clamped = time > 0 ? min(time, 0x1p51) : 0
    return (clamped + 0x1p52).bitPattern & 0xf_ffff_ffff_ffff
  }
}

/// Draws times; kept apart from the machine so that reading it copies two words.
struct Sampler: ~Copyable {
  let laws: Table<CompiledLaw>
  let sequences: Table<UInt64>
  let tables: ZigguratTables
  let classes: RequestClasses

  init(_ plan: Plan) {
    laws = Table(plan.laws)
    sequences = Table(plan.sequences)
    tables = .shared
    classes = RequestClasses(plan)
  }

  /// A time in nanoseconds; `number` is the request's number at its source.
  @inline(__always)
  func time(_ law: Int32, luck: UInt64, salt: UInt64, number: UInt64) -> UInt64 {
    var source = Luck.draw(luck, salt: salt)
    switch laws[law] {
    case .constant(let value): return value
    case .exponential(let law):
      return TimeRounding.nanoseconds(law.draw(from: &source, using: tables))
    case .lognormal(let law):
      return TimeRounding.nanoseconds(law.draw(from: &source, using: tables))
    default: return rareTime(law, &source, number: number)
    }
  }

  @inline(never)
  private func rareTime(_ law: Int32, _ source: inout KeyedRandom, number: UInt64) -> UInt64 {
    let value: Double
    switch laws[law] {
    case .uniform(let law): value = law.draw(from: &source, using: tables)
    case .erlang(let law): value = law.draw(from: &source, using: tables)
    case .gamma(let law): value = law.draw(from: &source, using: tables)
    case .normal(let law): value = law.draw(from: &source, using: tables)
    case .weibull(let law): value = law.draw(from: &source, using: tables)
    case .pareto(let law): value = law.draw(from: &source, using: tables)
    case .truncatedPareto(let law): value = law.draw(from: &source, using: tables)
    case .sequence(let first, let count):
      let last = UInt64(count) &- 1
      return sequences[first &+ Int32(truncatingIfNeeded: min(number, last))]
    case .constant, .exponential, .lognormal: preconditionFailure("drawn in line")
    }
    return TimeRounding.nanoseconds(value)
  }
}
