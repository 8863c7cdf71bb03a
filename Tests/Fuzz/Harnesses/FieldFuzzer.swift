import HTTPTypes

@testable import HTTP

// Everything in a head that is text with a grammar of its own: targets, queries, percent-encoding, media types,
// `Accept`, authorities.

func fuzz(_ bytes: [UInt8]) {
  fuzzTarget(bytes)
  fuzzQuery(bytes)
  fuzzFieldValue(String(decoding: bytes, as: UTF8.self))
  _ = try? validAuthority(bytes.span)
}

private func fuzzTarget(_ bytes: [UInt8]) {
  guard let target = try? RequestTarget(parsing: bytes.span, method: .get) else { return }
  for segment in target.segments {
    expect(segment != "." && segment != ".." && !segment.contains("/"), "path leaves its routes: \(target)")
  }
  expect(!target.isAsterisk && !target.segments.isEmpty, "a target without a path: \(target)")
}

private func fuzzQuery(_ bytes: [UInt8]) {
  if let decoded = try? percentDecoded(bytes.span) {
    let text = repairedText(decoded)
    let again = try? percentDecoded(encoded(text).span)
    expect(again == Array(text.utf8), "\(text.debugDescription) does not survive percent-encoding")
    expect(plainText(Array(text.utf8)) == text, "\(text.debugDescription) is not plain")
  }
  if let query = try? Query(decoding: bytes.span) {
    let joined = query.pairs.map { encoded($0.name) + [UInt8(ascii: "=")] + encoded($0.value) }
    let again = try? Query(decoding: Array(joined.joined(separator: "&".utf8)).span)
    expect(again == query, "\(query) does not survive percent-encoding")
  }
}

private func encoded(_ text: String) -> [UInt8] {
  let digits = Array("0123456789abcdef".utf8)
  return text.utf8.flatMap { [UInt8(ascii: "%"), digits[Int($0 >> 4)], digits[Int($0 & 15)]] }
}

private func fuzzFieldValue(_ text: String) {
  let offers = ["image/png", "image/jpeg", "application/json", "multipart/mixed; boundary=x"]
  let accept = Accept(parsing: [text])
  for offer in offers {
    let quality = accept.quality(of: MediaType(parsing: offer)!)
    expect((0...1000).contains(quality), "a quality of \(quality)")
  }
  if let preferred = accept.preferred(among: offers) {
    let qualities = offers.map { accept.quality(of: MediaType(parsing: $0)!) }
    let best = offers[qualities.firstIndex(of: qualities.max()!)!]
    expect(preferred == best, "\(preferred) is offered instead of \(best)")
  }
  if let type = MediaType(parsing: text) {
    expect(type.essence.contains("/"), "the media type \(type.essence)")
    // A star is a letter of media types like others, but not in ranges.
    let isRange = type.essence.contains("*")
    let quality = Accept(parsing: [type.essence]).quality(of: type)
    expect(isRange || quality == 1000, "\(type) does not cover itself")
  }
  _ = try? FormPart([.contentDisposition: text])
}
