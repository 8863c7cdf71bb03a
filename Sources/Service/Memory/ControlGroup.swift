/// The control group that this process is in (cgroups(7)).
enum ControlGroup {
  /// Bytes of memory that the group may have, or one that it lies in where that has less; nil for no limit.
  static var memoryLimit: Int? {
    guard let membership = SmallFile.text("/proc/self/cgroup"),
      let mounts = SmallFile.text("/proc/self/mountinfo")
    else { return nil }
    return memoryLimit(membership: membership, mounts: mounts, read: SmallFile.text)
  }

  /// - Parameters:
  ///   - membership: `/proc/self/cgroup`, lines of `number:controllers:path`, for version 2 without controllers.
  ///   - mounts: `/proc/self/mountinfo` (proc(5)).
  ///   - read: gives the text of a file, nil for one that is not there.
  static func memoryLimit(membership: String, mounts: String, read: (String) -> String?) -> Int? {
    let mounts = mounts.split(separator: "\n").compactMap { Mount(line: $0) }
    let limits = membership.split(separator: "\n").flatMap { line -> [Int] in
      let fields = line.split(separator: ":", maxSplits: 2, omittingEmptySubsequences: false)
      guard fields.count == 3 else { return [] }
      let isUnified = fields[1].isEmpty
      guard isUnified || fields[1].split(separator: ",").contains("memory"),
        let mount = mounts.first(where: { $0.isUnified == isUnified })
      else { return [] }
      let file = isUnified ? "memory.max" : "memory.limit_in_bytes"
      return mount.folders(of: String(fields[2])).compactMap { read("\($0)/\(file)").flatMap(limit) }
    }
    return limits.min()
  }

  /// Nil for none, which version 2 writes as `max` and version 1 as a number that no machine has.
  private static func limit(_ text: String) -> Int? {
    guard let bytes = Int(text.filter { !$0.isWhitespace }), bytes < 1 << 60 else { return nil }
    return bytes
  }

  /// Where the groups of one version are seen.
  private struct Mount {
    /// Whether it is of version 2.
    let isUnified: Bool
    /// The group that the folder shows, whose own are below it.
    let root: String
    let folder: String

    /// Nil for a line that tells of something else.
    init?(line: Substring) {
      let fields = line.split(separator: " ")
      guard let separator = fields.firstIndex(of: "-"), separator > 4, separator + 3 < fields.count else {
        return nil
      }
      let (type, options) = (fields[separator + 1], fields[separator + 3].split(separator: ","))
      guard type == "cgroup2" || type == "cgroup" && options.contains("memory") else { return nil }
      isUnified = type == "cgroup2"
      root = String(fields[3])
      folder = String(fields[4])
    }

    /// The folder of a group, and those above it that are seen here.
    func folders(of group: String) -> [String] {
      // A container may see its own group as the root of all, whatever it is called outside.
      let below = root == "/" ? group : group.hasPrefix(root) ? String(group.dropFirst(root.count)) : ""
      let names = below.split(separator: "/").filter { $0 != ".." }
      return (0...names.count).map { count in
        ([folder] + names.prefix(count).map(String.init)).joined(separator: "/")
      }
    }
  }
}
