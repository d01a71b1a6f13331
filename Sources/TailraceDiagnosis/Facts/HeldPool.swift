import TailraceExperiment
import TailraceModel

/// A pool of permits that steps of a service or workload wait for.
struct HeldPool {
  let result: PoolResult
  /// Who holds its permits, by name: services and workloads.
  let holders: [String]

  var name: String { result.name }
  /// Permits held over all there are; nil where each key has its own.
  var busy: Double? { result.utilization.value }

  var grants: Double { Double(result.total.granted) }

  /// Whether all permits were held throughout and none was given: who has them waits as well.
  var isStuck: Bool {
    result.total.granted == 0 && result.total.longest > 0 && busy ?? 0 > 0.999
  }
}

extension Facts {
  /// The pools of the run for which anybody waited, by name.
  var heldPools: [HeldPool] {
    result.pools.filter { $0.total.waited > 0 || $0.total.longest > 0 }
      .sorted { $0.name < $1.name }
      .map { pool in HeldPool(result: pool, holders: holders(of: pool.name)) }
  }

  /// The pool for which visits to a service, or requests of a workload, wait longer than for slots;
  /// nil where they wait for those.
  func pool(before entity: String) -> HeldPool? {
    let own = heldPools.filter { $0.holders.contains(entity) }
    guard let pool = own.max(by: { $0.result.total.waitTime < $1.result.total.waitTime }) else {
      return nil
    }
    let outcome = station(entity)?.outcome
    let slots = (outcome?.waitMean.value ?? 0) * Double(outcome?.requests ?? 0)
    return Double(pool.result.total.waitTime) > slots ? pool : nil
  }

  /// Whether who holds a permit only works or pauses: else it is full because others are slow.
  func isHeldForWork(_ pool: String) -> Bool {
    var isOnlyWork = true
    func look(_ steps: [StepSpec]) {
      steps.eachStep(disabled: false) { step in
        guard case .hold(let use) = step.verb, use.pool == pool else { return }
        use.steps.eachStep(disabled: false) { inner in
          switch inner.verb {
          case .work, .wait, .fail, .split, .repeat: break
          default: isOnlyWork = false
          }
        }
      }
    }
    for workload in topology.workloads { look(workload.steps) }
    for service in topology.services { for handler in service.handlers { look(handler.steps) } }
    return isOnlyWork
  }

  private func holders(of pool: String) -> [String] {
    func holds(_ steps: [StepSpec]) -> Bool {
      var found = false
      steps.eachStep(disabled: false) { step in
        if case .hold(let use) = step.verb, use.pool == pool { found = true }
      }
      return found
    }
    return topology.workloads.filter { holds($0.steps) }.map(\.name)
      + topology.services.filter { $0.handlers.contains { holds($0.steps) } }.map(\.name)
  }
}
