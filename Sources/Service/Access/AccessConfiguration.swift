/// Who may use the service, and how much.
public struct AccessConfiguration: Sendable {
  /// Whose keys open it; everybody may use it when nil.
  public var keys: KeyRing?
  /// Which sites' pages may use it from a browser; none when nil.
  public var crossOrigin: CrossOrigin?
  /// Proxies that are believed when they say for whom they forward.
  public var trustedProxies: [AddressRange] = []
  /// For each key, or for each address where there are no keys; nil for as many as they like.
  public var requestsPerMinute: Int?
  /// Whether, where there are no keys, anybody may load and unload models, from wherever.
  public var isAdministrationOpen = false

  public init() {}
}
