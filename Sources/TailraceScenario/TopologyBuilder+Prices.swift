import TailraceCatalog
import TailraceExperiment
import TailraceModel

extension TopologyBuilder {
  /// What the parts of the design cost, in the order of services and caches by name.
  mutating func prices(_ topology: Topology) -> Prices {
    var prices = Prices()
    prices.currency = scenario.currency
    for service in scenario.services.sorted(by: { $0.name < $1.name }) {
      guard let price = service.value.price,
        let spec = topology.services.first(where: { $0.name == service.name })
      else { continue }
      if let amount = price.perReplicaHour {
        prices.items.append(.replicas(of: spec, amount))
      }
      if let amount = price.perMillionRequests {
        prices.items.append(Price(.service(service.name), .millionRequests, amount: amount))
      }
    }
    for cache in scenario.caches.sorted(by: { $0.name < $1.name }) {
      guard let price = cache.value.price,
        let spec = topology.caches.first(where: { $0.name == cache.name })
      else { continue }
      if let amount = price.perGibHour {
        if let bytes = cache.value.maxMemory {
          prices.items.append(.memory(of: spec, bytes: bytes, in: topology, amount))
        } else {
          let node = document["caches"]?[cache.name]?["price"]?["per_gib_hour"] ?? cache.nameNode
          reading.report(
            .missingKey, at: node,
            "a cache of 'max_entries' has no bytes to pay for; give it 'max_memory'")
        }
      }
      if let amount = price.perMillionRequests {
        prices.items.append(Price(.cache(cache.name), .millionRequests, amount: amount))
      }
    }
    return prices
  }

  /// A threshold on the cost needs something that costs.
  mutating func checkCost(_ prices: Prices) {
    guard prices.items.isEmpty, let thresholds = document["thresholds"]?.object else { return }
    for declared in scenario.thresholds where declared.threshold.metric.name == "cost" {
      let member = thresholds.members.first { $0.name == declared.threshold.name }
      reading.report(
        .missingKey, at: member?.value ?? document,
        "nothing has a price: 'cost' needs a 'price' at a service or cache")
    }
  }
}
