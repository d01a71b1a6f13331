extension ValueForm where Value == Double {
  /// A bandwidth in bytes per second.
  public static func bandwidth(_ range: ClosedRange<Double>) -> ValueForm {
    ValueForm(
      "a bandwidth with its unit, such as \"100MB/s\"", schema: .bandwidth(range),
      write: { "\"\(QuantityText.bandwidth($0))\"" },
      read: { node, key, reading in
        reading.noting { () throws(Diagnostic) in
          try QuantityScanner.bandwidth(node, key: key, in: range)
        }
      })
  }
}
