import ArgumentParser

/// A group of options each of which is also an environment variable, in every command that has the group.
protocol EnvironmentOptions: ParsableArguments {
  /// Whether the options guard the server, so that an empty variable is a slip that would open it.
  static var guards: Bool { get }
}

extension EnvironmentOptions {
  static var guards: Bool { false }
}

/// An option that is also an environment variable, as its declaration tells: `maxQueue` is `--max-queue` and
/// `UGATIT_MAX_QUEUE`.
struct DeclaredOption {
  let group: any EnvironmentOptions.Type
  /// `max-queue`
  let name: String
  /// Whether it may be given several times; its variable then has commas between the values.
  let isRepeated: Bool
  /// Whether it stands without a value; its variable is `true` or `false`.
  let isFlag: Bool

  var flag: String { "--\(name)" }
  var variable: String { Self.variable(of: name) }

  static func variable(of name: String) -> String {
    "\(prefix)\(name.uppercased().replacing("-", with: "_"))"
  }

  static let prefix = "UGATIT_"
}

extension ParsableArguments {
  /// Those of this command that are variables, in the order of their declaration, groups where they stand.
  static var environmentOptions: [DeclaredOption] {
    // The parser finds properties in this way, too.
    Mirror(reflecting: Self()).children.flatMap { property -> [DeclaredOption] in
      if let group = property.value as? any GroupWrapper { return type(of: group).options.environmentOptions }
      guard let group = Self.self as? any EnvironmentOptions.Type,
        let option = property.value as? any OptionWrapper, let label = property.label
      else { return [] }
      return [
        DeclaredOption(
          group: group, name: Self.name(of: label), isRepeated: type(of: option).isRepeated,
          isFlag: type(of: option).isFlag)
      ]
    }
  }

  /// `_maxQueue`, where the property wrapper of `maxQueue` is stored, is `max-queue`.
  private static func name(of label: String) -> String {
    label.drop { $0 == "_" }.map { $0.isUppercase ? "-\($0.lowercased())" : "\($0)" }.joined()
  }
}

private protocol OptionWrapper {
  static var isRepeated: Bool { get }
  static var isFlag: Bool { get }
}

extension Option: OptionWrapper {
  fileprivate static var isRepeated: Bool { Value.self is any RepeatedValue.Type }
  fileprivate static var isFlag: Bool { false }
}

extension Flag: OptionWrapper {
  fileprivate static var isRepeated: Bool { false }
  fileprivate static var isFlag: Bool { true }
}

private protocol RepeatedValue {}

extension Array: RepeatedValue {}

private protocol GroupWrapper {
  static var options: any ParsableArguments.Type { get }
}

extension OptionGroup: GroupWrapper {
  fileprivate static var options: any ParsableArguments.Type { Value.self }
}
