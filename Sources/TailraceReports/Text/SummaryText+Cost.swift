import TailraceExperiment

extension SummaryText {
  /// What the design costs per hour, part by part; empty where nothing has a price.
  var costLines: [String] {
    guard let costs = result.costs else { return [] }
    var table = TextTable(gap: 3, firstWidth: 16)
    let currency = costs.currency.map { " (\($0))" } ?? ""
    table.append(["COST" + currency, "quantity", "price", "per hour"])
    for row in costs.rows {
      table.append(
        ["  " + row.price.part.name, quantity(row), Self.price(row.price), money(row.perHour)])
    }
    table.append(["  total", "", "", money(costs.total)])
    if hasIntervals, let width = costs.total.halfWidth, width > 0 {
      table.append(["    95 % CI ±", "", "", CostText.amount(width)])
    }
    var lines = styled(table)
    if let each = costs.perMillionGood.value {
      lines.append("  a million requests answered well: " + CostText.amount(each))
    }
    return lines
  }

  private func money(_ estimate: Estimate) -> String {
    estimate.value.map { CostText.amount($0) } ?? DecimalText.missing
  }

  private func quantity(_ row: CostRow) -> String {
    guard let value = row.quantity.value else { return DecimalText.missing }
    switch row.price.basis {
    case .replicaHour: return DecimalText.count(UInt64(value)) + " replicas"
    case .gibHour: return DecimalText.significant(value, digits: 4) + " GiB"
    case .millionRequests: return DecimalText.significant(value / 1e6, digits: 4) + " M requests/h"
    }
  }

  private static func price(_ price: Price) -> String {
    let amount = DecimalText.shortest(price.amount) ?? DecimalText.missing
    switch price.basis {
    case .replicaHour, .gibHour: return amount + " an hour"
    case .millionRequests: return amount + " a million"
    }
  }
}

/// Amounts of money as people read them.
enum CostText {
  /// Four digits behind the point, as price lists have them; two from 100 on.
  static func amount(_ value: Double) -> String {
    DecimalText.fixed(value, decimals: value < 100 ? 4 : 2, grouped: true)
  }

  /// `3.2 EUR an hour`.
  static func perHour(_ costs: CostReport) -> String? {
    costs.total.value.map { value in
      amount(value) + (costs.currency.map { " \($0)" } ?? "") + " an hour"
    }
  }
}
