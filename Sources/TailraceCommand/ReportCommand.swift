import TailraceCommandLine
import TailraceReports

/// `tailrace report`: the HTML page of a folder of results, made again from its files.
enum ReportCommand {
  static func run(_ command: ParsedCommand) throws -> ExitCode {
    let folder = command.arguments[0]
    let files: ResultFiles
    do throws(ResultFiles.Mistake) {
      files = try read(folder)
    } catch {
      Streams.printMessage("error: \(folder): \(error.text)\n")
      return .failure
    }
    let changed = files.changed
    guard changed.isEmpty else {
      Streams.printMessage(
        "error: \(folder): \(changed.joined(separator: ", ")): not as the run wrote "
          + (changed.count == 1 ? "it" : "them")
          + " (SHA-256 differs from manifest.json); run it again\n")
      return .failure
    }
    let page = HTMLReport.page(of: files)
    let path = command.text("output") ?? folder + "/" + ReportFile.reportName
    try FileSet.write(Array(page.utf8), to: path)
    ProgressLine.standardError(for: command).tellWritten()
    return .success
  }

  /// The files of a folder that its manifest names.
  private static func read(_ folder: String) throws(ResultFiles.Mistake) -> ResultFiles {
    let manifest = try bytes(folder, Manifest.fileName)
    var files = [ReportFile(name: Manifest.fileName, contents: manifest)]
    for name in try ResultFiles.names(in: manifest) {
      files.append(ReportFile(name: name, contents: try bytes(folder, name)))
    }
    return try ResultFiles(files)
  }

  private static func bytes(
    _ folder: String, _ name: String
  ) throws(ResultFiles.Mistake) -> [UInt8] {
    do throws(FileError) {
      return try Streams.read(folder + "/" + name)
    } catch {
      throw ResultFiles.Mistake("cannot read '\(name)': \(error.cause)")
    }
  }
}
