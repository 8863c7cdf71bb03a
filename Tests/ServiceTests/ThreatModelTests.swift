import FoundationEssentials
import Testing

@Suite("The threat model in deploy/THREATS.md")
struct ThreatModelTests {
  private let root = #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3)
    .joined(separator: "/")

  private func text(_ path: String) throws -> String {
    String(decoding: try #require(FileManager.default.contents(atPath: path), "\(path)"), as: UTF8.self)
  }

  @Test("Names tests that are there, each in the folder that its link leads to")
  func names() throws {
    var count = 0
    for row in try text("\(root)/deploy/THREATS.md").split(separator: "\n") where row.contains("](../Tests/")
    {
      for link in row.split(separator: "](../Tests/").dropFirst() {
        let folder = "\(root)/Tests/\(link.prefix { $0 != ")" })"
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
          $0.hasSuffix(".swift")
        }
        let sources = try files.map { try text("\(folder)/\($0)") }
        // Every other piece between quotes is a name.
        let pieces = link.split(separator: "\"", omittingEmptySubsequences: false)
        for name in stride(from: 1, to: pieces.count, by: 2).map({ pieces[$0] }) {
          let isThere = sources.contains { source in
            ["\"\(name)\"", "`\(name)`", "func \(name)("].contains { source.contains($0) }
          }
          #expect(isThere, "\(name)")
          count += 1
        }
      }
    }
    #expect(count > 40)
  }
}
