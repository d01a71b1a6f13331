import TailraceEngine

/// An attribute of one workload's requests: its law and the name of its draw.
struct AttributeRow: BitwiseCopyable, Sendable {
  /// -1 where the workload has no such attribute.
  var law: Int32
  var salt: UInt64
}

/// A term of a `linear` law.
struct LinearTerm: BitwiseCopyable, Sendable {
  /// The row of its attribute for the first workload, the others' follow; below 0 what is asked of
  /// the visit: see `VisitAttribute.place`.
  var attribute: Int32
  var law: Int32
}

extension ArrivalSpec {
  /// The trace behind them, if one is.
  var trace: TraceSpec? {
    switch self {
    case .trace(let trace): trace
    case .batches(let inner, _): inner.trace
    default: nil
    }
  }
}

extension PlanBuilder {
  /// Compiles the attributes of all workloads; laws that use them come later.
  static func layOutAttributes(_ workloads: [WorkloadSpec], _ plan: inout Plan) {
    plan.traceColumns = workloads.map { $0.arrivals.trace?.columns ?? [] }
    plan.attributeLaws = []
    for workload in workloads {
      var rows: [String: AttributeRow] = [:]
      for attribute in workload.attributes {
        rows[attribute.name] = AttributeRow(
          law: law(CompiledLaw.fine(attribute.law, &plan), &plan),
          salt: StreamName.hash("workloads", workload.name, "attributes", attribute.name))
      }
      plan.attributeLaws.append(rows)
    }
  }

  static func law(_ compiled: CompiledLaw, _ plan: inout Plan) -> Int32 {
    plan.laws.append(compiled)
    return Int32(plan.laws.count - 1)
  }
}

extension CompiledLaw {
  /// A law whose constants keep their fraction.
  static func fine(_ spec: LawSpec, _ plan: inout Plan) -> CompiledLaw {
    if case .constant(let value) = spec, value != value.rounded() || value > 0x1p51 {
      return .uniform(UniformLaw(minimum: value, maximum: value))
    }
    return CompiledLaw(spec, &plan)
  }

  /// Laws of a trace's columns and of attributes.
  static func ofRequest(_ spec: LawSpec, _ plan: inout Plan) -> CompiledLaw {
    switch spec {
    case .column(let name):
      let first = Int32(plan.columnWords.count)
      plan.columnWords += plan.traceColumns.map { columns in
        columns.firstIndex(of: name).map(Int32.init) ?? -1
      }
      return .column(first: first)
    case .linear(let base, let terms):
      let start = PlanBuilder.law(fine(base, &plan), &plan)
      var rows: [LinearTerm] = []
      for term in terms {
        let law = PlanBuilder.law(fine(term.law, &plan), &plan)
        if let attribute = VisitAttribute.named(term.attribute, plan) {
          rows.append(LinearTerm(attribute: attribute.place, law: law))
          continue
        }
        rows.append(LinearTerm(attribute: Int32(plan.attributes.count), law: law))
        plan.attributes += plan.attributeLaws.map {
          $0[term.attribute] ?? AttributeRow(law: -1, salt: 0)
        }
      }
      let first = Int32(plan.linearTerms.count)
      plan.linearTerms += rows
      return .linear(base: start, first: first, count: Int32(rows.count))
    default: preconditionFailure("not of a request")
    }
  }
}

extension Sampler {
  /// A column of the request's row; workloads without it never ask.
  mutating func column(_ first: Int32, number: UInt64, source who: Int32) -> Double {
    let word = columnWords[first &+ who]
    guard word >= 0, TracedNumber.hasRow(number) else { return 0 }
    return Double(bitPattern: classes.traced.word(number, word))
  }

  /// A base, and so much for each unit of attributes, which are the same at every visit.
  mutating func linear(
    _ base: Int32, _ first: Int32, _ count: Int32, _ source: inout KeyedRandom, number: UInt64,
    source who: Int32
  ) -> Double {
    var sum = value(base, &source, number: number, source: who)
    for i in first..<first &+ count {
      if linearTerms[i].attribute < 0 {
        let amount = facts[linearTerms[i].attribute]
        sum += amount * value(linearTerms[i].law, &source, number: number, source: who)
        continue
      }
      let attribute = attributes[linearTerms[i].attribute &+ who]
      if attribute.law < 0 { continue }
      let root = Luck.root(base: classes.sources[who].base, request: TracedNumber.plain(number))
      var own = Luck.draw(root, salt: attribute.salt)
      let amount = value(attribute.law, &own, number: number, source: who)
      sum += amount * value(linearTerms[i].law, &source, number: number, source: who)
    }
    return sum
  }
}
