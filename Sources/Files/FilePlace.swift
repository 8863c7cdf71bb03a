/// Where a file is, or will be when it is written: equal for all paths that lead to one file, by links, by `.` and
/// `..`, or by other names of the folder that it will be made in.
public enum FilePlace: Hashable, Sendable {
  case existing(FileIdentity)
  /// What is not there yet: the last folder on its way that is, and the names from there on.
  case absent(in: FileIdentity, names: [[UInt8]])

  /// - Returns: nil for pipes, sockets and devices: what is written to one overwrites nothing.
  /// - Throws: when the way cannot be followed.
  public init?(_ path: FilePath) throws(FileError) {
    if let status = try FileStatus(path) {
      guard status.kind == .regular || status.kind == .folder else { return nil }
      self = .existing(status.identity)
      return
    }
    var place = try path.followingLinks()
    var names: [[UInt8]] = []
    while true {
      names.insert(place.name, at: 0)
      place = place.folder
      if let status = try FileStatus(place) {
        self = .absent(in: status.identity, names: Self.climbed(names))
        return
      }
      guard place.bytes != place.folder.bytes else { throw FileError(path, "there is no such place") }
    }
  }

  /// - Returns: nil where the descriptor is not open, or open for a pipe, a socket or a device.
  public init?(descriptor: Int32) {
    guard let status = FileStatus(descriptor: descriptor), status.kind == .regular else { return nil }
    self = .existing(status.identity)
  }

  /// Nothing of what is not there yet is a link, so that `..` leads back.
  private static func climbed(_ names: [[UInt8]]) -> [[UInt8]] {
    var way: [[UInt8]] = []
    for name in names {
      if name == Array("..".utf8), !way.isEmpty {
        way.removeLast()
      } else if name != Array(".".utf8) {
        way.append(name)
      }
    }
    return way
  }
}
