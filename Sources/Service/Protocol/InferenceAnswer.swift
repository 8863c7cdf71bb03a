import HTTP
import HTTPTypes
import Images
import Networks

/// What a client gets of an inference: JSON, with the outputs within or as bytes behind it.
struct InferenceAnswer {
  let modelName: String
  let model: ModelDescription
  /// As the request had it.
  let id: String?
  let outputs: [WantedOutput]
  let results: [NetworkOutput]

  /// Bytes that it has at most, and that it takes to make it.
  static func byteCount(_ outputs: [WantedOutput], images: Int, of model: ModelDescription) -> Int {
    outputs.reduce(1024) { sum, wanted in
      let values = images * wanted.output.shape(model).reduce(1, *)
      return switch wanted.output {
      case .picture: sum + images * RGBImage.workingBytes(toDraw: model.imageWidth, model.imageHeight)
      // A number is at most 15 characters and a comma.
      default: sum + values * (wanted.isBinary ? 4 : 16)
      }
    }
  }

  /// - Throws: `ImageError` where a picture cannot be encoded; `Problem` 400 where a value is none that JSON has.
  func response() throws -> Response {
    var json = Array("{\"model_name\":\(JSONText.string(modelName)),".utf8)
    json += Array("\"model_version\":\(JSONText.string(model.version)),".utf8)
    if let id { json += Array("\"id\":\(JSONText.string(id)),".utf8) }
    json += Array("\"outputs\":[".utf8)
    var binary: [UInt8] = []
    for (index, wanted) in outputs.enumerated() {
      if index > 0 { json.append(UInt8(ascii: ",")) }
      let output = wanted.output
      let shape = [results.count] + output.shape(model)
      json += Array(
        "{\"name\":\"\(output.rawValue)\",\"datatype\":\"\(output.datatype.rawValue)\",\"shape\":[".utf8)
      json += Array("\(shape.map(String.init).joined(separator: ","))],".utf8)
      if wanted.isBinary {
        let start = binary.count
        try append(output, to: &binary)
        json += Array("\"parameters\":{\"binary_data_size\":\(binary.count - start)}}".utf8)
      } else {
        json += Array("\"data\":[".utf8)
        try appendNumbers(of: output, to: &json)
        json += Array("]}".utf8)
      }
    }
    json += Array("]}".utf8)
    guard outputs.contains(where: \.isBinary) else {
      return Response(contentType: "application/json", body: json)
    }
    var response = Response(contentType: "application/octet-stream", body: json + binary)
    response.headerFields[.inferenceHeaderContentLength] = "\(json.count)"
    return response
  }

  private func values(of output: ModelOutput, _ result: NetworkOutput) -> [Float] {
    switch output {
    case .translated: result.image
    case .heatmap: result.attention?.heatmap ?? []
    case .camLogits: result.attention.map { [$0.gapLogit, $0.gmpLogit] } ?? []
    case .picture: []
    }
  }

  private func append(_ output: ModelOutput, to bytes: inout [UInt8]) throws {
    for result in results {
      guard output == .picture else {
        for value in values(of: output, result) {
          withUnsafeBytes(of: value.bitPattern.littleEndian) { bytes += $0 }
        }
        continue
      }
      let picture = try RGBImage(
        planarFloats: result.image, width: model.imageWidth, height: model.imageHeight,
        quantization: model.quantization
      ).encoded(as: .png)
      withUnsafeBytes(of: UInt32(picture.count).littleEndian) { bytes += $0 }
      bytes += picture
    }
  }

  private func appendNumbers(of output: ModelOutput, to json: inout [UInt8]) throws {
    var isFirst = true
    for result in results {
      for value in values(of: output, result) {
        guard value.isFinite else {
          throw Problem.inference(
            "'\(output.rawValue)' has a value that JSON has no number for: ask for binary data.")
        }
        if !isFirst { json.append(UInt8(ascii: ",")) }
        isFirst = false
        json += "\(value)".utf8
      }
    }
  }
}

extension HTTPField.Name {
  // The name is a token, so that it is not nil.
  static let inferenceHeaderContentLength = HTTPField.Name("Inference-Header-Content-Length")!
}
