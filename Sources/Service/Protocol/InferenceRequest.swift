import Batching
import HTTP

/// A request for inference as it was sent: JSON, with its tensors within or as bytes behind it (Open Inference Protocol,
/// "Inference Request JSON Object"; "Binary Tensor Data Extension").
struct InferenceRequest: Equatable {
  struct Input: Equatable {
    var name: String
    var shape: [Int]
    var datatype: String
    var content: Content
  }

  enum Content: Equatable {
    /// The text of an array, nested or flat.
    case json(ArraySlice<UInt8>)
    case binary(ArraySlice<UInt8>)
  }

  struct Output: Equatable {
    var name: String
    /// What it says itself; nil where it leaves that to the request.
    var isBinary: Bool?
  }

  var id: String?
  var inputs: [Input] = []
  /// Nil where the client leaves the choice to the model.
  var outputs: [Output]?
  /// Of outputs that do not say so themselves.
  var isOutputBinary = false
  var priority = Priority.first
  /// For how long the client waits; nil for as long as the server lets it.
  var timeout: Duration?

  /// - Parameters:
  ///   - body: decompressed.
  ///   - headerLength: what `Inference-Header-Content-Length` says, bytes of JSON; nil where there is no such field.
  /// - Throws: `Problem` 400, with what is wrong.
  init(parsing body: [UInt8], headerLength: Int?) throws(Problem) {
    guard (0...body.count).contains(headerLength ?? body.count) else {
      throw Problem.inference(
        "Inference-Header-Content-Length says \(headerLength ?? 0) bytes of JSON, and the body has \(body.count)."
      )
    }
    let jsonLength = headerLength ?? body.count
    var parser = Parser(binary: body[jsonLength...])
    do {
      var reader = JSONReader(body[..<jsonLength])
      try parser.request(&reader)
      try reader.end()
    } catch let error as JSONError {
      throw Problem.inference("The JSON is wrong \(error).")
    } catch let problem as Problem {
      throw problem
    } catch {
      throw Problem.inference("The JSON is wrong.")
    }
    guard parser.binary.isEmpty else {
      throw Problem.inference("\(parser.binary.count) bytes are left behind the last input's.")
    }
    guard !parser.result.inputs.isEmpty else { throw Problem.inference("There are no 'inputs'.") }
    self = parser.result
  }

  private init() {}

  private struct Parser {
    /// What is behind the JSON and belongs to no input yet.
    var binary: ArraySlice<UInt8>
    var result = InferenceRequest()

    mutating func request(_ reader: inout JSONReader) throws {
      var parameters = RequestParameters()
      var inputs: [Input] = []
      var outputs: [Output]?
      var id: String?
      var binary = self.binary
      try reader.object { name, value in
        switch name {
        case "id": id = try value.string()
        case "parameters": parameters = try RequestParameters(&value)
        case "inputs": try value.array { inputs.append(try Self.input(&$0, &binary)) }
        case "outputs":
          var list: [Output] = []
          try value.array { list.append(try Self.output(&$0)) }
          outputs = list
        default: try value.skip()
        }
      }
      self.binary = binary
      result.id = id
      result.inputs = inputs
      result.outputs = outputs
      result.isOutputBinary = parameters.isOutputBinary
      result.priority = parameters.priority
      result.timeout = parameters.timeout
    }

    static func input(_ reader: inout JSONReader, _ binary: inout ArraySlice<UInt8>) throws -> Input {
      var (name, datatype): (String?, String?) = (nil, nil)
      var shape: [Int]?
      var data: ArraySlice<UInt8>?
      var parameters = TensorParameters()
      try reader.object { member, value in
        switch member {
        case "name": name = try value.string()
        case "datatype": datatype = try value.string()
        case "shape":
          var sizes: [Int] = []
          try value.array { sizes.append(try $0.wholeNumber()) }
          shape = sizes
        case "data": data = try value.skip()
        case "parameters": parameters = try TensorParameters(&value)
        default: try value.skip()
        }
      }
      guard let name else { throw Problem.inference("An input has no 'name'.") }
      guard let datatype, let shape else {
        throw Problem.inference("The input '\(name.prefix(64))' needs 'datatype' and 'shape'.")
      }
      try parameters.refuseSharedMemory(of: name)
      let content: Content
      switch (data, parameters.binarySize) {
      case (let data?, nil): content = .json(data)
      case (nil, let size?):
        guard size <= binary.count else {
          throw Problem.inference(
            "The input '\(name.prefix(64))' is to have \(size) bytes behind the JSON, and \(binary.count) are left."
          )
        }
        content = .binary(binary.prefix(size))
        binary = binary.dropFirst(size)
      case (nil, nil) where datatype == TensorDatatype.bytes.rawValue && !binary.isEmpty:
        // As OpenVINO's server takes it: with one input everything is that.
        content = .binary(binary)
        binary = binary.dropFirst(binary.count)
      default:
        throw Problem.inference(
          "The input '\(name.prefix(64))' needs either 'data' or the parameter 'binary_data_size'.")
      }
      return Input(name: name, shape: shape, datatype: datatype, content: content)
    }

    static func output(_ reader: inout JSONReader) throws -> Output {
      var name: String?
      var parameters = TensorParameters()
      try reader.object { member, value in
        switch member {
        case "name": name = try value.string()
        case "parameters": parameters = try TensorParameters(&value)
        default: try value.skip()
        }
      }
      guard let name else { throw Problem.inference("An output has no 'name'.") }
      try parameters.refuseSharedMemory(of: name)
      return Output(name: name, isBinary: parameters.isBinary)
    }
  }
}

extension Problem {
  /// - Parameter detail: what is wrong, a sentence.
  static func inference(_ detail: String) -> Problem {
    Problem(.badRequest, title: "The inference request is wrong", detail: detail)
  }
}
