import ArgumentParser
import FoundationEssentials
import Service

/// The variables of this program: `UGATIT_MAX_QUEUE=8` is `--max-queue 8`, unless the command line says otherwise.
struct Environment {
  /// By name, those that begin as ours do and are no links to a Service.
  private let variables: [String: String]
  /// Those of our names that hold links, and are not read.
  private let links: [String: String]

  init(_ all: [String: String] = ProcessInfo.processInfo.environment) {
    let ours = all.filter { $0.key.hasPrefix(DeclaredOption.prefix) }
    links = ours.filter { ServiceLink.isOne(name: $0.key, value: $0.value) }
    variables = ours.filter { !ServiceLink.isOne(name: $0.key, value: $0.value) }
  }

  /// The arguments that say what the variables of a command's options say, to stand before those that were given, so
  /// that these win.
  ///
  /// - Throws: `ValidationError`, which names the variable.
  func arguments(for options: [DeclaredOption], besides given: [String]) throws -> [String] {
    try options.flatMap { option -> [String] in
      let values = try values(of: option)
      if option.isFlag { return try values.contains { try isSet($0, option) } ? [option.flag] : [] }
      let arguments = values.map { "\(option.flag)=\($0)" }
      for (argument, value) in zip(arguments, values) { try check(argument, of: option, value: value) }
      // Those of the command line would add to these rather than overrule them.
      let isGiven = given.contains { $0 == option.flag || $0.hasPrefix("\(option.flag)=") }
      return option.isRepeated && isGiven ? [] : arguments
    }
  }

  /// The value of one variable, which is no option of the command that asks.
  /// - Throws: `ValidationError`, which names the variable.
  func value<Value>(of name: String, _ notation: Notation<Value>) throws -> Value? {
    let variable = DeclaredOption.variable(of: name)
    guard let text = variables[variable], !text.isEmpty else { return nil }
    do throws(NotationError) {
      return try notation.value(of: text)
    } catch {
      throw ValidationError("The value '\(text)' is invalid for \(variable): \(error.description)")
    }
  }

  /// A variable that nobody reads is a slip of the pen: what it was to set is not set.
  /// - Throws: `ValidationError`, with the name that was meant, if one is near.
  func check(known: [String]) throws {
    guard let unknown = variables.keys.sorted().first(where: { !known.contains($0) }) else { return }
    // Without the prefix, which makes all of them look alike.
    let names = known.map { $0.replacing(DeclaredOption.prefix, with: "") }
    let name = unknown.replacing(DeclaredOption.prefix, with: "")
    let advice =
      Spelling.nearest(to: name, among: names).map { "did you mean \(DeclaredOption.prefix)\($0)?" }
      ?? "'ugatit help serve' lists the options, each of which is a variable."
    throw ValidationError("The environment has \(unknown), which is no variable of ugatit; \(advice)")
  }

  /// What is to be told of options whose variables hold links instead of values.
  func notes(on options: [DeclaredOption]) -> [String] {
    options.compactMap { option in
      links[option.variable].map {
        "\(option.variable)=\($0) is Kubernetes' link to a Service of this program's name and is not read; "
          + "'enableServiceLinks: false' in the pod leaves it out, \(option.flag) sets the value"
      }
    }
  }

  private func values(of option: DeclaredOption) throws -> [String] {
    guard let text = variables[option.variable] else { return [] }
    let parts = option.isRepeated ? text.split(separator: ",").map { $0.filter { $0 != " " } } : [text]
    let values = parts.filter { !$0.isEmpty }
    guard !values.isEmpty || !option.group.guards else {
      throw ValidationError(
        "\(option.variable) is empty, and without \(option.flag) less is guarded: give it a value, or take the "
          + "variable out of the environment.")
    }
    return values
  }

  /// - Throws: `ValidationError`, which names the variable.
  private func isSet(_ value: String, _ flag: DeclaredOption) throws -> Bool {
    switch value.lowercased() {
    case "true", "1", "yes", "on": return true
    case "false", "0", "no", "off": return false
    default:
      throw ValidationError(
        "The value '\(value)' is invalid for \(flag.variable): it must be true or false")
    }
  }

  /// Has the option's group read it alone, since an error among all arguments would blame the flag.
  private func check(_ argument: String, of option: DeclaredOption, value: String) throws {
    let group = option.group
    do {
      _ = try group.parse([argument])
    } catch {
      throw ValidationError(group.message(for: error).replacingFlag(option.flag, with: option.variable))
    }
  }
}

extension String {
  /// With `UGATIT_MAX_QUEUE` in place of `'--max-queue <number>'`.
  fileprivate func replacingFlag(_ flag: String, with variable: String) -> String {
    guard let start = firstRange(of: "'\(flag)"), let end = self[start.upperBound...].firstIndex(of: "'")
    else {
      return "\(variable): \(self)"
    }
    return self[..<start.lowerBound] + variable + self[index(after: end)...]
  }
}
