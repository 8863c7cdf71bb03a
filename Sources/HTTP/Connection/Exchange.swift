import Dispatch
import HTTPTypes

/// One request on a connection and the answer to it, from the end of the header to the last byte of the answer.
struct Exchange {
  let ordinal: UInt64
  let responder: Responder
  let method: HTTPRequest.Method
  let rawTarget: String
  let isVersion11: Bool
  let keepsAlive: Bool
  let start: UInt64
  /// The handler's task; it is cancelled when the client goes away.
  var task: Task<Void, Never>?

  var body: BodyDecoder
  /// Whether the client still waits for `100 Continue`.
  var owesContinue: Bool
  /// Why nothing more can be read of the body.
  var bodyFailure: (any Error)?
  /// The handler, while it waits for more of the body, and since when.
  var reader: CheckedContinuation<[UInt8]?, any Error>?
  var waitStart: UInt64 = 0
  /// How long the client has kept the handler waiting, in nanoseconds.
  var waited: UInt64 = 0
  var receivedBytes = 0
  /// How long after the last look whether a client that has ended its side is still there the next one comes.
  var probeInterval = Duration.zero

  /// The answer, once there is one.
  var status: HTTPResponse.Status?
  var route: String?
  var sentBytes = 0
  /// Whether the connection ends with this answer.
  var isLast = false

  init(_ head: RequestHead, ordinal: UInt64, responder: Responder) {
    self.responder = responder
    self.ordinal = ordinal
    method = head.request.method
    rawTarget = head.request.path ?? ""
    isVersion11 = head.isVersion11
    keepsAlive = head.keepsAlive
    start = DispatchTime.now().uptimeNanoseconds
    body = BodyDecoder(head.framing)
    owesContinue = head.expectsContinue
  }
}
