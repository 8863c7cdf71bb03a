import FoundationEssentials
import Testing

@testable import Service

@Suite("The reader of JSON")
struct JSONReaderTests {
  /// What a text says, as the reader sees it and written down again.
  private func canonical(_ text: String) throws -> String {
    func read(_ reader: inout JSONReader) throws -> String {
      switch try reader.kind() {
      case .object:
        var members: [String] = []
        try reader.object { members.append("\(JSONText.string($0)):\(try read(&$1))") }
        return "{\(members.joined(separator: ","))}"
      case .array:
        var elements: [String] = []
        try reader.array { elements.append(try read(&$0)) }
        return "[\(elements.joined(separator: ","))]"
      case .string: return JSONText.string(try reader.string())
      case .number: return "\(try reader.number())"
      case .boolean: return "\(try reader.boolean())"
      case .null:
        try reader.skip()
        return "null"
      }
    }
    var reader = JSONReader(Array(text.utf8))
    let value = try read(&reader)
    try reader.end()
    return value
  }

  @Test(
    "takes what RFC 8259 allows",
    arguments: [
      (
        " {\"a\" : [1, -0.5e+2 ,\"x\"],\n\t\"b\":{} , \"c\":[] } ",
        "{\"a\":[1.0,-50.0,\"x\"],\"b\":{},\"c\":[]}"
      ),
      ("true", "true"), ("false ", "false"), ("null", "null"), ("0", "0.0"), ("1e3", "1000.0"),
      ("-0", "-0.0"),
      (#""\"\\\/\b\f\n\r\tä\u00e4\uD83D\ude00""#, "\"\\\"\\\\/\\u0008\\u000c\\n\\r\\tää😀\""),
    ])
  func valid(text: String, expected: String) throws { #expect(try canonical(text) == expected) }

  @Test(
    "refuses what it does not",
    arguments: [
      "", " ", "{", "[", "[1,]", "[,1]", "{\"a\":1,}", "{\"a\" 1}", "{a:1}", "01", "+1", ".5", "1.", "1e",
      "--1",
      "tru", "nul", "\"", "\"\\x\"", "\"\\u12\"", "\"\\u+123\"", "\"\\ud83d\"", "\"\\ude00\"", "\"a\nb\"",
      "1 2",
      "{\"a\":1,\"a\":2}", "1e999", "[1}", "NaN", "'a'", "\"\\ud83d\\u0041\"",
    ])
  func invalid(text: String) {
    #expect(throws: JSONError.self) { try canonical(text) }
  }

  @Test("bounds what is nested, read or passed over")
  func nesting() {
    let deep = Array((String(repeating: "[", count: 1_000_000)).utf8)
    var reader = JSONReader(deep)
    #expect(throws: JSONError.self) { try reader.skip() }
    #expect(throws: Never.self) {
      var reader = JSONReader(
        Array((String(repeating: "[", count: 64) + String(repeating: "]", count: 64)).utf8))
      try reader.skip()
    }
  }

  @Test("says where it is wrong")
  func offset() {
    let error = #expect(throws: JSONError.self) { try canonical("{\"a\": [1, x]}") }
    #expect(error?.offset == 10 && error?.description.contains("a value") == true)
  }

  @Test("takes no text that is not UTF-8, and reads nothing before or behind its slice")
  func bytes() throws {
    var reader = JSONReader([0x22, 0xFF, 0x22])
    #expect(throws: JSONError.self) { try reader.string() }
    let slice = Array("]]12]]".utf8)[2..<4]
    var number = JSONReader(slice)
    #expect(try number.wholeNumber() == 12)
    try number.end()
  }

  @Test("takes a whole number however it is written, and no other for one")
  func wholeNumbers() throws {
    for (text, number) in [
      ("2", 2), ("-3.0", -3), ("2e2", 200), ("25e-1", nil), ("1.5", nil), ("1e30", nil), ("1e999", nil),
    ] {
      var reader = JSONReader(Array(text.utf8))
      #expect((try? reader.wholeNumber()) == number, "\(text)")
    }
  }

  @Test("reads what an encoder has written, whatever it is (seed printed)")
  func roundTrip() throws {
    let seed = UInt64.random(in: 0...(.max))
    print("seed \(seed)")
    var generator = SplitMix(state: seed)
    for _ in 0..<300 {
      let scalars = (0..<Int.random(in: 0...40, using: &generator)).map { _ in
        Unicode.Scalar(UInt32.random(in: 0...0x2FFF, using: &generator)) ?? "x"
      }
      var text = String.UnicodeScalarView()
      text.append(contentsOf: scalars)
      let values = (0..<20).map { _ in Float(bitPattern: UInt32.random(in: 0...(.max), using: &generator)) }
        .filter(\.isFinite)
      struct Document: Codable {
        let text: String
        let values: [Float]
      }
      let bytes = [UInt8](try JSONEncoder().encode(Document(text: String(text), values: values)))
      var (readText, readValues): (String?, [Float]) = (nil, [])
      var reader = JSONReader(bytes)
      try reader.object { name, value in
        if name == "text" {
          readText = try value.string()
        } else {
          try value.array { readValues.append(try $0.float()) }
        }
      }
      try reader.end()
      #expect(readText.map { Array($0.unicodeScalars) } == scalars)
      #expect(readValues == values)
    }
  }
}
