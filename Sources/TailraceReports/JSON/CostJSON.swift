import TailraceExperiment

/// What a design costs, in the summary document.
struct CostJSON: Encodable {
  let currency: String?
  let perHour: Finite
  let perHourInterval: Finite
  let perMillionGood: Finite
  let parts: [PartJSON]

  init(_ costs: CostReport) {
    currency = costs.currency
    perHour = costs.total.finite()
    perHourInterval = costs.total.finiteHalfWidth()
    perMillionGood = costs.perMillionGood.finite()
    parts = costs.rows.map(PartJSON.init)
  }

  struct PartJSON: Encodable {
    let kind: String
    let name: String
    let basis: String
    let price: Finite
    let quantity: Finite
    let perHour: Finite

    init(_ row: CostRow) {
      kind =
        switch row.price.part {
        case .service: "service"
        case .cache: "cache"
        }
      name = row.price.part.name
      basis = row.price.basis.rawValue
      price = Finite(row.price.amount)
      quantity = row.quantity.finite()
      perHour = row.perHour.finite()
    }

    private enum CodingKeys: String, CodingKey {
      case kind, name, basis, price, quantity
      case perHour = "per_hour"
    }
  }

  private enum CodingKeys: String, CodingKey {
    case currency
    case perHour = "per_hour"
    case perHourInterval = "per_hour_ci95"
    case perMillionGood = "per_million_good"
    case parts
  }
}
