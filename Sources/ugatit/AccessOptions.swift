import ArgumentParser
import Service

/// Who may use the server, and how much.
struct AccessOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "A file of keys, made by 'ugatit key'; requests then need one. SIGHUP reads it again.",
      valueName: "file"))
  var apiKeys: String?

  @Option(
    help: ArgumentHelp(
      "Requests a minute of each key, or of each address where there are no keys; more get 429.",
      valueName: "requests"))
  var rateLimit: Int?

  @Option(
    help: ArgumentHelp(
      "A proxy, or a block of them, that is believed when it says for whom it forwards. May be repeated.",
      valueName: "address/length"))
  var trustedProxy: [AddressRange] = []

  @Option(
    help: ArgumentHelp(
      "A site whose pages may use the server from a browser, as https://example.org, or *. May be repeated.",
      valueName: "origin"))
  var corsOrigin: [String] = []

  func validate() throws {
    if let rateLimit { try check("--rate-limit", rateLimit, 1...1_000_000) }
    do {
      _ = try CrossOrigin(origins: corsOrigin)
    } catch {
      throw ValidationError("--cors-origin: \(error.description).")
    }
  }

  /// - Throws: `APIKeyError` where the file of keys cannot be used.
  func configuration() throws -> AccessConfiguration {
    var configuration = AccessConfiguration()
    configuration.keys = try apiKeys.map { path throws(APIKeyError) in try KeyRing(path: path) }
    configuration.crossOrigin = corsOrigin.isEmpty ? nil : try CrossOrigin(origins: corsOrigin)
    configuration.trustedProxies = trustedProxy
    configuration.requestsPerMinute = rateLimit
    return configuration
  }
}

extension AddressRange: ExpressibleByArgument {
  public init?(argument: String) { self.init(argument) }
}
