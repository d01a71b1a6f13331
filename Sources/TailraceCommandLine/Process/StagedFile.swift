/// A file written beside its place, to be moved there in one step.
struct StagedFile {
  /// Where the file goes.
  let path: String
  /// Where it is until then: in the same folder, so that the move cannot be half done.
  let temporary: String

  init(_ path: String) {
    self.path = path
    let (folder, name) = Folder.split(path)
    temporary = Folder.join(folder, ".\(name).\(getpid()).tmp")
  }

  /// Writes the bytes beside the place.
  func fill(_ contents: [UInt8]) throws(FileError) {
    if Folder.isFolder(path) { throw FileError("write", path, code: EISDIR) }
    let file = try Descriptor.writing(temporary, shown: path)
    do throws(FileError) {
      try file.write(contents, shown: path)
    } catch {
      try? file.close(shown: path)
      throw error
    }
    try file.close(shown: path)
  }

  /// Moves the file to its place.
  func settle() throws(FileError) {
    if unsafe rename(temporary, path) != 0 { throw FileError("write", path, code: errno) }
  }

  /// Removes what was written beside the place.
  func discard() {
    unsafe unlink(temporary)
  }
}
