import TailraceEngine

/// Owns the tables that a law points into.
final class LawMemory: Sendable {
  private let choices: AliasTable?
  private let quantiles: EmpiricalTable?
  let choice: AliasChoice?
  let law: EmpiricalLaw?

  init(weights: [Double]) {
    let table = AliasTable(weights: weights)
    choice = table.choice
    law = nil
    choices = consume table
    quantiles = nil
  }

  init(quantiles points: [(level: Double, value: Double)]) {
    let table = EmpiricalTable(quantiles: points)
    law = table.law
    choice = nil
    quantiles = consume table
    choices = nil
  }
}

extension PlanBuilder {
  /// Compiles a law to a row.
  static func law(_ spec: LawSpec, _ plan: inout Plan) -> Int32 {
    law(CompiledLaw(spec, &plan), &plan)
  }
}

extension CompiledLaw {
  /// Laws made of other laws or of tables.
  static func composed(_ law: LawSpec, _ plan: inout Plan) -> CompiledLaw {
    switch law {
    case .mixture(let parts):
      let first = rows(parts.map(\.law), &plan)
      return .mixture(choice(parts.map(\.weight), &plan), first: first)
    case .discrete(let values):
      let first = Int32(plan.lawValues.count)
      plan.lawValues += values.map(\.value)
      return .discrete(choice(values.map(\.weight), &plan), first: first)
    case .measured(let values):
      let first = Int32(plan.lawValues.count)
      plan.lawValues += values
      return .measured(first: first, count: Int32(values.count))
    case .quantiles(let points):
      return empirical(points.map { ($0.level, $0.value) }, &plan)
    case .buckets(let buckets):
      return empirical(LawSpec.levels(of: buckets), &plan)
    case .byClass(let laws):
      // Classes of other workloads never ask: they stand as zeros.
      return .byClass(first: rows(plan.classNames.map { laws[$0] ?? .constant(0) }, &plan))
    default: preconditionFailure("not made of others")
    }
  }

  /// Members stand side by side, after whatever they are made of themselves.
  private static func rows(_ laws: [LawSpec], _ plan: inout Plan) -> Int32 {
    let compiled = laws.map { CompiledLaw($0, &plan) }
    defer { plan.laws += compiled }
    return Int32(plan.laws.count)
  }

  static func choice(_ weights: [Double], _ plan: inout Plan) -> AliasChoice {
    let memory = LawMemory(weights: weights)
    plan.lawMemory.append(memory)
    guard let choice = memory.choice else { preconditionFailure("made with weights") }
    return choice
  }

  private static func empirical(
    _ points: [(level: Double, value: Double)], _ plan: inout Plan
  ) -> CompiledLaw {
    let memory = LawMemory(quantiles: points)
    plan.lawMemory.append(memory)
    guard let law = memory.law else { preconditionFailure("made with points") }
    return .empirical(law)
  }
}
