import HTTPTypes

/// One request on a connection and the answer to it, from the end of the header to the last byte of the answer.
struct Exchange {
  let ordinal: UInt64
  let method: HTTPRequest.Method
  let rawTarget: String
  let isVersion11: Bool
  /// Whether the client lets the connection live on.
  let keepsAlive: Bool
  /// When the header's last byte came.
  let start: UInt64

  var body: BodyDecoder
  /// Whether the client still waits for `100 Continue`.
  var owesContinue: Bool
  /// Why nothing more can be read of the body.
  var bodyFailure: (any Error)?
  /// Set while a task waits for more of the body.
  var reading: Reading?
  /// How long the client has kept the task waiting, in nanoseconds.
  var waited: UInt64 = 0
  var receivedBytes = 0
  /// Set while the client is to be asked now and then whether it is still there.
  var probing: Probing?

  /// The answer, once there is one.
  var status: HTTPResponse.Status?
  var route: String?
  var sentBytes = 0

  /// A wait for more of the body.
  struct Reading {
    let start: UInt64
    let deadline: UInt64
  }

  init(_ head: RequestHead, ordinal: UInt64, now: UInt64) {
    self.ordinal = ordinal
    method = head.request.method
    rawTarget = head.request.path ?? ""
    isVersion11 = head.isVersion11
    keepsAlive = head.keepsAlive
    start = now
    body = BodyDecoder(head.framing)
    owesContinue = head.expectsContinue
  }

  /// When something is to be done though nothing happens.
  var deadline: UInt64 { min(reading?.deadline ?? .max, probing?.next ?? .max) }
}
