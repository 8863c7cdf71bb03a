import HTTPTypes

/// Where a request stands in the trace of who sent it (W3C Trace Context, level 1), and the service's own place in it.
///
/// A request that names no trace begins none: nothing here reports spans, and `X-Request-Id` names the request.
/// `tracestate` is dropped, for it is meant for whoever is asked next, and the service asks nobody.
struct TraceContext: Sendable, Equatable {
  /// 32 hexadecimal digits.
  let traceID: String
  /// The caller's span, 16 hexadecimal digits.
  let parentID: String
  /// The service's own.
  let spanID: String
  /// Whether the caller keeps the trace.  It says nothing of what is logged here.
  let isSampled: Bool

  /// - Returns: nil where there is no `traceparent`, more than one, or one that is none.
  init?(_ fields: HTTPFields) {
    let values = fields[values: .traceParent]
    guard values.count == 1 else { return nil }
    self.init(parsing: values[0])
  }

  /// Section 3.2: `VERSION-TRACEID-PARENTID-FLAGS`, in lower case.  What a later version adds stands behind another dash,
  /// and is not known.
  init?(parsing text: String) {
    let bytes = Array(text.utf8)
    guard bytes.count >= 55, let version = Self.hexadecimal(bytes[0..<2]), version != "ff",
      bytes.count == 55 || version != "00" && bytes[55] == Self.dash,
      [2, 35, 52].allSatisfy({ bytes[$0] == Self.dash }),
      let traceID = Self.hexadecimal(bytes[3..<35]), traceID.contains(where: { $0 != "0" }),
      let parentID = Self.hexadecimal(bytes[36..<52]), parentID.contains(where: { $0 != "0" }),
      let flags = Self.hexadecimal(bytes[53..<55]).flatMap({ UInt8($0, radix: 16) })
    else { return nil }
    self.traceID = traceID
    self.parentID = parentID
    // From the system's generator; all zeros name no span.
    spanID = UInt64.random(in: 1 ... .max).hexadecimal
    isSampled = flags & 1 != 0
  }

  /// With the service's span in the place of its caller's, in the version that is known here.
  var text: String { "00-\(traceID)-\(spanID)-\(isSampled ? "01" : "00")" }

  private static let dash = UInt8(ascii: "-")

  private static func hexadecimal(_ bytes: ArraySlice<UInt8>) -> String? {
    let areDigits = bytes.allSatisfy {
      UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 || UInt8(ascii: "a")...UInt8(ascii: "f") ~= $0
    }
    return areDigits ? String(decoding: bytes, as: UTF8.self) : nil
  }
}

extension HTTPField.Name {
  // The names are tokens, so that neither is nil.
  static let traceParent = HTTPField.Name("traceparent")!
  /// What the drafts of the recommendation's later levels call `traceparent` in an answer.
  static let traceResponse = HTTPField.Name("traceresponse")!
}
