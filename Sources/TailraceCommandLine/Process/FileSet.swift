/// The files of an output folder, written so that no reader ever sees half of one.
///
/// All files are first written beside their places; only when that has worked are they renamed,
/// the last of the list last. A folder that an earlier run wrote loses the files of the standard
/// set that are not in this one; other files are left alone.
public struct FileSet: Sendable {
  /// A file by its name in the folder.
  public struct File: Sendable, Equatable {
    /// The name, without a folder.
    public var name: String
    /// What the file holds.
    public var contents: [UInt8]

    /// A file by its name.
    public init(name: String, contents: [UInt8]) {
      self.name = name
      self.contents = contents
    }
  }

  /// The file that makes a folder one of ours, and stands for its completeness.
  public static let manifestName = "manifest.json"
  /// What such a file contains.
  public static let mark = "\"tool\": \"tailrace\""
  /// Names of the standard set: what an earlier run may have left.
  public static let standardNames = [
    "breakdown.csv", "caches.csv", "calls.csv", "comparison.csv", "completeness.csv",
    "hot_keys.csv", "latency_histogram.csv", "latency_percentiles.csv", "moved.csv",
    "paired_requests.csv", "rate_limits.csv", "report.html",
    "requests.csv", "services.csv", "stragglers.csv", "summary.csv", "summary.json", "summary.txt",
    "sweep.csv", "thresholds.csv", "timeseries.csv",
  ]

  /// The files; the manifest takes its place last whatever its place here.
  public var files: [File]

  /// A set of files with different names.
  public init(_ files: [File]) {
    precondition(Set(files.map(\.name)).count == files.count, "Names differ.")
    self.files = files
  }

  /// Makes a folder for files to come, with those above it, so that a run does not fail at its end.
  public static func prepare(_ folder: String) throws(FileError) { try Folder.make(folder) }

  /// Fails where a file could not be written, so that a run does not fail at its end; "-" and devices
  /// are taken as they are.
  public static func check(_ path: String) throws(FileError) {
    if path == "-" || Folder.isDevice(path) { return }
    if Folder.isFolder(path) { throw FileError("write", path, code: EISDIR) }
    let (folder, _) = Folder.split(path)
    if unsafe access(folder.isEmpty ? "." : folder, W_OK | X_OK) != 0 {
      throw FileError("write", path, code: errno)
    }
  }

  /// Writes all files into a folder, which is made where it is missing.
  public func write(to folder: String) throws(FileError) {
    try Folder.make(folder)
    let others = files.filter { $0.name != Self.manifestName }
    let ordered = others + files.filter { $0.name == Self.manifestName }
    var staged: [StagedFile] = []
    do throws(FileError) {
      for file in ordered {
        let place = StagedFile(Folder.join(folder, file.name))
        staged.append(place)
        try place.fill(file.contents)
      }
      try removeStale(in: folder)
      while let place = staged.first {
        try place.settle()
        staged.removeFirst()
      }
    } catch {
      for place in staged { place.discard() }
      throw error
    }
  }

  /// Writes one file in the same careful way; "-" is standard output.
  public static func write(_ contents: [UInt8], to path: String) throws(FileError) {
    if path == "-" {
      return try Descriptor(number: 1).write(contents, shown: "standard output")
    }
    guard !Folder.isDevice(path) else {
      let file = try Descriptor.writing(path, shown: path)
      try file.write(contents, shown: path)
      return try file.close(shown: path)
    }
    let place = StagedFile(path)
    do throws(FileError) {
      try place.fill(contents)
      try place.settle()
    } catch {
      place.discard()
      throw error
    }
  }

  /// Writes a file that is not there yet, all of it or nothing; one that is there is left alone.
  public static func create(_ contents: [UInt8], at path: String) throws(FileError) {
    let place = StagedFile(path)
    do throws(FileError) {
      try place.fill(contents)
      // A link, unlike a move, never takes the place of a file that came meanwhile.
      if unsafe link(place.temporary, path) != 0 {
        throw errno == EEXIST
          ? FileError("write", path, cause: "it is there already")
          : FileError("write", path, code: errno)
      }
    } catch {
      place.discard()
      throw error
    }
    place.discard()
  }

  /// The old manifest goes first: from here to the end the folder is not complete.
  private func removeStale(in folder: String) throws(FileError) {
    let manifest = Folder.join(folder, Self.manifestName)
    guard let old = try? Streams.read(manifest),
      String(decoding: old, as: UTF8.self).contains(Self.mark)
    else { return }
    let kept = Set(files.map(\.name))
    for name in [Self.manifestName] + Self.standardNames
    where name == Self.manifestName || !kept.contains(name) {
      let path = Folder.join(folder, name)
      if unsafe unlink(path) != 0, errno != ENOENT { throw FileError("remove", path, code: errno) }
    }
  }
}
