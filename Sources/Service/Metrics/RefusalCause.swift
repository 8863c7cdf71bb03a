/// Why the service refused a request, beside what the server below refuses on its own.  The raw value is a metric's
/// label.
enum RefusalCause: String, CaseIterable {
  case noKey = "no_key"
  case malformedKey = "malformed_key"
  case unknownKey = "unknown_key"
  case rateLimit = "rate_limit"
  case noAdministrator = "no_administrator"
  case queueFull = "queue_full"
  /// Other uploads and pictures have the memory that there is for them.
  case uploadMemory = "upload_memory"
  /// A body arrived too slowly while others waited for its memory.
  case slowUpload = "slow_upload"
  /// The models are not there yet.
  case loading
  case draining
}
