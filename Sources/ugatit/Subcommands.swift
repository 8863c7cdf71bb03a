import ArgumentParser
import Service

extension CommandConfiguration {
  /// The parser takes a word that is no subcommand for an argument too many, and does not say which was meant.
  ///
  /// - Parameter words: the command line behind this command.
  /// - Throws: `ValidationError`, with the nearest.
  func checkSubcommand(_ words: ArraySlice<String>) throws {
    guard !subcommands.isEmpty, let word = words.first, !word.hasPrefix("-") else { return }
    if word == "help" { return try checkSubcommand(words.dropFirst()) }
    if let command = subcommands.first(where: { $0.name == word }) {
      return try command.configuration.checkSubcommand(words.dropFirst())
    }
    let names = subcommands.map { $0.name }
    let advice =
      Spelling.nearest(to: word, among: names).map { "did you mean '\($0)'?" }
      ?? "there are \(names.joined(separator: ", "))."
    throw ValidationError("'\(word)' is no subcommand; \(advice)")
  }

  /// Every variable that a command below this one reads.
  var environmentVariables: [String] {
    subcommands.flatMap { $0.environmentOptions.map(\.variable) + $0.configuration.environmentVariables }
  }
}

extension ParsableCommand {
  /// As it is typed: the parser makes it of the type's name where the configuration has none.
  fileprivate static var name: String { configuration.commandName ?? "\(self)".lowercased() }
}
