import Batching
import HTTP

/// What the parameters of a whole request say; those that are not known are other servers', or the client's own, and say
/// nothing here.
struct RequestParameters {
  var isOutputBinary = false
  var priority = Priority.first
  var timeout: Duration?

  init() {}

  /// - Throws: `JSONError`; `Problem` 400.
  init(_ reader: inout JSONReader) throws {
    var parameters = RequestParameters()
    try reader.object { name, value in
      switch name {
      case "binary_data_output": parameters.isOutputBinary = try value.boolean()
      case "priority":
        let level = try value.wholeNumber()
        guard level >= 0 else {
          throw Problem.inference("'priority' is 1, the highest and the usual one, or 2; 0 is the usual one.")
        }
        parameters.priority = Priority(level: level)
      case "timeout":
        let microseconds = try value.wholeNumber()
        guard microseconds >= 0 else { throw Problem.inference("'timeout' is in microseconds, 0 for none.") }
        if microseconds > 0 { parameters.timeout = .microseconds(microseconds) }
      default:
        guard !name.hasPrefix("triton_") else {
          throw Problem.inference("Parameters that begin with 'triton_' are reserved: '\(name.prefix(64))'.")
        }
        try value.skip()
      }
    }
    self = parameters
  }
}

/// What the parameters of an input or output say.
struct TensorParameters {
  /// Bytes of an input behind the JSON.
  var binarySize: Int?
  /// Whether an output is to be there.
  var isBinary: Bool?
  private var isInSharedMemory = false

  init() {}

  /// - Throws: `JSONError`; `Problem` 400.
  init(_ reader: inout JSONReader) throws {
    var parameters = TensorParameters()
    try reader.object { name, value in
      switch name {
      case "binary_data_size":
        let size = try value.wholeNumber()
        guard size >= 0 else { throw Problem.inference("'binary_data_size' cannot be \(size).") }
        parameters.binarySize = size
      case "binary_data": parameters.isBinary = try value.boolean()
      case "classification":
        guard try value.wholeNumber() == 0 else {
          throw Problem.inference("There are no classes here, and so no 'classification'.")
        }
      case "shared_memory_region", "shared_memory_byte_size", "shared_memory_offset":
        parameters.isInSharedMemory = true
        try value.skip()
      default: try value.skip()
      }
    }
    self = parameters
  }

  func refuseSharedMemory(of name: String) throws(Problem) {
    if isInSharedMemory {
      throw Problem.inference(
        "'\(name.prefix(64))' is to be in shared memory, which is not taken here. Send it with the request.")
    }
  }
}

extension Priority {
  /// As Triton's `schedule_policy` extension numbers them: 1 is the highest, 0 stands for the model's own, which is that
  /// too, so that nobody gains by asking; beyond the lowest is the lowest.
  init(level: Int) { self = level <= 1 ? .first : .second }

  var level: Int { rawValue + 1 }
}
