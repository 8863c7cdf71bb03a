import ArgumentParser
import Service

/// Who may use the server, and how much.
struct AccessOptions: EnvironmentOptions {
  static let guards = true

  @Option(
    help: ArgumentHelp(
      "A file of keys, made by 'ugatit key'; requests then need one. SIGHUP reads it again.",
      valueName: "file"))
  var apiKeys: String?

  @Flag(help: "Without keys, let anybody who reaches the server load and unload models.")
  var openAdmin = AccessConfiguration().isAdministrationOpen

  @Option(
    \.access.requestsPerMinute, .whole(1...1_000_000, "requests"),
    "Requests a minute of each key, or of each address where there are no keys; more get 429.")
  var rateLimit: Setting?

  @Option(.addressRange, "A proxy, or a block of them, that is believed when it says for whom it forwards.")
  var trustedProxy: [AddressRange]

  @Option(.origin, "A site whose pages may use the server from a browser, as https://example.org, or *.")
  var corsOrigin: [String]

  /// Applies what is no plain setting.
  /// - Throws: `APIKeyError` where the file of keys cannot be used.
  func apply(to access: inout AccessConfiguration) throws {
    access.keys = try apiKeys.map { path throws(APIKeyError) in try KeyRing(path: path) }
    access.crossOrigin = corsOrigin.isEmpty ? nil : try CrossOrigin(origins: corsOrigin)
    access.trustedProxies = trustedProxy
    access.isAdministrationOpen = openAdmin
  }
}

extension Notation<AddressRange> {
  static var addressRange: Notation {
    Notation(
      name: "address/length",
      rule: "an address, or a block such as 10.0.0.0/8 whose address has no bits beyond its length",
      parse: { AddressRange($0) }, text: { "\($0)" })
  }
}

extension Notation<String> {
  static var origin: Notation {
    Notation(
      name: "origin",
      rule: "an origin as browsers send it, such as https://example.org, without a path; or *",
      parse: { (try? CrossOrigin(origins: [$0])) == nil ? nil : $0 }, text: { $0 })
  }
}
