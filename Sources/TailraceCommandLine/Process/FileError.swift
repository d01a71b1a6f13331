/// Why a file could not be read or written, as one line.
public struct FileError: Error, Equatable, Sendable {
  /// What was tried: "write", "read", "create".
  public let action: String
  /// The path as the user gave it.
  public let path: String
  /// The cause in words.
  public let cause: String

  /// A failure with a cause in words.
  public init(_ action: String, _ path: String, cause: String) {
    self.action = action
    self.path = path
    self.cause = cause
  }

  /// A failure with the system's number for the cause.
  init(_ action: String, _ path: String, code: Int32) {
    self.init(action, path, cause: Self.words(for: code))
  }

  /// The line for standard error, with a line break at its end.
  public var text: String { "error: cannot \(action) '\(path)': \(cause)\n" }

  /// The system's own texts depend on the language; these don't.
  private static func words(for code: Int32) -> String {
    switch code {
    case EACCES, EPERM: "permission denied"
    case ENOENT: "no such file or folder"
    case ENOTDIR: "a part of the path is not a folder"
    case EISDIR: "it is a folder"
    case EEXIST: "it exists and is not a folder"
    case ENOSPC, EDQUOT: "no space left on the device"
    case EROFS: "the file system is read-only"
    case ENAMETOOLONG: "the name is too long"
    case EMFILE, ENFILE: "too many open files"
    case EFBIG: "the file would be too large"
    case EPIPE: "the reader went away"
    case EIO: "input or output failed"
    case ELOOP: "too many symbolic links"
    default: "system error \(code)"
    }
  }
}
