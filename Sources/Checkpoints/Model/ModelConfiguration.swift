import Tensors

/// What `config.json` says of a model: everything that is needed to build its networks and to name it, beside
/// the weights.
public struct ModelConfiguration: Sendable, Hashable {
  /// How a photograph becomes one of the network's size, by Pillow's names for it.
  public enum Resample: String, Sendable, Codable, CaseIterable {
    case bilinear, bicubic
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

  public var architecture: ModelArchitecture
  /// Pixels.
  public var imageWidth: Int
  public var imageHeight: Int
  public var resample: Resample
  public var domains: Domains
  /// "A2B", "B2A", or both.
  public var directions: [String: Weights]
  /// What judges the pictures of a direction, if anything does.
  public var discriminators: [String: [DiscriminatorKind: Discriminator]] = [:]
  /// Under which the weights may be used: an SPDX identifier, or a sentence.
  public var licence: String
  /// Whom the licence asks to name; may be empty.
  public var attribution: String

  /// - Parameter resample: nil for that of the architecture's public code.
  public init(
    architecture: ModelArchitecture, imageWidth: Int, imageHeight: Int, resample: Resample? = nil,
    domains: Domains, directions: [String: Weights] = [:], licence: String, attribution: String
  ) {
    self.architecture = architecture
    self.imageWidth = imageWidth
    self.imageHeight = imageHeight
    self.resample = resample ?? architecture.name.resample
    self.domains = domains
    self.directions = directions
    self.licence = licence
    self.attribution = attribution
  }

  /// The versions of `config.json` that are read here.  The first has the hyperparameters beside everything else, and
  /// knows only U-GAT-IT with AdaLIN and a class activation map, and no discriminators; what it can say is written in it, so
  /// that older programs read it.
  public static let formatVersions = 1...2
  var formatVersion: Int {
    guard case .ugatit(let own) = architecture, own.normalization == .adalin, own.cam,
      resample == architecture.name.resample, discriminators.isEmpty
    else { return 2 }
    return 1
  }
  /// In the order in which they are listed.
  public static let directionNames = ["A2B", "B2A"]

  /// Whether `name` can only mean a file in the directory it is looked up in.
  static func isFileName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 255 && !name.hasPrefix(".")
      && !name.unicodeScalars.contains { $0 == "/" || $0 == "\\" || $0.value < 0x20 || $0.value == 0x7F }
  }
}

extension ModelArchitecture.Name {
  /// What the public code resizes photographs by.
  var resample: ModelConfiguration.Resample {
    switch self {
    case .ugatit: .bilinear
    case .resnet: .bicubic
    }
  }
}
