/// The rows of `RefusedRequestTests` about where a body ends.
extension RefusedRequestTests {
  static let framing = [
    RefusedRequest("9112 6.3: a negative length", echo("Content-Length: -1\r\n")),
    RefusedRequest("9112 6.3: a plus sign", echo("Content-Length: +1\r\n", "x")),
    RefusedRequest("9112 6.3: an empty length", echo("Content-Length:\r\n")),
    RefusedRequest("9112 6.3: a length in hexadecimal", echo("Content-Length: 0x1\r\n", "x")),
    RefusedRequest("9112 6.3: a space in a length", echo("Content-Length: 1 1\r\n", "x")),
    RefusedRequest("9112 6.3: a length with decimals", echo("Content-Length: 1.0\r\n", "x")),
    RefusedRequest(
      "9112 6.3: a length of 2 to the 64th", echo("Content-Length: 18446744073709551617\r\n", "x")),
    RefusedRequest("9112 6.3: two lengths", echo("Content-Length: 1\r\nContent-Length: 2\r\n", "xx")),
    RefusedRequest("9112 6.3: two equal lengths", echo("Content-Length: 1\r\nContent-Length: 1\r\n", "x")),
    RefusedRequest("9112 6.3: a list of equal lengths", echo("Content-Length: 1, 1\r\n", "x")),
    RefusedRequest(
      "9112 6.1: length and coding", echo("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: coding and length", echo("Transfer-Encoding: chunked\r\nContent-Length: 5\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: a coding in HTTP/1.0",
      "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n"),
    RefusedRequest("9112 6.1: chunked twice", echo("Transfer-Encoding: chunked, chunked\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: chunked in two fields",
      echo("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n")),
    RefusedRequest("9112 6.1: chunked not last", echo("Transfer-Encoding: chunked, gzip\r\n", "0\r\n\r\n")),
    RefusedRequest("9112 6.1: an unknown coding", echo("Transfer-Encoding: gzip, chunked\r\n"), status: 501),
    RefusedRequest("9112 6.1: identity", echo("Transfer-Encoding: identity\r\n"), status: 501),
    RefusedRequest("9112 6.1: a name like chunked", echo("Transfer-Encoding: xchunked\r\n"), status: 501),
    RefusedRequest("9112 6.1: an empty coding", echo("Transfer-Encoding:\r\n")),
    RefusedRequest("9112 6.1: a list that begins empty", echo("Transfer-Encoding: , chunked\r\n")),
    RefusedRequest("9112 6.1: chunked in quotes", echo("Transfer-Encoding: \"chunked\"\r\n")),
    RefusedRequest("9112 6.1: chunked with a parameter", echo("Transfer-Encoding: chunked;q=1\r\n")),
    RefusedRequest("9112 6.1: a vertical tab", echo("Transfer-Encoding: \u{B}chunked\r\n")),
    RefusedRequest("9112 6.3: minus zero in Content-Length", echo("Content-Length: -0\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: an underscore in Content-Length", echo("Content-Length: 1_0\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: an octal prefix in Content-Length", echo("Content-Length: 0o5\r\n", "helloworld")),
    RefusedRequest("9112 6.3: an exponent in Content-Length", echo("Content-Length: 1e1\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: a letter behind in Content-Length", echo("Content-Length: 1x\r\n", "helloworld")),
    RefusedRequest("9112 6.3: a parameter in Content-Length", echo("Content-Length: 1;a\r\n", "helloworld")),
    RefusedRequest("9112 6.3: quotes in Content-Length", echo("Content-Length: \"1\"\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: digits beyond ASCII in Content-Length", echo("Content-Length: １\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: leading zeros in Content-Length", echo("Content-Length: 005\r\n", "helloworld")),
    RefusedRequest("9112 6.3: two zeros in Content-Length", echo("Content-Length: 00\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: a zero before what may be octal in Content-Length",
      echo("Content-Length: 0200\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: 2 to the 63rd in Content-Length",
      echo("Content-Length: 9223372036854775808\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: twenty nines in Content-Length",
      echo("Content-Length: 99999999999999999999\r\n", "helloworld")),
    RefusedRequest("9112 6.3: a list in Content-Length", echo("Content-Length: 5, 10\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: a list of three in Content-Length", echo("Content-Length: 5, 5, 5\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: an empty element before it in Content-Length", echo("Content-Length: , 5\r\n", "helloworld")),
    RefusedRequest("9112 6.3: a semicolon in Content-Length", echo("Content-Length: 5;5\r\n", "helloworld")),
    RefusedRequest(
      "9112 6.3: two lengths in other letters", echo("Content-Length: 1\r\ncontent-length: 2\r\n", "xx")),
    RefusedRequest("9112 6.3: no length and one", echo("Content-Length:\r\nContent-Length: 1\r\n", "x")),
    RefusedRequest("9112 6.3: zero and another", echo("Content-Length: 0\r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: length and coding in HTTP/1.0",
      "POST /echo HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\nhello"),
    RefusedRequest(
      "9112 6.1: two codings and a length",
      echo("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: two codings in two fields",
      echo("Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n", "0\r\n\r\n")),
    RefusedRequest("9112 6.1: gzip alone", echo("Transfer-Encoding: gzip\r\n", "hello"), status: 501),
    RefusedRequest(
      "9112 6.1: identity and chunked", echo("Transfer-Encoding: identity, chunked\r\n", "0\r\n\r\n"),
      status: 501),
    RefusedRequest("9112 5.2: a folded coding", echo("Transfer-Encoding:\r\n chunked\r\n", "0\r\n\r\n")),
    RefusedRequest("9112 5.2: a fold before a coding", echo("X: y\r\n Transfer-Encoding: chunked\r\n")),
    RefusedRequest(
      "9112 6.1: chunked with an unknown parameter in Transfer-Encoding",
      echo("Transfer-Encoding: chunked;ext=val\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: chunked and a semicolon in Transfer-Encoding",
      echo("Transfer-Encoding: chunked;\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: chunked and a comma in Transfer-Encoding",
      echo("Transfer-Encoding: chunked,\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: a form feed in Transfer-Encoding", echo("Transfer-Encoding: \u{C}chunked\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: NUL behind chunked in Transfer-Encoding",
      echo("Transfer-Encoding: chunked\0\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: NUL in chunked in Transfer-Encoding", echo("Transfer-Encoding: chun\0ked\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: a no-break space in Transfer-Encoding",
      echo("Transfer-Encoding: chunked\u{A0}\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: a space in chunked in Transfer-Encoding",
      echo("Transfer-Encoding: chun ked\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: apostrophes and brackets in Transfer-Encoding",
      echo("Transfer-Encoding: [chunked]\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: a colon in Transfer-Encoding", echo("Transfer-Encoding: chunked:\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: chunked twice in other letters in Transfer-Encoding",
      echo("Transfer-Encoding: Chunked, CHUNKED\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: chunked thrice in Transfer-Encoding",
      echo("Transfer-Encoding: chunked, chunked, chunked\r\n", "0\r\n\r\n")),
    RefusedRequest(
      "9112 6.1: a length and xchunked", echo("Transfer-Encoding: xchunked\r\nContent-Length: 5\r\n", "hello")
    ),
    RefusedRequest(
      "9112 6.1: a length and identity", echo("Transfer-Encoding: identity\r\nContent-Length: 5\r\n", "hello")
    ),
    RefusedRequest(
      "9112 6.1: a length and gzip", echo("Transfer-Encoding: gzip\r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: a length and nothing", echo("Transfer-Encoding: \r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: a length and Chunked", echo("Transfer-Encoding: Chunked\r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: a length and chunked and a space",
      echo("Transfer-Encoding: chunked \r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: a length and a tab and chunked",
      echo("Transfer-Encoding: \tchunked\r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: a length and a comma and chunked",
      echo("Transfer-Encoding: , chunked\r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: a length and chunked and a comma",
      echo("Transfer-Encoding: chunked,\r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: a length and chunked twice",
      echo("Transfer-Encoding: chunked, chunked\r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: a length and a vertical tab and chunked",
      echo("Transfer-Encoding: \u{B}chunked\r\nContent-Length: 5\r\n", "hello")),
    RefusedRequest(
      "9112 6.1: a length and chunked with a parameter",
      echo("Transfer-Encoding: chunked;a=b\r\nContent-Length: 5\r\n", "hello")),
  ]
}
