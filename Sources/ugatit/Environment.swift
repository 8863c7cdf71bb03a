import FoundationEssentials

/// Options from the environment: `UGATIT_MAX_QUEUE=8` is `--max-queue 8`, unless the command line says otherwise.
enum Environment {
  /// By subcommand, the options that are also read from the environment.
  private static let options: [String: [String]] = [
    "serve": [
      "host", "port", "models", "default-model", "threads", "precision", "max-batch", "max-queue",
      "max-delay-ms",
      "max-body-mb", "max-side", "max-megapixels", "deadline-s", "keep-results", "keep-s", "shutdown-s",
      "log-format", "log-level",
    ],
    "translate": ["models", "threads"],
    "import": ["models"],
  ]

  /// The arguments with those of the environment before them, so that a later one of the command line wins.
  static func arguments(
    for arguments: ArraySlice<String>, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String] {
    guard let command = arguments.first, let options = options[command] else { return Array(arguments) }
    let added = options.flatMap { option -> [String] in
      guard let value = environment[name(of: option)], !value.isEmpty else { return [] }
      return ["--\(option)=\(value)"]
    }
    return [command] + added + arguments.dropFirst()
  }

  /// `max-queue` is `UGATIT_MAX_QUEUE`.
  static func name(of option: String) -> String {
    "UGATIT_" + option.uppercased().replacing("-", with: "_")
  }
}
