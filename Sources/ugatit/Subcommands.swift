import ArgumentParser

extension CommandConfiguration {
  /// Every variable that a command below this one reads.
  var environmentVariables: [String] {
    subcommands.flatMap { $0.environmentOptions.map(\.variable) + $0.configuration.environmentVariables }
  }
}
