/// Prometheus' text exposition format, version 0.0.4.
enum Exposition {
  static let contentType = "text/plain; version=0.0.4; charset=utf-8"

  static func text(of families: [any MetricFamily]) -> String {
    var text = ""
    for family in families {
      text += "# HELP \(family.name) \(escaped(family.help, quotes: false))\n"
      text += "# TYPE \(family.name) \(family.type)\n"
      text += family.samples()
    }
    return text
  }

  /// `name{label="value",…} number` and a newline.
  static func sample(_ name: String, _ labels: [String], _ values: [String], _ number: Double) -> String {
    let pairs = zip(labels, values).map { "\($0)=\"\(escaped($1, quotes: true))\"" }
    let braces = pairs.isEmpty ? "" : "{" + pairs.joined(separator: ",") + "}"
    return "\(name)\(braces) \(self.number(number))\n"
  }

  /// Whole numbers without a fraction, as bounds and counts are usually written.
  static func number(_ value: Double) -> String {
    if value == .infinity { return "+Inf" }
    if value == -.infinity { return "-Inf" }
    if value.isNaN { return "NaN" }
    return Int64(exactly: value).map(String.init) ?? "\(value)"
  }

  private static func escaped(_ text: String, quotes: Bool) -> String {
    var escaped = ""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\\": escaped += "\\\\"
      case "\n": escaped += "\\n"
      case "\"" where quotes: escaped += "\\\""
      default: escaped.unicodeScalars.append(scalar)
      }
    }
    return escaped
  }
}
