import FoundationEssentials

/// How many threads it makes sense to run.
public enum Processors {
  /// Processors that this process may run on, or fewer where its container has a quota of their time: threads beyond
  /// it would only spin it away.
  public static var available: Int {
    let seen = ProcessInfo.processInfo.activeProcessorCount
    guard let file = FileManager.default.contents(atPath: "/sys/fs/cgroup/cpu.max"),
      let quota = quota(String(decoding: file, as: UTF8.self))
    else { return seen }
    return min(seen, quota)
  }

  /// Whole processors that a quota of control group v2 grants, at least one; nil for none.
  ///
  /// - Parameter text: `cpu.max`, two numbers of microseconds or `max` and one (Linux, cgroup-v2, "CPU Interface
  ///   Files").
  static func quota(_ text: String) -> Int? {
    let fields = text.split { $0 == " " || $0.isNewline }
    guard fields.count == 2, let time = Int(fields[0]), let period = Int(fields[1]), time > 0, period > 0
    else {
      return nil
    }
    return max(1, time / period)
  }
}
