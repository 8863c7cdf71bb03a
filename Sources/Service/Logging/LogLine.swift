import Logging

/// An event, laid out.
struct LogLine {
  let time: String
  let level: Logger.Level
  let message: String
  let fields: [(key: String, value: Logger.MetadataValue)]

  /// With its newline, and without any key: somebody may have put one where it does not belong, such as into a query.
  func text(_ format: LogFormat) -> String {
    APIKey.redacted(format == .text ? text : json) + "\n"
  }

  /// Values with spaces, quotes, `=` or control characters are quoted as JSON strings, so a line stays a line
  /// whatever a client sent.
  var text: String {
    var text = "\(time) \(level) \(Self.plain(message) ? message : JSONText.string(message))"
    for (key, value) in fields {
      let value = "\(value)"
      let needsQuotes = value.isEmpty || !Self.plain(value) || value.contains { " =\"".contains($0) }
      text += " \(key)=\(needsQuotes ? JSONText.string(value) : value)"
    }
    return text
  }

  var json: String {
    var members = [("time", JSONText.string(time)), ("level", JSONText.string("\(level)"))]
    members.append(("message", JSONText.string(message)))
    members += fields.map { ($0.key, JSONText.value($0.value)) }
    return "{" + members.map { "\(JSONText.string($0)):\($1)" }.joined(separator: ",") + "}"
  }

  private static func plain(_ text: String) -> Bool {
    text.unicodeScalars.allSatisfy {
      $0.value >= 0x20 && $0.value != 0x7F && !(0x80..<0xA0).contains($0.value)
    }
  }
}

/// JSON for log lines: no encoder, because a line is built for every request.
enum JSONText {
  static func value(_ value: Logger.MetadataValue) -> String {
    switch value {
    case .string(let text): string(text)
    case .stringConvertible(let number as any BinaryInteger): "\(number)"
    case .stringConvertible(let number as Double) where number.isFinite: "\(number)"
    case .stringConvertible(let flag as Bool): "\(flag)"
    case .stringConvertible(let other): string("\(other)")
    case .array(let values): "[" + values.map(Self.value).joined(separator: ",") + "]"
    case .dictionary(let members):
      "{"
        + members.sorted { $0.key < $1.key }.map { "\(string($0.key)):\(Self.value($0.value))" }
        .joined(separator: ",") + "}"
    }
  }

  /// RFC 8259 section 7; also escapes what would end a line or move a terminal's cursor.
  static func string(_ text: String) -> String {
    var quoted = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": quoted += "\\\""
      case "\\": quoted += "\\\\"
      case "\n": quoted += "\\n"
      case "\r": quoted += "\\r"
      case "\t": quoted += "\\t"
      case _ where scalar.value < 0x20 || (0x7F..<0xA0).contains(scalar.value):
        let digits = String(scalar.value, radix: 16)
        quoted += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: quoted.unicodeScalars.append(scalar)
      }
    }
    return quoted + "\""
  }
}
