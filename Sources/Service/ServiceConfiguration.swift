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

  /// Directory of model directories, or a model directory itself.
  public var models = "models"
  /// What the model is called that `models` itself is; its last component when nil.
  public var modelName: String?
  /// Whether a model that cannot be loaded ends the server rather than being told in `/health`, `/models` and the log.
  public var strictModels = false
  /// Which of them is meant when a request names none; the first by name that is served when nil.
  public var defaultModel: String?
  /// Whether it starts without any model, to be given some while it runs.
  public var allowsNoModels = false
  /// How often the directory is looked at for models that are new, changed or gone; when it is told to if nil.
  public var modelsPollTime: Duration?
  public var precision = ComputePrecision.f32
  /// Threads of the network.
  public var threads = 1

  /// Bytes of memory that no file stands behind, of the whole process; what its control group leaves it when nil, and
  /// without one any number.
  public var memory: Int?
  /// Bytes that bodies, pictures being worked on and answers may hold together; when nil, the standard or what `memory`
  /// leaves if that is less.
  public var uploadMemory: Int?
  static let standardUploadMemory = 256 << 20
  /// Bytes of the network's memory for sizes that are no model's own; when nil, the standard or what `memory` leaves if
  /// that is less.
  public var sideMemory: Int?
  static let standardSideMemory = 256 << 20

  /// From the end of a request's body to its answer; after that it gets 504.
  public var timeLimit = Duration.seconds(60)

  /// From when on the log has a line of its own for a request, which tells where its time went; never when nil.
  public var slowRequestTime: Duration?

  /// Translations whose heatmap is kept, at most.
  public var keptResults = 1000
  public var keptResultBytes = 256 << 20
  public var resultLifetime = Duration.seconds(3600)

  public init() {}
}
