import HTTP

/// A picture and what to do with it in one JSON object, as clients of Hugging Face send them:
/// `{"inputs": "<base64>", "parameters": {"direction": "B2A"}}`.
struct JSONUpload: Equatable {
  /// The picture's file.
  let file: [UInt8]
  /// Named and written as in the query.
  let parameters: Query
  let targetSize: PictureSize?

  /// Those of generators that draw what they are told, which these do not.
  static let ignored: Set = ["prompt", "negative_prompt", "num_inference_steps", "guidance_scale"]

  /// - Throws: `Problem` 400, with what is wrong.
  init(parsing body: [UInt8]) throws(Problem) {
    var file: [UInt8]?
    var parameters: [(name: String, value: String)] = []
    var targetSize: PictureSize?
    do {
      var reader = JSONReader(body)
      try reader.object { member, value in
        switch member {
        case "inputs":
          guard let bytes = Base64.decode(try value.stringBytes()) else {
            throw Problem.document(
              "'inputs' is a picture's file in base64 (RFC 4648 section 4), without line ends.")
          }
          file = bytes
        case "parameters":
          try value.object { name, value in
            if try Self.ignored.contains(name) || value.kind() == .null {
              return try { _ = try value.skip() }()
            }
            if name == "target_size" {
              targetSize = try PictureSize(&value)
            } else {
              parameters.append((name, try value.plainText()))
            }
          }
        default:
          throw Problem.document("'\(member.prefix(64))' is not known; there is 'inputs' and 'parameters'.")
        }
      }
      try reader.end()
    } catch let error as JSONError {
      throw .document("The JSON is wrong \(error).")
    } catch let problem as Problem {
      throw problem
    } catch {
      throw .document("The JSON is wrong.")
    }
    guard let file, !file.isEmpty else {
      throw .document("There is no 'inputs', a picture's file in base64.")
    }
    self.file = file
    self.parameters = Query(parameters)
    self.targetSize = targetSize
  }
}

extension PictureSize {
  /// `{"width": 512, "height": 512}`
  fileprivate init(_ reader: inout JSONReader) throws {
    var (width, height): (Int?, Int?) = (nil, nil)
    try reader.object { name, value in
      switch name {
      case "width": width = try value.wholeNumber()
      case "height": height = try value.wholeNumber()
      default: throw Problem.document("'target_size' has 'width' and 'height', not '\(name.prefix(64))'.")
      }
    }
    guard let width, let height, Self.sides.contains(width), Self.sides.contains(height) else {
      throw Problem.document(
        "'target_size' has 'width' and 'height', \(Self.sides.lowerBound) to \(Self.sides.upperBound) each.")
    }
    self.init(width: width, height: height)
  }
}

extension JSONReader {
  /// A text, a number or a truth value as a query would have it.
  fileprivate mutating func plainText() throws -> String {
    switch try kind() {
    case .string: return try string()
    case .number:
      let text = String(decoding: try skip(), as: UTF8.self)
      return Int(json: text).map { "\($0)" } ?? text
    case .boolean: return String(decoding: try skip(), as: UTF8.self)
    case .object, .array, .null: throw Problem.document("A parameter is a text, a number, true or false.")
    }
  }
}

extension Query {
  /// These, and of the others those whose names are not among them.
  func over(_ others: Query) -> Query {
    Query(pairs + others.pairs.filter { other in !pairs.contains { $0.name == other.name } })
  }
}

extension Problem {
  fileprivate static func document(_ detail: String) -> Problem {
    Problem(.badRequest, title: "The JSON document is wrong", detail: detail)
  }
}
