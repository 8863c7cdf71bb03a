import Logging

#if canImport(Glibc)
  import Glibc
#else
  import Musl
#endif

/// How a log line looks.
public enum LogFormat: String, CaseIterable, Sendable {
  /// `2026-01-31T12:00:00.000Z info listening host=127.0.0.1 port=8080`
  case text
  /// One JSON object with `time`, `level`, `message` and the metadata.
  case json
}

/// Writes one line per event to a file descriptor, in one `write`, so that lines of several threads never mix.
public struct LineLogHandler: LogHandler {
  public var logLevel: Logger.Level
  public var metadata: Logger.Metadata = [:]
  public var metadataProvider: Logger.MetadataProvider?
  private let format: LogFormat
  private let write: @Sendable (String) -> Void

  /// - Parameter write: takes each line, its newline included; standard output when left out.
  public init(
    format: LogFormat, level: Logger.Level,
    write: @escaping @Sendable (String) -> Void = writeToStandardOutput
  ) {
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
    switch format {
    case .text: write(line.text + "\n")
    case .json: write(line.json + "\n")
    }
  }
}

/// Writes all of `line`; a log that cannot be written is no reason to stop serving, so errors are dropped.
public func writeToStandardOutput(_ line: String) {
  var line = line
  line.withUTF8 { bytes in
    var rest = UnsafeRawBufferPointer(bytes)
    while let start = rest.baseAddress, !rest.isEmpty {
      let written = writeBytes(STDOUT_FILENO, start, rest.count)
      if written < 0 && errno != EINTR { return }
      rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst(max(0, written)))
    }
  }
}

/// The system call, which a property named `write` would hide.
private func writeBytes(_ descriptor: Int32, _ start: UnsafeRawPointer, _ count: Int) -> Int {
  write(descriptor, start, count)
}
