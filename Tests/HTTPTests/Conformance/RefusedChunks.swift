/// The rows of `RefusedRequestTests` about the chunked coding.
extension RefusedRequestTests {
  static let chunks = [
    RefusedRequest("9112 7.1: no size", chunked("\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a size that is no number", chunked("g\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: 0x before a size", chunked("0x5\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: an underscore in a size", chunked("1_0\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a negative size", chunked("-5\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a plus sign", chunked("+5\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a space before a size", chunked(" 5\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a space behind a size", chunked("5 \r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a size of 2 to the 64th", chunked("10000000000000005\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: LF alone behind a size", chunked("5\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: CR alone behind a size", chunked("5\rhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: more data than the size says", chunked("4\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: LF alone behind the data", chunked("5\r\nhello\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: a semicolon and nothing", chunked("5;\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: LF alone behind an extension", chunked("5;a\nhello\r\n0\r\n\r\n")),
    RefusedRequest(
      "9112 7.1.1: an endless extension", chunked("5;a=\(String(repeating: "b", count: 1000))\r\n")),
    RefusedRequest("9112 7.1.2: a trailer that is no field", chunked("0\r\nnonsense\r\n\r\n")),
    RefusedRequest("9112 7.1.2: LF alone behind a trailer", chunked("0\r\nA: b\n\r\n")),
    RefusedRequest(
      "9112 7.1.2: too large a trailer", chunked("0\r\nA: \(String(repeating: "b", count: 9000))\r\n\r\n"),
      status: 431),
    RefusedRequest(
      "9112 7.1.2: too many trailers", chunked("0\r\n\(String(repeating: "A: b\r\n", count: 33))\r\n"),
      status: 431),
    RefusedRequest("9112 7.1: a point in a size", chunked("5.0\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a comma behind a size", chunked("5,\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: two sizes", chunked("5 5\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a vertical tab behind a size", chunked("5\u{B}\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a tab behind a size", chunked("5\t\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: NUL behind a size", chunked("5\0\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a size beyond ASCII", chunked("５\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: an exponent of hexadecimal", chunked("5h\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a size that overflows", chunked("FFFFFFFFFFFFFFFF0\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a size of 2 to the 63rd", chunked("8000000000000000\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest(
      "9112 7.1: a size of 2 to the 63rd for the last chunk", chunked("8000000000000000\r\n\r\n")),
    RefusedRequest("9112 7.1: a size of minus one", chunked("-1\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a prefixed zero", chunked("0x0\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: a signed zero", chunked("+0\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: nothing behind the data", chunked("5\r\nhello0\r\n\r\n")),
    RefusedRequest("9112 7.1: CR alone behind the data", chunked("5\r\nhello\r0\r\n\r\n")),
    RefusedRequest("9112 7.1: an empty line for a chunk", chunked("5\r\nhello\r\n\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1: data behind the last chunk", chunked("5\r\nhello\r\n0\r\nhello\r\n\r\n")),
    RefusedRequest("9112 7.1.1: no name in an extension", chunked("5;=b\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: no value in an extension", chunked("5;a=\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: an open quote in an extension", chunked("5;a=\"b\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest(
      "9112 7.1.1: a bracket in a name in an extension", chunked("5;bad[=x\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest(
      "9112 7.1.1: a semicolon at the end in an extension", chunked("5;a=b;\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: two semicolons in an extension", chunked("5;;a\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: NUL in an extension", chunked("5;\0a\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: CR alone in an extension", chunked("5;a\rX\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: a space in a name in an extension", chunked("5;a b\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest(
      "9112 7.1.1: a control character in quotes in an extension",
      chunked("5;a=\"\u{1}\"\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest("9112 7.1.1: a byte beyond ASCII in an extension", chunked("5;é\r\nhello\r\n0\r\n\r\n")),
    RefusedRequest(
      "9112 7.1.1: extensions without end",
      chunked(String(repeating: "1;\(String(repeating: "a", count: 400))\r\nx\r\n", count: 30) + "0\r\n\r\n")),
    RefusedRequest("9112 7.1.2: LF alone for the last line", chunked("5\r\nhello\r\n0\r\n\n")),
    RefusedRequest("9112 7.1.2: CR alone for the last line", chunked("5\r\nhello\r\n0\r\n\rX")),
    RefusedRequest("9112 7.1.2: a folded trailer", chunked("0\r\nA: b\r\n c\r\n\r\n")),
    RefusedRequest("9112 7.1.2: a space before the colon of a trailer", chunked("0\r\nA : b\r\n\r\n")),
    RefusedRequest("9112 7.1.2: NUL in a trailer", chunked("0\r\nA: \0\r\n\r\n")),
  ]

  private static func chunked(_ body: String) -> String { echo("Transfer-Encoding: chunked\r\n", body) }
}
