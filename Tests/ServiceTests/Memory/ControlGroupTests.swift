import Testing

@testable import Service

@Suite("The memory of a control group")
struct ControlGroupTests {
  private static let unified = "31 23 0:27 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
  private static let old = "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"

  private func limit(_ membership: String, _ mounts: String, _ files: [String: String]) -> Int? {
    ControlGroup.memoryLimit(membership: membership, mounts: mounts) { files[$0] }
  }

  @Test("of version 2 is its own, or that of a group above it which has less")
  func unified() {
    let files = [
      "/sys/fs/cgroup/pods/memory.max": "2000\n", "/sys/fs/cgroup/pods/one/memory.max": "3000\n",
      "/sys/fs/cgroup/pods/two/memory.max": "1000\n", "/sys/fs/cgroup/pods/three/memory.max": "max\n",
    ]
    #expect(limit("0::/pods/one\n", Self.unified, files) == 2000)
    #expect(limit("0::/pods/two\n", Self.unified, files) == 1000)
    #expect(limit("0::/pods/three\n", Self.unified, files) == 2000)
    #expect(limit("0::/other\n", Self.unified, files) == nil)
  }

  @Test("of a container that sees its own group as the root")
  func container() {
    #expect(limit("0::/\n", Self.unified, ["/sys/fs/cgroup/memory.max": "512\n"]) == 512)
    let mounts = "35 31 0:32 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory\n"
    let files = [
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "1024\n",
      "/sys/fs/cgroup/memory/inner/memory.limit_in_bytes": "700\n",
    ]
    #expect(limit("4:memory:/docker/abc\n0::/\n", mounts, files) == 1024)
    #expect(limit("4:memory:/docker/abc/inner\n", mounts, files) == 700)
  }

  @Test("of version 1 is of the line with the controller, and a number beyond every machine is none")
  func old() {
    let files = [
      "/sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
      "/sys/fs/cgroup/memory/a/memory.limit_in_bytes": "4096\n",
    ]
    #expect(limit("5:devices:/b\n4:cpu,memory:/a\n0::/\n", Self.old + Self.unified, files) == 4096)
    #expect(limit("4:memory:/\n", Self.old, files) == nil)
  }

  @Test("is none where the files say nothing that can be read")
  func nothing() {
    #expect(limit("", "", [:]) == nil)
    #expect(limit("nonsense\n0::/a", "nonsense - x", [:]) == nil)
    #expect(limit("0::/a", Self.unified, ["/sys/fs/cgroup/a/memory.max": "much\n"]) == nil)
  }
}
