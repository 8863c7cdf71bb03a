import Logging

/// How a log line looks.
public enum LogFormat: String, CaseIterable, Sendable {
  /// `2026-01-31T12:00:00.000Z info listening host=127.0.0.1 port=8080`
  case text
  /// One JSON object with `time`, `level`, `message` and the metadata.
  case json
}

/// Makes one line of each event.
public struct LineLogHandler: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  private let format: LogFormat
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes each line, its newline included.
  public init(format: LogFormat, level: Logger.Level, write: @escaping @Sendable (String) -> Void) {
    self.format = format
    logLevel = level
    self.write = write
  }

  public subscript(metadataKey key: String) -> Logger.Metadata.Value? {
    get { metadata[key] }
    set { metadata[key] = newValue }
  }

  public func log(event: LogEvent) {
    var fields = metadata.merging(metadataProvider?.get() ?? [:]) { $1 }
    fields.merge(event.metadata ?? [:]) { $1 }
    if let error = event.error { fields["error"] = "\(error)" }
    let line = LogLine(
      time: Timestamp.now(), level: event.level, message: "\(event.message)",
      fields: fields.sorted { $0.key < $1.key })
    write(line.text(format))
  }
}
