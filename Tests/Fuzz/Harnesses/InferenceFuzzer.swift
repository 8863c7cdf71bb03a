@testable import HTTP
@testable import Service

// A request of the Open Inference Protocol: the length of its JSON in two bytes, then the body.  Whatever is in it ends
// in a request or a refusal, and JSON that is taken is taken again when it stands alone.

func fuzz(_ bytes: [UInt8]) {
  guard bytes.count >= 2 else { return }
  let body = Array(bytes[2...])
  let length = Int(bytes[0]) << 8 | Int(bytes[1])
  for headerLength in [nil, length] {
    guard let request = try? InferenceRequest(parsing: body, headerLength: headerLength) else { continue }
    expect(!request.inputs.isEmpty, "a request without inputs")
    for input in request.inputs {
      guard case .json(let text) = input.content else { continue }
      var reader = JSONReader(text)
      expect((try? reader.skip()) == text, "data that are not one value")
    }
    _ = try? WantedOutput.all(of: request, among: ModelOutput.allCases)
  }
  if let elements = body[...].lengthPrefixed {
    expect(elements.reduce(0) { $0 + 4 + $1.count } == body.count, "elements that are not all there is")
  }
  for coding in ContentCoding.allCases {
    let decoded = try? coding.decoded(body, limit: 1 << 20) { expect($0 <= 1 << 20, "more than the limit") }
    if let decoded, let again = coding.encoded(decoded) {
      expect((try? coding.decoded(again, limit: 1 << 20) { _ in }) == decoded, "\(coding) does not come back")
    }
  }
  if let decoded = Base64.decode(body) {
    expect(decoded.count <= body.count / 4 * 3 + 2, "more bytes than digits")
  }
}
