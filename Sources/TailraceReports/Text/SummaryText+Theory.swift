extension SummaryText {
  /// Theory beside simulation: some lines, or all with what fails where every part is wanted.
  var theoryLines: [String] {
    guard let theory else { return [] }
    let text = TheoryText(
      result, theory, isVerbose: isVerbose, hasColor: hasColor, timeUnit: timeUnit)
    return isVerbose ? text.allLines : text.shortLines
  }
}
