import Testing

@testable import ugatit

@Suite("What is shipped to deploy it")
struct DeploymentTests {
  private static func text(of name: String) throws -> String {
    String(decoding: try File.read("\(Places.deployment)/\(name)"), as: UTF8.self)
  }

  /// The variables that a container gets in kubernetes.yaml, by name; empty where the value comes from elsewhere.
  private static func variables(in yaml: String) -> [String: String] {
    var variables: [String: String] = [:]
    for line in yaml.split(separator: "\n").map({ $0.drop { $0 == " " } }) where !line.hasPrefix("#") {
      guard let start = line.firstRange(of: "name: UGATIT_")?.lowerBound else { continue }
      let name = line[start...].dropFirst("name: ".count).prefix { $0.isLetter || $0 == "_" }
      let value = line.split(separator: "value: ").dropFirst().first ?? ""
      variables[String(name)] = String(value.filter { $0 != "\"" && $0 != "}" })
    }
    return variables
  }

  @Test("Kubernetes waits longer than the drain and the shutdown together, and needs no preStop")
  func gracePeriod() throws {
    let yaml = try Self.text(of: "kubernetes.yaml")
    let variables = Self.variables(in: yaml)
    let drain = try #require(variables["UGATIT_DRAIN_S"].flatMap { Int($0) })
    let shutdown = try #require(variables["UGATIT_SHUTDOWN_S"].flatMap { Int($0) })
    let field = "terminationGracePeriodSeconds: "
    let line = try #require(yaml.split(separator: "\n").first { $0.contains(field) })
    let grace = try #require(line.split(separator: ": ").last.flatMap { Int($0) })
    // Readiness is asked every three seconds; and what is told to end last gets a second.
    #expect(drain >= 3 && drain + shutdown + 1 < grace)
    #expect(!yaml.contains("preStop"))
  }

  @Test("Every variable in kubernetes.yaml is an option of serve")
  func variables() throws {
    let variables = Self.variables(in: try Self.text(of: "kubernetes.yaml"))
    #expect(variables.count > 5)
    #expect(Set(variables.keys).subtracting(Serve.environmentOptions.map(\.variable)) == [])
  }
}
