import ArgumentParser
import Kernels
import Service

@main
struct Ugatit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ugatit", abstract: "Translate images between two domains with U-GAT-IT, on CPUs.",
    version: Version.current,
    subcommands: [
      Serve.self, Translate.self, Import.self, Inspect.self, Evaluate.self, Bench.self, Health.self, Key.self,
    ])

  static func main() async {
    do {
      try checkInstructionSetCap()
      var command = try command(of: CommandLine.carriedArguments)
      if !(command is Serve) { Interruption.watch() }
      if var asynchronous = command as? any AsyncParsableCommand {
        try await asynchronous.run()
      } else {
        try command.run()
      }
    } catch {
      guard let failure = Failure(error) else { exit(withError: error) }
      failure.exit()
    }
  }

  /// What the command line asks for, with what the environment adds.
  private static func command(of arguments: [String]) throws -> any ParsableCommand {
    try configuration.checkSubcommand(arguments[...])
    // Without the environment first: a request for help, or a slip in the line itself, comes before its faults.
    let command = try parseAsRoot(arguments)
    let options = type(of: command).environmentOptions
    guard !options.isEmpty else { return command }
    let environment = Environment()
    try environment.check(known: configuration.environmentVariables + [InstructionSet.environmentVariable])
    for note in environment.notes(on: options) { printError(note) }
    let added = try environment.arguments(for: options, besides: arguments)
    return added.isEmpty ? command : try parseAsRoot(arguments.prefix(1) + added + arguments.dropFirst())
  }

  /// A misspelt cap would otherwise be no cap.
  private static func checkInstructionSetCap() throws {
    do {
      _ = try InstructionSet.best(cap: InstructionSet.environmentCap)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
