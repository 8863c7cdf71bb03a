#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// Which file it is, whatever it is called: two names with one identity are links to one file (POSIX `struct stat`).
public struct FileIdentity: Hashable, Sendable {
  let device: UInt64
  let inode: UInt64
}

/// What the system knows of a file.  Links are followed.
public struct FileStatus: Sendable {
  public enum Kind: Sendable {
    case regular, folder, pipe, socket, device

    /// As it stands after "this is".
    public var name: String {
      switch self {
      case .regular: "a file"
      case .folder: "a folder"
      case .pipe: "a pipe"
      case .socket: "a socket"
      case .device: "a device"
      }
    }
  }

  public let kind: Kind
  public let identity: FileIdentity
  /// Bytes; a sparse file may hold fewer.
  public let size: Int
  /// When its content was changed last, since 1970.
  public let modified: Duration
  /// Of owner, group and others.
  let permissions: mode_t
  let owner: uid_t
  let group: gid_t

  /// - Returns: nil when there is nothing at `path`.
  /// - Throws: when the system does not tell, as where a folder of the path may not be searched.
  public init?(_ path: FilePath) throws(FileError) {
    var status = stat()
    guard path.withCString({ stat($0, &status) }) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw FileError(path)
    }
    self.init(status)
  }

  /// - Returns: nil for a descriptor that is not open.
  public init?(descriptor: Int32) {
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { return nil }
    self.init(status)
  }

  private init(_ status: stat) {
    kind =
      switch status.st_mode & S_IFMT {
      case S_IFREG: .regular
      case S_IFDIR: .folder
      case S_IFIFO: .pipe
      case S_IFSOCK: .socket
      default: .device
      }
    identity = FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    size = Int(status.st_size)
    modified = .seconds(status.st_mtim.tv_sec) + .nanoseconds(status.st_mtim.tv_nsec)
    permissions = status.st_mode & 0o7777
    owner = status.st_uid
    group = status.st_gid
  }
}
