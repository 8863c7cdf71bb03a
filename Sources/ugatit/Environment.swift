import FoundationEssentials

/// Options from the environment: `UGATIT_MAX_QUEUE=8` is `--max-queue 8`, unless the command line says otherwise.
enum Environment {
  /// By subcommand, the options that are also read from the environment.
  private static let options: [String: [String]] = [
    "serve": [
      "host", "port", "models", "default-model", "threads", "precision", "max-batch", "max-queue",
      "max-delay-ms", "max-side", "max-megapixels", "deadline-s", "keep-results", "keep-s", "shutdown-s",
      "log-format", "log-level",
      "api-keys", "rate-limit", "trusted-proxy", "cors-origin",
      "max-body-mb", "max-target-bytes", "max-header-bytes", "max-header-fields", "max-parts",
      "max-part-header-bytes", "header-s", "body-s", "write-s", "min-rate", "idle-s", "max-connections",
      "max-connections-per-address", "max-requests-per-connection",
    ],
    "translate": ["models", "threads"],
    "import": ["models"],
  ]

  /// Options that may be repeated: their variables hold several values, with commas between them.
  private static let repeated: Set = ["trusted-proxy", "cors-origin"]

  /// The arguments with those of the environment before them, so that a later one of the command line wins.
  static func arguments(
    for arguments: ArraySlice<String>, environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> [String] {
    guard let command = arguments.first, let options = options[command] else { return Array(arguments) }
    let added = options.flatMap { option -> [String] in
      guard let value = environment[name(of: option)], !value.isEmpty else { return [] }
      guard repeated.contains(option) else { return ["--\(option)=\(value)"] }
      // The command line's would add to these rather than overrule them.
      let isGiven = arguments.contains { $0 == "--\(option)" || $0.hasPrefix("--\(option)=") }
      return isGiven ? [] : value.split(separator: ",").map { "--\(option)=\($0.filter { $0 != " " })" }
    }
    return [command] + added + arguments.dropFirst()
  }

  /// `max-queue` is `UGATIT_MAX_QUEUE`.
  static func name(of option: String) -> String {
    "UGATIT_" + option.uppercased().replacing("-", with: "_")
  }
}
