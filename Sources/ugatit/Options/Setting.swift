import ArgumentParser
import Service

/// What an option of `ugatit serve` says, on its way to the place in the configuration where it holds.
///
/// Such an option is declared once: the property's name is its flag and its variable, the place gives the default, and
/// the notation the unit and the range. `applySettings` then finds it by itself.
struct Setting: Sendable {
  fileprivate let write: @Sendable (inout ServiceConfiguration) -> Void

  fileprivate init<Value: Sendable>(_ value: Value, at place: Place<Value>) {
    write = { $0[keyPath: place] = value }
  }
}

/// Where in the configuration a setting goes.
typealias Place<Value> = any WritableKeyPath<ServiceConfiguration, Value> & Sendable

extension Option where Value == Setting {
  /// An option whose default is the configuration's.
  init<Written: Sendable>(_ place: Place<Written>, _ notation: Notation<Written>, _ help: String) {
    let standard = ServiceConfiguration()[keyPath: place]
    self.init(
      wrappedValue: Setting(standard, at: place), help: notation.help(help, default: standard),
      transform: { Setting(try notation.value(of: $0), at: place) })
  }
}

extension Option where Value == Setting? {
  /// An option without which the configuration stays as it is.
  init<Written: Sendable>(_ place: Place<Written>, _ notation: Notation<Written>, _ help: String) {
    self.init(
      wrappedValue: nil, help: notation.help(help),
      transform: { Setting(try notation.value(of: $0), at: place) })
  }

  /// An option of something that is not there unless it is given.
  init<Written: Sendable>(_ place: Place<Written?>, _ notation: Notation<Written>, _ help: String) {
    self.init(
      wrappedValue: nil, help: notation.help(help),
      transform: { Setting(try notation.value(of: $0), at: place) })
  }
}

extension ParsableArguments {
  /// Writes every setting among these options, and those of their groups, to its place.
  func applySettings(to configuration: inout ServiceConfiguration) {
    for property in Mirror(reflecting: self).children {
      (property.value as? any Appliable)?.apply(to: &configuration)
    }
  }
}

private protocol Appliable {
  func apply(to configuration: inout ServiceConfiguration)
}

extension Setting: Appliable {
  fileprivate func apply(to configuration: inout ServiceConfiguration) { write(&configuration) }
}

extension Optional: Appliable where Wrapped == Setting {
  fileprivate func apply(to configuration: inout ServiceConfiguration) { self?.write(&configuration) }
}

extension Option: Appliable where Value: Appliable {
  fileprivate func apply(to configuration: inout ServiceConfiguration) {
    wrappedValue.apply(to: &configuration)
  }
}

extension OptionGroup: Appliable {
  fileprivate func apply(to configuration: inout ServiceConfiguration) {
    wrappedValue.applySettings(to: &configuration)
  }
}
