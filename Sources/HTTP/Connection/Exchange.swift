import HTTPTypes

/// One request on a connection and the answer to it, from the end of the header to the last byte of the answer.
struct Exchange {
  let ordinal: UInt64
  let method: HTTPRequest.Method
  let rawTarget: String
  let isVersion11: Bool
  /// Whether the client lets the connection live on.
  let keepsAlive: Bool
  /// When the poller told of the header's last bytes.
  let start: UInt64
  /// When it told of the last bytes that were waited for: the header's, or later ones of the body.
  var lastInput: UInt64

  var body: BodyDecoder
  /// Whether the client still waits for `100 Continue`.
  var owesContinue: Bool
  /// Why nothing more can be read of the body.
  var bodyFailure: (any Error)?
  /// Whether a task waits for more of the body.
  var isReading = false
  var receivedBytes = 0
  /// Of the body.
  var pace: Pace
  /// Set while the client is to be asked now and then whether it is still there.
  var probing: Probing?

  /// The answer, once there is one.
  var status: HTTPResponse.Status?
  var route: String?
  var sentBytes = 0

  init(_ head: RequestHead, ordinal: UInt64, pace: Pace, now: UInt64) {
    self.ordinal = ordinal
    method = head.request.method
    rawTarget = head.request.path ?? ""
    isVersion11 = head.isVersion11
    keepsAlive = head.keepsAlive
    start = now
    lastInput = now
    self.pace = pace
    body = BodyDecoder(head.framing)
    owesContinue = head.expectsContinue
  }

  /// When something is to be done though nothing happens.
  var deadline: UInt64 { min(pace.deadline, probing?.next ?? .max) }
}
