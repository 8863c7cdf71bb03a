import FoundationEssentials
import HTTPTypes
import Pages

@testable import Service

/// `/openapi.json`, as tests ask it.
struct APIDescription {
  struct Operation {
    let path: String
    let method: HTTPRequest.Method
    let object: JSONValue
  }

  let document: JSONValue

  init() throws { document = try JSONDecoder().decode(JSONValue.self, from: Data(PageFile.openAPI.bytes)) }

  var operations: [Operation] {
    (document["paths"]?.members ?? [:]).flatMap { path, item in
      item.members.compactMap { name, object in
        HTTPRequest.Method(rawValue: name.uppercased()).map {
          Operation(path: path, method: $0, object: object)
        }
      }
    }
  }

  func operation(_ method: HTTPRequest.Method, _ path: String) -> Operation? {
    operations.first { $0.path == path && $0.method == method }
  }

  /// Follows a reference into the document itself.
  func resolve(_ value: JSONValue) -> JSONValue? {
    guard let reference = value["$ref"]?.text else { return value }
    guard reference.hasPrefix("#/") else { return nil }
    return reference.dropFirst(2).split(separator: "/").reduce(document as JSONValue?) { found, name in
      found?[String(name.replacing("~1", with: "/").replacing("~0", with: "~"))]
    }
  }

  func parameters(of operation: Operation, in place: String) -> [String: JSONValue] {
    let parameters = (operation.object["parameters"]?.elements ?? []).compactMap(resolve)
      .filter { $0["in"]?.text == place }
    return Dictionary(
      uniqueKeysWithValues: parameters.compactMap { parameter in
        parameter["name"]?.text.map { ($0, parameter) }
      })
  }

  /// The words that a parameter of the query may be.
  func words(of parameter: JSONValue?) -> [String] {
    (parameter?["schema"].flatMap(resolve)?["enum"]?.elements ?? []).compactMap(\.text)
  }

  func statuses(of operation: Operation) -> Set<Int> {
    Set((operation.object["responses"]?.members ?? [:]).keys.compactMap { Int($0) })
  }

  /// Every reference that stands anywhere.
  var references: Set<String> {
    func references(_ value: JSONValue) -> [String] {
      switch value {
      case .object(let members):
        (members["$ref"]?.text.map { [$0] } ?? []) + members.values.flatMap(references)
      case .array(let elements): elements.flatMap(references)
      default: []
      }
    }
    return Set(references(document))
  }

  /// What is wrong with a value by a schema, of what these schemas say; empty where nothing is.  A member that the
  /// schema does not name is wrong, too.
  func faults(of value: JSONValue, by given: JSONValue, at place: String = "$") -> [String] {
    guard let schema = resolve(given) else { return ["\(place): the schema is missing"] }
    if let choices = schema["oneOf"]?.elements {
      let all = choices.map { faults(of: value, by: $0, at: place) }
      return all.contains { $0.isEmpty } ? [] : all.flatMap { $0 }
    }
    if let constant = schema["const"], constant != value { return ["\(place): is not \(constant)"] }
    if let words = schema["enum"]?.elements, !words.contains(value) {
      return ["\(place): \(value) is no word"]
    }
    switch schema["type"]?.text {
    case "object":
      guard case .object(let members) = value else { return ["\(place): is no object"] }
      let properties = schema["properties"]?.members ?? [:]
      let missing = (schema["required"]?.elements ?? []).compactMap(\.text).filter { members[$0] == nil }
      return missing.map { "\(place): lacks \($0)" }
        + members.flatMap { name, member in
          guard let property = properties[name] ?? schema["additionalProperties"] else {
            return properties.isEmpty ? [] : ["\(place): \(name) is not described"]
          }
          return faults(of: member, by: property, at: "\(place).\(name)")
        }
    case "array":
      guard case .array(let elements) = value else { return ["\(place): is no list"] }
      guard let item = schema["items"] else { return [] }
      return elements.enumerated().flatMap { faults(of: $1, by: item, at: "\(place)[\($0)]") }
    case "null": return value == .null ? [] : ["\(place): is not null"]
    case "boolean":
      if case .boolean = value { return [] }
      return ["\(place): is neither true nor false"]
    case "string": return value.text == nil ? ["\(place): is no text"] : []
    case "integer":
      return value.number.map { $0 == $0.rounded() } == true ? [] : ["\(place): is no whole number"]
    case "number": return value.number == nil ? ["\(place): is no number"] : []
    default: return []
    }
  }
}
