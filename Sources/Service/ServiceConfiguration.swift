import HTTP
import Images
import Networks

/// Everything that can be set about the service; the command line has a flag for each.
public struct ServiceConfiguration: Sendable {
  public var server = ServerConfiguration()
  public var queue = InferenceQueue.Limits()
  public var decoding = DecodingLimits()
  public var form = MultipartLimits()
  public var access = AccessConfiguration()

  /// Directory of model directories.
  public var models = "models"
  /// Which of them is meant when a request names none; the first by name when nil.
  public var defaultModel: String?
  public var precision = Precision.f32
  /// Threads of the network.
  public var threads = 1

  /// Bytes that bodies, pictures being worked on and answers may hold together.
  public var uploadMemory = 256 << 20

  /// From the end of a request's body to its answer; after that it gets 504.
  public var timeLimit = Duration.seconds(60)

  /// Translations whose heatmap is kept, at most.
  public var keptResults = 1000
  public var keptResultBytes = 256 << 20
  public var resultLifetime = Duration.seconds(3600)

  public init() {}
}
