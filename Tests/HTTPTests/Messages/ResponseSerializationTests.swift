import HTTPTypes
import Testing

@testable import HTTP

@Suite("The head of an answer, RFC 9112 section 4")
struct ResponseSerializationTests {
  private func head(_ response: Response, closes: Bool = false, confirms: Bool = false) -> String {
    let form = ResponseForm(closes: closes, confirmsKeepAlive: confirms)
    return String(decoding: response.serializedHead(form, date: Array("D".utf8)), as: UTF8.self)
  }

  @Test("has a status line, the handler's fields and the server's")
  func form() {
    let response = Response(headerFields: [.contentType: "a/b", HTTPField.Name("X-Y")!: "z"], body: [1, 2])
    #expect(
      head(response)
        == "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Type: a/b\r\nX-Y: z\r\nContent-Length: 2\r\n\r\n")
    #expect(head(response, closes: true).hasSuffix("Connection: close\r\n\r\n"))
    #expect(head(response, confirms: true).hasSuffix("Connection: keep-alive\r\n\r\n"))
  }

  @Test("leaves framing to the server whatever the handler says")
  func framing() {
    let response = Response(
      headerFields: [
        .contentLength: "9", .transferEncoding: "chunked", .connection: "close", .date: "never",
      ],
      body: [1])
    #expect(head(response) == "HTTP/1.1 200 OK\r\nDate: D\r\nContent-Length: 1\r\n\r\n")
  }

  @Test("cannot be split by line ends in a value")
  func splitting() {
    let text = head(Response(headerFields: [.location: "a\r\nSet-Cookie: b"]))
    #expect(!text.contains("\r\nSet-Cookie"))
  }

  @Test("has a date in the form of RFC 9110 section 5.6.7")
  func date() {
    #expect(
      String(decoding: DateClock.text(for: 784_111_777), as: UTF8.self) == "Sun, 06 Nov 1994 08:49:37 GMT")
    #expect(
      String(decoding: DateClock.text(for: 951_782_400), as: UTF8.self) == "Tue, 29 Feb 2000 00:00:00 GMT")
  }
}
