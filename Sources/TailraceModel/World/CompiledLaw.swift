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
  /// One of the laws in the rows from `first` on.
  case mixture(AliasChoice, first: Int32)
  /// One of the plan's values from `first` on.
  case discrete(AliasChoice, first: Int32)
  case empirical(EmpiricalLaw)
  case geometric(GeometricLaw)
  /// The law of the request's class, in the rows from `first` on.
  case byClass(first: Int32)
  /// A word of the row of the request: one entry for each workload from `first` on.
  case column(first: Int32)
  /// A base and terms in rows.
  case linear(base: Int32, first: Int32, count: Int32)
  /// One of the plan's values from `first` on, which are in order.
  case measured(first: Int32, count: Int32)

  /// Compiles a law; those it is made of go to the plan first.
  init(_ law: LawSpec, _ plan: inout Plan) {
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
      self = .sequence(first: Int32(plan.sequences.count), count: Int32(values.count))
      plan.sequences += values
    case .geometric(let mean): self = .geometric(GeometricLaw(mean: mean))
    case .column, .linear: self = Self.ofRequest(law, &plan)
    case .mixture, .discrete, .quantiles, .buckets, .byClass, .measured:
      self = Self.composed(law, &plan)
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

  /// The same for what cannot be negative or undefined.
  @inline(__always) static func nanoseconds(positive time: Double) -> UInt64 {
    (min(time, 0x1p51) + 0x1p52).bitPattern & 0xf_ffff_ffff_ffff
  }

  /// A piece of work: the same, but at least a nanosecond.
  @inline(__always) static func work(positive time: Double) -> UInt64 {
    nanoseconds(positive: max(time, 1))
  }

  /// The nearest whole nanosecond of an instant, which may lie further off than any delay.
  @inline(__always) static func instant(_ time: Double) -> UInt64 {
    time < 0x1p51 ? nanoseconds(time) : UInt64(min(time, 0x1p58) + 0.5)
  }
}

/// Draws times. Its methods are `mutating`, because a reading method would copy all of it each time.
struct Sampler: ~Copyable {
  let laws: Table<CompiledLaw>
  let sequences: Table<UInt64>
  let values: Table<Double>
  let columnWords: Table<Int32>
  let attributes: Table<AttributeRow>
  let linearTerms: Table<LinearTerm>
  /// Keeps the memory that laws point into.
  let owners: [LawMemory]
  let tables: ZigguratTables
  var classes: RequestClasses
  /// What the present law may ask about the visit that draws from it.
  var facts = VisitFacts()

  init(_ plan: Plan) {
    laws = Table(plan.laws)
    sequences = Table(plan.sequences)
    values = Table(plan.lawValues)
    columnWords = Table(plan.columnWords)
    attributes = Table(plan.attributes)
    linearTerms = Table(plan.linearTerms)
    owners = plan.lawMemory
    tables = .shared
    classes = RequestClasses(plan)
  }

  /// A time in nanoseconds for a request, which `number` and `source` name.
  @inline(__always)
  mutating func time(
    _ law: Int32, luck: UInt64, salt: UInt64, number: UInt64, source who: Int32
  ) -> UInt64 {
    var source = Luck.draw(luck, salt: salt)
    switch laws[law] {
    case .constant(let value): return value
    case .exponential(let law):
      return TimeRounding.nanoseconds(positive: law.draw(from: &source, using: tables))
    case .lognormal(let law):
      return TimeRounding.nanoseconds(positive: law.draw(from: &source, using: tables))
    default:
      return TimeRounding.nanoseconds(value(law, &source, number: number, source: who))
    }
  }
}
