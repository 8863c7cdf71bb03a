/// Why the service refused a request, beside what the server below refuses on its own.  The raw value is a metric's
/// label.
enum RefusalCause: String, CaseIterable {
  case noKey = "no_key"
  case malformedKey = "malformed_key"
  case unknownKey = "unknown_key"
  case rateLimit = "rate_limit"
  case queueFull = "queue_full"
  /// The models are not there yet.
  case loading
  case draining
}
