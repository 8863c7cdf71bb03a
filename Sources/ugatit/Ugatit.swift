import ArgumentParser
import Kernels
import Service

@main
struct Ugatit: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "ugatit", abstract: "Translate images between two domains with U-GAT-IT, on CPUs.",
    version: Version.current,
    subcommands: [Serve.self, Translate.self, Import.self, Inspect.self, Bench.self, Health.self, Key.self])

  static func main() async {
    do {
      try checkInstructionSetCap()
      var command = try parseAsRoot(Environment.arguments(for: CommandLine.carriedArguments[...]))
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

  /// A misspelt cap would otherwise be no cap.
  private static func checkInstructionSetCap() throws {
    do {
      _ = try InstructionSet.best(cap: InstructionSet.environmentCap)
    } catch {
      throw ValidationError(error.description)
    }
  }
}
