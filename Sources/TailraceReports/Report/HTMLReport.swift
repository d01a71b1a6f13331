/// The report of a folder of results: one page, made from its files alone.
public enum HTMLReport {
  /// The page; constant for equal files.
  ///
  /// - Parameter files: of a run, a comparison, a sweep or a search.
  /// - Returns: HTML, below 1.5 MB.
  public static func page(of files: ResultFiles) -> String {
    if case .list = files.manifest["designs"] { return ComparisonReport(files: files).page.html }
    if case .list = files.summary["points"] { return SweepReport(files: files).page.html }
    if case .list = files.summary["probes"] { return PlanReport(files: files).page.html }
    return RunReport(files: files).page.html
  }
}

extension ReportFile {
  /// The name of the report in a folder of results.
  public static let reportName = "report.html"

  /// The files with their report, which stands before the manifest's list of files is made.
  ///
  /// - Parameters:
  ///   - files: of the set, without manifest, in the order of their names.
  ///   - manifest: says what they were made from.
  /// - Returns: the whole set, `manifest.json` last.
  /// - Throws: where the manifest cannot be made.
  static func withReport(_ files: [ReportFile], _ manifest: Manifest) throws -> [ReportFile] {
    let head = ReportFile(Manifest.fileName, try manifest.text(files))
    let page = HTMLReport.page(of: try ResultFiles(files + [head]))
    let all = (files + [ReportFile(reportName, page)]).sorted { $0.name < $1.name }
    return all + [ReportFile(Manifest.fileName, try manifest.text(all))]
  }
}
