import ArgumentParser
import Networks
import Service

/// How a value is written on the command line and in the environment: its unit, its range, its text.
struct Notation<Value: Sendable>: Sendable {
  /// What stands for the value in the help, as `seconds` in `--idle-s <seconds>`.
  let name: String
  /// What a value must be: "a whole number from 1 to 64".
  let rule: String
  /// The end of that, for the help: "1 to 64"; nil where there is no range.
  var range: String? = nil
  /// Nil for what is no such value.
  let parse: @Sendable (String) -> Value?
  let text: @Sendable (Value) -> String

  /// - Throws: `NotationError`, whose text is the rule.
  func value(of text: String) throws(NotationError) -> Value {
    guard let value = parse(text) else { throw NotationError(description: "it must be \(rule)") }
    return value
  }
}

/// A text that is not written as its option asks.
struct NotationError: Error, CustomStringConvertible {
  let description: String
}

extension Notation<Int> {
  /// - Parameter unit: what one of the numbers is worth: 1 << 20 where the option counts MiB and the program bytes.
  static func whole(_ range: ClosedRange<Int>, _ name: String = "number", unit: Int = 1) -> Notation {
    let bounds = "\(range.lowerBound) to \(range.upperBound)"
    return Notation(
      name: name, rule: "a whole number from \(bounds)", range: bounds,
      parse: { text in Int(text).flatMap { range.contains($0) ? $0 * unit : nil } },
      text: { "\($0 / unit)" })
  }

  static func bytes(_ range: ClosedRange<Int>) -> Notation { whole(range, "bytes") }
  static func mebibytes(_ range: ClosedRange<Int>) -> Notation { whole(range, "MiB", unit: 1 << 20) }
  static func megapixels(_ range: ClosedRange<Int>) -> Notation {
    whole(range, "megapixels", unit: 1_000_000)
  }
}

extension Notation<Duration> {
  static func seconds(_ range: ClosedRange<Double>) -> Notation {
    let bounds = "\(decimal(range.lowerBound)) to \(decimal(range.upperBound))"
    return Notation(
      name: "seconds", rule: "a number from \(bounds)", range: bounds,
      parse: { text in Double(text).flatMap { range.contains($0) ? .seconds($0) : nil } },
      text: { decimal($0 / .seconds(1)) })
  }

  static func milliseconds(_ range: ClosedRange<Int>) -> Notation {
    let number = Notation<Int>.whole(range)
    return Notation(
      name: "milliseconds", rule: number.rule, range: number.range,
      parse: { number.parse($0).map { .milliseconds($0) } }, text: { decimal($0 / .milliseconds(1)) })
  }

  /// `60`, not `60.0`.
  private static func decimal(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? "\(number)"
  }
}

extension Notation<ImageSize> {
  /// The size at which a network runs.
  static var side: Notation {
    Notation(
      name: "side", rule: ImageSize.sideRule, parse: { ImageSize(side: $0) },
      text: { "\($0.width)x\($0.height)" })
  }
}

extension Notation<String> {
  /// Any text.
  static func word(_ name: String) -> Notation {
    Notation(name: name, rule: "a text", parse: { $0 }, text: { $0 })
  }

  /// What a model may be called: a file's name that needs no escape in an address or a shell.
  static var modelName: Notation {
    Notation(
      name: "name", rule: "1 to 64 letters, digits, '-', '_' or '.', and not begin with '.'",
      parse: { name in
        let isFit = name.utf8.allSatisfy { byte in
          (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || "-_.".utf8.contains(byte)
        }
        return isFit && (1...64).contains(name.utf8.count) && !name.hasPrefix(".") ? name : nil
      }, text: { $0 })
  }
}

extension Option {
  /// An option with a default of its own.
  init(wrappedValue: Value, _ notation: Notation<Value>, _ help: String) where Value: Sendable {
    self.init(
      wrappedValue: wrappedValue, help: notation.help(help, default: wrappedValue),
      transform: { try notation.value(of: $0) })
  }

  /// An option that must be given.
  init(_ notation: Notation<Value>, _ help: String) where Value: Sendable {
    self.init(help: notation.help(help), transform: { try notation.value(of: $0) })
  }

  /// An option that may be left out.
  init<Written: Sendable>(_ notation: Notation<Written>, _ help: String) where Value == Written? {
    self.init(
      wrappedValue: nil, help: notation.help(help), transform: { try notation.value(of: $0) })
  }

  /// An option that may be repeated.
  init<Element: Sendable>(_ notation: Notation<Element>, _ help: String) where Value == [Element] {
    self.init(
      wrappedValue: [], help: notation.help("\(help) May be repeated."),
      transform: { try notation.value(of: $0) })
  }
}

extension Notation {
  /// The help of an option, with its range and its default: the parser shows neither where it does not read the value
  /// itself.
  func help(_ text: String, default value: Value? = nil) -> ArgumentHelp {
    let facts = [range, value.map { "default: \(self.text($0))" }].compactMap(\.self)
    return ArgumentHelp(
      "\(text)\(facts.isEmpty ? "" : " (\(facts.joined(separator: "; ")))")", valueName: name)
  }
}
