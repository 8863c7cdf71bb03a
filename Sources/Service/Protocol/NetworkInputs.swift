import HTTP
import Images

/// The images of a request, checked against the model: as the network takes them, or as files that are still to be
/// decoded.
enum NetworkInputs: Equatable {
  /// Each `[3][height][width]` with values in -1...1.
  case tensors([[Float]])
  case files([[UInt8]])

  /// - Throws: `Problem` 400 for anything but one input `image` of the model's shape.
  init(_ request: InferenceRequest, for model: ModelDescription) throws(Problem) {
    guard request.inputs.count == 1 else {
      throw Problem.inference("There are \(request.inputs.count) inputs; the model takes one, 'image'.")
    }
    let input = request.inputs[0]
    guard input.name == "image" else {
      throw Problem.inference("There is no input '\(input.name.prefix(64))'; the model takes one, 'image'.")
    }
    switch TensorDatatype(rawValue: input.datatype) {
    case .float32: self = .tensors(try Self.tensors(input, for: model))
    case .bytes: self = .files(try Self.files(input))
    default:
      throw Problem.inference(
        "'image' is FP32 in -1...1, or BYTES with a PNG or JPEG in each element; not '\(input.datatype.prefix(16))'."
      )
    }
  }

  /// A body that is the only input, without JSON.
  ///
  /// - Throws: `Problem` 400 where it is neither a picture's file nor one image of the model's shape.
  init(raw body: [UInt8], for model: ModelDescription) throws(Problem) {
    if FileKind(body) != .unknown {
      self = .files([body])
      return
    }
    let size = 4 * model.sampleCount
    guard body.count == size else {
      throw Problem.inference(
        "The body is no picture's file, and has \(body.count) bytes; one image of FP32 has \(size).")
    }
    let input = InferenceRequest.Input(
      name: "image", shape: [1] + model.imageShape, datatype: TensorDatatype.float32.rawValue,
      content: .binary(body[...]))
    self = .tensors(try Self.tensors(input, for: model))
  }

  var count: Int {
    switch self {
    case .tensors(let tensors): tensors.count
    case .files(let files): files.count
    }
  }

  /// Bytes that it holds.
  var byteCount: Int {
    switch self {
    case .tensors(let tensors): tensors.reduce(0) { $0 + 4 * $1.count }
    case .files(let files): files.reduce(0) { $0 + $1.count }
    }
  }

  private static func tensors(
    _ input: InferenceRequest.Input, for model: ModelDescription
  ) throws(Problem) -> [[Float]] {
    guard input.shape.count == 4, Array(input.shape.dropFirst()) == model.imageShape, input.shape[0] > 0
    else {
      throw Problem.inference(
        "'image' has the shape \(input.shape); this model takes [n, "
          + "\(model.imageShape.map(String.init).joined(separator: ", "))].")
    }
    let (count, overflows) = input.shape[0].multipliedReportingOverflow(by: model.sampleCount)
    guard !overflows else {
      throw Problem.inference("'image' has the shape \(input.shape), which is too large.")
    }
    let samples: [Float]
    switch input.content {
    case .json(let text): samples = try floats(text, count: count)
    case .binary(let bytes):
      guard bytes.count / 4 == count, bytes.count % 4 == 0 else {
        throw Problem.inference(
          "'image' of the shape \(input.shape) has \(count) values of 4 bytes, and there are \(bytes.count) bytes."
        )
      }
      samples = bytes.littleEndianFloats
    }
    // Not that anything would break: but what else they are is not known, and a picture of it none.
    if let index = samples.firstIndex(where: { !(abs($0) <= 1) }) {
      throw Problem.inference(
        "Value \(index) of 'image' is \(samples[index]); values are in -1...1, of 8 bit samples x / 127.5 - 1."
      )
    }
    return (0..<input.shape[0]).map {
      Array(samples[$0 * model.sampleCount..<($0 + 1) * model.sampleCount])
    }
  }

  /// Nested or flat, row-major: only the number of them counts.
  private static func floats(_ text: ArraySlice<UInt8>, count: Int) throws(Problem) -> [Float] {
    var floats: [Float] = []
    func read(_ reader: inout JSONReader) throws {
      if try reader.kind() == .array { return try reader.array(read) }
      floats.append(try reader.float())
    }
    do {
      var reader = JSONReader(text)
      try read(&reader)
    } catch {
      throw Problem.inference("The 'data' of 'image' is no array of numbers (\(error)).")
    }
    guard floats.count == count else {
      throw Problem.inference("The 'data' of 'image' are \(floats.count) values; its shape has \(count).")
    }
    return floats
  }

  private static func files(_ input: InferenceRequest.Input) throws(Problem) -> [[UInt8]] {
    guard case .binary(let bytes) = input.content else {
      throw Problem.inference(
        "A picture's file is not text, and JSON has no other: send it as binary data behind the JSON.")
    }
    guard let files = bytes.lengthPrefixed else {
      throw Problem.inference(
        "Each element of BYTES is its length in 4 bytes, the lowest first, and so many bytes.")
    }
    guard input.shape.allSatisfy({ $0 >= 0 }), !files.isEmpty, product(input.shape) == files.count else {
      throw Problem.inference("'image' has the shape \(input.shape) and \(files.count) elements.")
    }
    return files
  }

  /// Nil where it is too large for anything.
  private static func product(_ shape: [Int]) -> Int? {
    shape.reduce(1) { product, size in
      product.flatMap { product in
        let (next, overflows) = product.multipliedReportingOverflow(by: size)
        return overflows ? nil : next
      }
    }
  }
}

extension ModelDescription {
  /// Of an image, without the batch.
  var imageShape: [Int] { [3, imageHeight, imageWidth] }
  /// Samples of an image.
  var sampleCount: Int { 3 * imageHeight * imageWidth }
  var heatmapShape: [Int] { [imageHeight / 4, imageWidth / 4] }
}

extension ArraySlice<UInt8> {
  /// - Precondition: there are four for each.
  var littleEndianFloats: [Float] {
    withUnsafeBytes { bytes in
      // Unsafe because what is in a body may stand at any address; all reads are within it.
      (0..<bytes.count / 4).map {
        Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4 * $0, as: UInt32.self)))
      }
    }
  }

  /// The elements of a BYTES tensor; nil where the lengths do not add up.
  var lengthPrefixed: [[UInt8]]? {
    var elements: [[UInt8]] = []
    var rest = self
    while !rest.isEmpty {
      guard rest.count >= 4 else { return nil }
      let length = rest.prefix(4).reversed().reduce(0) { $0 << 8 | Int($1) }
      guard length <= rest.count - 4 else { return nil }
      elements.append(Array(rest.dropFirst(4).prefix(length)))
      rest = rest.dropFirst(4 + length)
    }
    return elements
  }
}
