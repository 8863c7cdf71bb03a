/// The rows of `RefusedRequestTests` about header fields.
extension RefusedRequestTests {
  static let fields = [
    RefusedRequest("9112 5: a line without a colon", "GET /hello HTTP/1.1\r\nHost: a\r\nnonsense\r\n\r\n"),
    RefusedRequest("9112 5.1: a space before the colon", "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n"),
    RefusedRequest("9112 5.1: a tab before the colon", "GET /hello HTTP/1.1\r\nHost: a\r\nX\t: b\r\n\r\n"),
    RefusedRequest("9112 5.2: a folded line", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\r\n b\r\n\r\n"),
    RefusedRequest(
      "9112 5.2: a line folded with a tab", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\r\n\tb\r\n\r\n"),
    RefusedRequest("9110 5.1: an empty name", "GET /hello HTTP/1.1\r\nHost: a\r\n: b\r\n\r\n"),
    RefusedRequest("9110 5.1: a space in a name", "GET /hello HTTP/1.1\r\nHost: a\r\nX Y: b\r\n\r\n"),
    RefusedRequest("9110 5.1: a name beyond ASCII", "GET /hello HTTP/1.1\r\nHost: a\r\nXé: b\r\n\r\n"),
    RefusedRequest("9110 5.1: a delimiter in a name", "GET /hello HTTP/1.1\r\nHost: a\r\nX[]: b\r\n\r\n"),
    RefusedRequest("9110 5.5: NUL in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n"),
    RefusedRequest(
      "9110 5.5: a control character in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\u{1}b\r\n\r\n"),
    RefusedRequest("9110 5.5: DEL in a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\u{7F}b\r\n\r\n"),
    RefusedRequest("9112 3.2: no Host", "GET /hello HTTP/1.1\r\n\r\n"),
    RefusedRequest("9112 3.2: no Host with an absolute target", "GET http://a/hello HTTP/1.1\r\n\r\n"),
    RefusedRequest("9112 3.2: two Hosts", "GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 3.2: two Hosts in HTTP/1.0", "GET /hello HTTP/1.0\r\nHost: a\r\nHost: b\r\n\r\n"),
    RefusedRequest("9112 3.2: a list of Hosts", "GET /hello HTTP/1.1\r\nHost: a, b\r\n\r\n"),
    RefusedRequest("9110 4.2.1: an empty Host", "GET /hello HTTP/1.1\r\nHost:\r\n\r\n"),
    RefusedRequest("9110 7.2: a path in Host", "GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n"),
    RefusedRequest("9110 7.2: user information in Host", "GET /hello HTTP/1.1\r\nHost: me@a\r\n\r\n"),
    RefusedRequest("9110 7.2: a space in Host", "GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n"),
    RefusedRequest("9110 7.2: a port that is no number", "GET /hello HTTP/1.1\r\nHost: a:b\r\n\r\n"),
    RefusedRequest("9110 7.2: a port too high", "GET /hello HTTP/1.1\r\nHost: a:65536\r\n\r\n"),
    RefusedRequest("9110 7.2: an open bracket", "GET /hello HTTP/1.1\r\nHost: [::1\r\n\r\n"),
    RefusedRequest(
      "9110 10.1.1: an unknown expectation", echo("Expect: tea\r\nContent-Length: 1\r\n"), status: 417),
    RefusedRequest(
      "9112 2.2: a line of spaces before the fields", "GET /hello HTTP/1.1\r\n \r\nHost: a\r\n\r\n"),
    RefusedRequest("9112 2.2: a tab before the first field", "GET /hello HTTP/1.1\r\n\tHost: a\r\n\r\n"),
    RefusedRequest("9112 2.2: two CR behind a value", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\r\r\n\r\n"),
    RefusedRequest("9112 2.2: CR alone for the last line", "GET /hello HTTP/1.1\r\nHost: a\r\n\rX"),
    RefusedRequest("9112 2.2: LF alone for the last line", "GET /hello HTTP/1.1\r\nHost: a\r\n\n"),
    RefusedRequest("9112 5: a colon alone", "GET /hello HTTP/1.1\r\nHost: a\r\n:\r\n\r\n"),
    RefusedRequest(
      "9112 5.1: a space before the colon of Content-Length", echo("Content-Length : 5\r\n", "hello")),
    RefusedRequest(
      "9112 5.1: a space before the colon of Transfer-Encoding",
      echo("Transfer-Encoding : chunked\r\n", "0\r\n\r\n")),
    RefusedRequest("9112 5.2: a folded Host", "GET /hello HTTP/1.1\r\nHost:\r\n a\r\n\r\n"),
    RefusedRequest(
      "9112 5.2: a fold of spaces alone", "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\r\n  \r\n\r\n"),
    RefusedRequest("9110 5.1: a tab in a name", echo("Content\tLength: 5\r\n", "hello")),
    RefusedRequest("9110 5.1: NUL in a name", "GET /hello HTTP/1.1\r\nHost: a\r\nX\0: b\r\n\r\n"),
    RefusedRequest("9110 5.1: a name in quotes", "GET /hello HTTP/1.1\r\nHost: a\r\n\"X\": b\r\n\r\n"),
    RefusedRequest("9110 5.1: a slash in a name", "GET /hello HTTP/1.1\r\nHost: a\r\nX/Y: b\r\n\r\n"),
    RefusedRequest(
      "9110 5.5: bell, backspace and vertical tab",
      "GET /hello HTTP/1.1\r\nHost: a\r\nX: a\u{7}\u{8}\u{B}b\r\n\r\n"),
    RefusedRequest("9110 5.5: an escape", "GET /hello HTTP/1.1\r\nHost: a\r\nX: \u{1B}[2J\r\n\r\n"),
    RefusedRequest(
      "9110 5.3: two media types",
      echo("Content-Type: a/b\r\nContent-Type: c/d\r\nContent-Length: 1\r\n", "x")),
    RefusedRequest(
      "9110 5.3: two credentials", echo("Authorization: Bearer a\r\nAuthorization: Bearer b\r\n")),
    RefusedRequest("9112 3.2: no Host, but fields", "GET /hello HTTP/1.1\r\nX: y\r\n\r\n"),
    RefusedRequest("9112 3.2: two Hosts apart", "GET /hello HTTP/1.1\r\nHost: a\r\nX: y\r\nhost: b\r\n\r\n"),
    RefusedRequest(
      "9112 3.2: two Hosts and an absolute target",
      "GET http://a/hello HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n"),
    RefusedRequest("9112 3.2: an invalid Host in HTTP/1.0", "GET /hello HTTP/1.0\r\nHost: a b\r\n\r\n"),
    RefusedRequest("9110 4.2.1: a Host of a space", "GET /hello HTTP/1.1\r\nHost: \r\n\r\n"),
    RefusedRequest(
      "9110 10.1.1: an unknown expectation among others", echo("Expect: 100-continue, tea\r\n"), status: 417),
    RefusedRequest(
      "9110 10.1.1: an unknown expectation with GET",
      "GET /hello HTTP/1.1\r\nHost: a\r\nExpect: 200-ok\r\n\r\n",
      status: 417),
    RefusedRequest("9110 7.2: two ports in Host", "GET /hello HTTP/1.1\r\nHost: a:80:80\r\n\r\n"),
    RefusedRequest("9110 7.2: a negative port in Host", "GET /hello HTTP/1.1\r\nHost: a:-1\r\n\r\n"),
    RefusedRequest("9110 7.2: a sign before the port in Host", "GET /hello HTTP/1.1\r\nHost: a:+80\r\n\r\n"),
    RefusedRequest("9110 7.2: a query in Host", "GET /hello HTTP/1.1\r\nHost: a?b\r\n\r\n"),
    RefusedRequest("9110 7.2: a fragment in Host", "GET /hello HTTP/1.1\r\nHost: a#b\r\n\r\n"),
    RefusedRequest("9110 7.2: a backslash in Host", "GET /hello HTTP/1.1\r\nHost: a\\b\r\n\r\n"),
    RefusedRequest("9110 7.2: a tab in Host", "GET /hello HTTP/1.1\r\nHost: a\tb\r\n\r\n"),
    RefusedRequest("9110 7.2: a port alone in Host", "GET /hello HTTP/1.1\r\nHost: :80\r\n\r\n"),
    RefusedRequest("9110 7.2: a URL in Host", "GET /hello HTTP/1.1\r\nHost: http://a/\r\n\r\n"),
    RefusedRequest("9110 7.2: a byte beyond ASCII in Host", "GET /hello HTTP/1.1\r\nHost: é\r\n\r\n"),
    RefusedRequest("9110 7.2: % without digits in Host", "GET /hello HTTP/1.1\r\nHost: a%2\r\n\r\n"),
    RefusedRequest("9110 7.2: % with other letters in Host", "GET /hello HTTP/1.1\r\nHost: a%zz\r\n\r\n"),
    RefusedRequest("9110 7.2: empty brackets in Host", "GET /hello HTTP/1.1\r\nHost: []\r\n\r\n"),
    RefusedRequest("9110 7.2: a name in brackets in Host", "GET /hello HTTP/1.1\r\nHost: [a]\r\n\r\n"),
    RefusedRequest("9110 7.2: IPv4 in brackets in Host", "GET /hello HTTP/1.1\r\nHost: [127.0.0.1]\r\n\r\n"),
    RefusedRequest(
      "9110 7.2: no IPv6 address in brackets in Host", "GET /hello HTTP/1.1\r\nHost: [::1::]\r\n\r\n"),
    RefusedRequest(
      "9110 7.2: text behind the brackets in Host", "GET /hello HTTP/1.1\r\nHost: [::1]a\r\n\r\n"),
    RefusedRequest("9110 7.2: a zone in Host", "GET /hello HTTP/1.1\r\nHost: [fe80::1%25eth0]\r\n\r\n"),
    RefusedRequest("9110 7.2: quotes in Host", "GET /hello HTTP/1.1\r\nHost: \"a\"\r\n\r\n"),
    RefusedRequest("9110 7.2: a list of equal hosts in Host", "GET /hello HTTP/1.1\r\nHost: a,a\r\n\r\n"),
  ]
}
