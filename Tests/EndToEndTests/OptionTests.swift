import FoundationEssentials
import Testing

@testable import ugatit

@Suite("Options", .timeLimit(.minutes(5)))
struct OptionTests {
  /// Whose tables README.md has: a command and what it reads from the environment.
  private static let commands: [(name: String, environmentOptions: [DeclaredOption])] = [
    ("serve", Serve.environmentOptions), ("translate", Translate.environmentOptions),
    ("import", Import.environmentOptions), ("health", Health.environmentOptions),
  ]

  @Test(
    "README's tables have every option of a command and no other, with its variable and default",
    arguments: commands.indices)
  func tables(index: Int) async throws {
    let command = Self.commands[index]
    let rows = try OptionRow.rows(
      of: command.name, in: String(decoding: try File.read(Places.readme), as: UTF8.self))
    let options = try await DumpedOption.options(of: command.name)
    #expect(Set(rows.map(\.flag)).symmetricDifference(options.flatMap(\.flags)) == [], "\(command.name)")
    #expect(Set(rows.map(\.flag)).count == rows.count)
    for row in rows {
      let option = try #require(options.first { $0.flags.contains(row.flag) }, "\(row.flag)")
      let declared = command.environmentOptions.first { $0.flag == row.flag }
      #expect(row.variable == declared?.variable, "\(row.flag)")
      // As many as the machine has processors.
      if row.flag == "--threads" { continue }
      if let standard = option.standard {
        #expect(row.standard == standard, "\(row.flag)")
      } else {
        #expect((row.standard == "required") == option.isRequired, "\(row.flag)")
        #expect(!row.standard.isEmpty && Double(row.standard) == nil, "\(row.flag)")
      }
    }
  }

  @Test("Every option of serve is a variable, but its help")
  func environment() async throws {
    let dumped = try await DumpedOption.options(of: "serve").flatMap(\.flags)
    #expect(Serve.environmentOptions.map(\.flag).sorted() == dumped.sorted())
  }

  @Test(
    "A variable that is misspelt, wrong or empty where it guards ends the start with its name, not the flag's"
  )
  func slips() async throws {
    for (variable, value, advice) in [
      ("UGATIT_MAX_QEUE", "8", "did you mean UGATIT_MAX_QUEUE?"),
      ("UGATIT_CLIENT_TOKEN", "x", "'ugatit help serve'"),
      ("UGATIT_MAX_QUEUE", "many", "for UGATIT_MAX_QUEUE: it must be a whole number from 1 to 100000"),
      ("UGATIT_LOG_FORMAT", "xml", "for UGATIT_LOG_FORMAT"),
      ("UGATIT_CORS_ORIGIN", "https://a.example,b", "'b' is invalid for UGATIT_CORS_ORIGIN"),
      ("UGATIT_PORT", "tcp", "for UGATIT_PORT"),
      ("UGATIT_STRICT_MODELS", "ture", "for UGATIT_STRICT_MODELS: it must be true or false"),
      ("UGATIT_API_KEYS", "", "UGATIT_API_KEYS is empty"),
      ("UGATIT_RATE_LIMIT", "", "UGATIT_RATE_LIMIT is empty"),
      ("UGATIT_MAX_CONNECTIONS_PER_ADDRESS", "", "UGATIT_MAX_CONNECTIONS_PER_ADDRESS is empty"),
      ("UGATIT_TRUSTED_PROXY", " , ", "UGATIT_TRUSTED_PROXY is empty"),
    ] {
      let command = try await FinishedCommand("serve", "--port", "0", environment: [variable: value])
      #expect(command.status == 64 && command.output.isEmpty, "\(variable)")
      #expect(command.errors.contains(advice), "\(command.errors)")
      #expect(!command.errors.contains("'--"), "\(command.errors)")
    }
    let translate = try await FinishedCommand(
      "translate", "a", "-o", "b", environment: ["UGATIT_THREDS": "2"])
    #expect(translate.status == 64 && translate.errors.contains("did you mean UGATIT_THREADS?"))
    let health = try await FinishedCommand("health", environment: ["UGATIT_PORT": "many"])
    #expect(health.status == 64 && health.errors.contains("for UGATIT_PORT: it must be"))
  }

  @Test("An empty variable that guards nothing is none, and help comes before all faults of variables")
  func harmlessVariables() async throws {
    let empty = try await FinishedCommand(
      "serve", "--port", "0", "--models", "/nonexistent",
      environment: ["UGATIT_DEFAULT_MODEL": "", "UGATIT_THREADS": "", "UGATIT_MODELS": ""])
    #expect(empty.status == 66)
    #expect(try await FinishedCommand("serve", "--help", environment: ["UGATIT_X": "1"]).status == 0)
  }

  @Test(
    "Kubernetes' links to a Service of the program's name are not read, and the one that takes a name is told"
  )
  func serviceLinks() async throws {
    let links = [
      "UGATIT_SERVICE_HOST": "10.0.0.1", "UGATIT_SERVICE_PORT": "80", "UGATIT_SERVICE_PORT_HTTP": "80",
      "UGATIT_PORT": "tcp://10.0.0.1:80", "UGATIT_PORT_80_TCP": "tcp://10.0.0.1:80",
      "UGATIT_PORT_80_TCP_PROTO": "tcp", "UGATIT_PORT_80_TCP_PORT": "80",
      "UGATIT_PORT_80_TCP_ADDR": "10.0.0.1",
      "UGATIT_CANARY_SERVICE_HOST": "10.0.0.2", "UGATIT_CANARY_PORT": "udp://10.0.0.2:80",
      "UGATIT_CANARY_PORT_53_UDP_ADDR": "10.0.0.2",
    ]
    for (name, value) in links { #expect(ServiceLink.isOne(name: name, value: value), "\(name)") }
    for (name, value) in [
      ("UGATIT_PORT", "8080"), ("UGATIT_HOST", "tcp://10.0.0.1:80"), ("UGATIT_MAX_PORT", "80"),
      ("UGATIT_PORT_TCP", "80"), ("UGATIT_80_TCP", "80"),
    ] {
      #expect(!ServiceLink.isOne(name: name, value: value), "\(name)")
    }
    let server = try await FinishedCommand(
      "serve", "--port", "0", "--models", "/nonexistent", environment: links)
    #expect(server.status == 66 && server.output.contains("listening"))
    #expect(server.errors.contains("UGATIT_PORT=tcp://10.0.0.1:80 is Kubernetes' link"))
    #expect(server.errors.contains("enableServiceLinks: false"))
  }

  @Test("A misspelt subcommand or option gets the one that was meant")
  func suggestions() async throws {
    for (arguments, meant) in [
      (["serv"], "'serve'"), (["help", "tranlsate"], "'translate'"), (["bench", "kernel"], "'kernels'"),
      (["serve", "--max-quue", "1"], "'--max-queue'"), (["frobnicate"], "there are serve, translate,"),
    ] {
      let command = try await FinishedCommand(arguments: arguments)
      #expect(command.status == 64 && command.errors.contains(meant), "\(command.errors)")
    }
  }

  @Test("Defaults are the configuration's, in the option's unit")
  func defaults() async throws {
    let options = try await DumpedOption.options(of: "serve")
    for (flag, standard) in [
      ("--max-body-mb", "64"), ("--max-megapixels", "120"), ("--deadline-s", "60"), ("--max-delay-ms", "0"),
    ] {
      #expect(options.first { $0.flags == [flag] }?.standard == standard, "\(flag)")
    }
  }
}

/// A row of one of README's tables, or a part of it: some rows are of two options.
private struct OptionRow {
  let flag: String
  let variable: String?
  let standard: String

  /// The rows of all tables of a command.
  static func rows(of command: String, in readme: String) throws -> [OptionRow] {
    var rows: [OptionRow] = []
    var isInTable = false
    for line in readme.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("| `ugatit ") {
        isInTable = line.hasPrefix("| `ugatit \(command)` | environment | default |")
      }
      if !line.hasPrefix("|") { isInTable = false }
      guard isInTable, line.hasPrefix("| `-") else { continue }
      let cells = line.split(separator: "|", omittingEmptySubsequences: false).dropFirst().map(Self.items)
      let (flags, variables) = (cells[0], cells[1])
      try #require(variables.isEmpty || variables.count == flags.count, "\(line)")
      // A sentence may have commas of its own.
      let standards = flags.count == 1 || cells[2].count != flags.count ? [] : cells[2]
      for (index, flag) in flags.enumerated() {
        rows.append(
          OptionRow(
            flag: flag, variable: variables.isEmpty ? nil : variables[index],
            standard: standards.isEmpty ? cells[2].joined(separator: ", ") : standards[index]))
      }
    }
    return rows
  }

  private static func items(_ cell: Substring) -> [String] {
    cell.split(separator: ",").map { item in
      let words = item.split(separator: " ").joined(separator: " ")
      return words.hasPrefix("`") && words.hasSuffix("`") ? words.filter { $0 != "`" } : words
    }.filter { !$0.isEmpty }
  }
}

/// An option as the program's own help has it.
private struct DumpedOption {
  let flags: [String]
  let isRequired: Bool
  /// Its default; nil where there is none.
  let standard: String?

  static func options(of command: String) async throws -> [DumpedOption] {
    let dump = try await FinishedCommand(command, "--experimental-dump-help")
    let tool = try JSONDecoder().decode(Tool.self, from: Data(dump.output.utf8))
    return tool.command.arguments.filter { $0.kind != "positional" }.map(DumpedOption.init)
      .filter { !$0.flags.contains("--help") && !$0.flags.contains("--version") }
  }

  private init(_ argument: Tool.Argument) {
    flags = (argument.names ?? []).map { ($0.kind == "short" ? "-" : "--") + $0.name }
    // What the program's own notation adds to the help.
    let told = argument.abstract?.split(separator: "default: ").dropFirst().last.map { String($0.dropLast()) }
    standard = argument.kind == "flag" ? "off" : argument.defaultValue ?? told
    isRequired = !argument.isOptional
  }

  private struct Tool: Decodable {
    struct Name: Decodable {
      let kind: String
      let name: String
    }
    struct Argument: Decodable {
      let kind: String
      let isOptional: Bool
      let names: [Name]?
      let defaultValue: String?
      let abstract: String?
    }
    struct Command: Decodable {
      let arguments: [Argument]
    }
    let command: Command
  }
}
