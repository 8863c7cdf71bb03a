import Tensors

/// What `config.json` says of a model: everything that is needed to build its networks and to name it, beside
/// the weights.
public struct ModelConfiguration: Sendable, Hashable {
  public enum Variant: String, Sendable, Codable {
    /// γ and β from the pooled features.
    case light
    /// γ and β from all features: one fully connected layer of 268 M weights.
    case full
  }

  /// What stands in the decoder: the method's normalisation, or one of those that the paper compares it with.
  public enum Normalization: String, Sendable, Codable, CaseIterable {
    case adalin, adain
    case instance = "in"
    case layer = "ln"
    case group = "gn"
  }

  /// One direction's weights.
  public struct Weights: Sendable, Hashable {
    /// Name of a safetensors file in the model's directory: no path, see `ModelConfiguration.isFileName`.
    public var file: String
    /// Of that file, 64 lower-case hexadecimal digits.
    public var sha256: String
    /// How all of its tensors are stored.
    public var precision: ElementType

    public init(file: String, sha256: String, precision: ElementType) {
      self.file = file
      self.sha256 = sha256
      self.precision = precision
    }
  }

  /// What the two domains are called: direction A2B translates `a` to `b`.
  public struct Domains: Sendable, Hashable {
    public var a: String
    public var b: String

    public init(a: String, b: String) {
      self.a = a
      self.b = b
    }
  }

  public var variant: Variant
  /// Pixels.
  public var imageWidth: Int
  public var imageHeight: Int
  /// Channels after the first convolution (ngf, 64 in the paper).
  public var baseChannels: Int
  /// ResNet blocks of the encoder, and as many AdaLIN blocks of the decoder (n_res).
  public var residualBlocks: Int
  public var normalization: Normalization
  /// Whether there is a class activation map, and so a heatmap.
  public var cam: Bool
  public var domains: Domains
  /// "A2B", "B2A", or both.
  public var directions: [String: Weights]
  /// Under which the weights may be used: an SPDX identifier, or a sentence.
  public var licence: String
  /// Whom the licence asks to name; may be empty.
  public var attribution: String

  public init(
    variant: Variant, imageWidth: Int, imageHeight: Int, baseChannels: Int, residualBlocks: Int,
    normalization: Normalization = .adalin, cam: Bool = true, domains: Domains,
    directions: [String: Weights] = [:], licence: String, attribution: String
  ) {
    self.variant = variant
    self.imageWidth = imageWidth
    self.imageHeight = imageHeight
    self.baseChannels = baseChannels
    self.residualBlocks = residualBlocks
    self.normalization = normalization
    self.cam = cam
    self.domains = domains
    self.directions = directions
    self.licence = licence
    self.attribution = attribution
  }

  /// The versions of `config.json` that are read here.  The first has the hyperparameters beside everything else, and
  /// knows AdaLIN and a class activation map only; what it can say is written in it, so that older programs read it.
  public static let formatVersions = 1...2
  var formatVersion: Int { normalization == .adalin && cam ? 1 : 2 }
  public static let architecture = "U-GAT-IT"
  /// In the order in which they are listed.
  public static let directionNames = ["A2B", "B2A"]

  /// Whether `name` can only mean a file in the directory it is looked up in.
  static func isFileName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255 && !name.hasPrefix(".")
      && !name.unicodeScalars.contains { $0 == "/" || $0 == "\\" || $0.value < 0x20 || $0.value == 0x7F }
  }
}
