/// Lines of the benchmark's tables.
enum Report {
  static func row(_ name: String, _ cells: [String]) {
    var line = name + String(repeating: " ", count: max(0, 32 - name.count))
    for cell in cells {
      line += String(repeating: " ", count: max(1, 13 - cell.count)) + cell
    }
    print(line)
  }

  /// A decimal with a fixed number of places.
  static func fixed(_ value: Double, _ places: Int) -> String {
    var scale = 1
    for _ in 0..<places { scale *= 10 }
    let scaled = Int((value.magnitude * Double(scale)).rounded())
    let sign = value < 0 && scaled > 0 ? "-" : ""
    guard places > 0 else { return sign + "\(scaled)" }
    let fraction = String(scaled % scale)
    let zeros = String(repeating: "0", count: places - fraction.count)
    return sign + "\(scaled / scale).\(zeros)\(fraction)"
  }

  static func whole(_ value: Double) -> String { fixed(value, 0) }
}
