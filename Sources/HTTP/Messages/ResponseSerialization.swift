import HTTPTypes

extension Response {
  /// Whether an answer with this status never has a body (RFC 9110 section 6.4.1).
  var isBodiless: Bool { status.code == 204 || status.code == 304 }

  /// The status line and header, with the empty line that ends it.  Fields about framing are the server's own;
  /// those a handler sets are left out.
  ///
  /// - Parameter common: fields of every answer; the answer's own of the same name go before them.
  func serializedHead(_ form: ResponseForm, date: [UInt8], common: HTTPFields = [:]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(256)
    bytes += "HTTP/1.1 ".utf8
    bytes += String(status.code).utf8
    bytes.append(UInt8(ascii: " "))
    bytes += status.reasonPhrase.utf8
    bytes += "\r\nDate: ".utf8
    bytes += date
    bytes += "\r\n".utf8
    for field in headerFields where !Self.isOwnedByServer(field.name) { Self.append(field, to: &bytes) }
    for field in common where !Self.isOwnedByServer(field.name) && !headerFields.contains(field.name) {
      Self.append(field, to: &bytes)
    }
    // A 304 would have to tell the length of the answer it stands for (RFC 9110 section 8.6).
    if !isBodiless {
      bytes += "Content-Length: ".utf8
      bytes += String(body.count).utf8
      bytes += "\r\n".utf8
    }
    if form.closes {
      bytes += "Connection: close\r\n".utf8
    } else if form.confirmsKeepAlive {
      bytes += "Connection: keep-alive\r\n".utf8
    }
    bytes += "\r\n".utf8
    return bytes
  }

  private static func append(_ field: HTTPField, to bytes: inout [UInt8]) {
    bytes += field.name.rawName.utf8
    bytes += ": ".utf8
    field.withUnsafeBytesOfValue { bytes += $0 }
    bytes += "\r\n".utf8
  }

  private static func isOwnedByServer(_ name: HTTPField.Name) -> Bool {
    name == .date || name == .contentLength || name == .connection || name == .transferEncoding
  }
}
