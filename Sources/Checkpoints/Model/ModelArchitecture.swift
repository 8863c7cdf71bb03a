/// What fixes the shape of a model's generators, but for the image's size: the hyperparameters of its family, as
/// `config.json` spells them.
public enum ModelArchitecture: Sendable, Hashable {
  case ugatit(UGATIT)
  case resnet(ResNet)

  public enum Name: String, Sendable, Codable, CaseIterable {
    case ugatit = "U-GAT-IT"
    /// CycleGAN, CyCADA, pix2pix; antialiased CUT, DCLGAN and SimDCL.
    case resnet = "ResNet"
  }

  public var name: Name {
    switch self {
    case .ugatit: .ugatit
    case .resnet: .resnet
    }
  }

  public struct UGATIT: Sendable, Hashable {
    public enum Variant: String, Sendable, Codable, CaseIterable {
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

    public var variant: Variant
    /// Channels after the first convolution (ngf, 64 in the paper).
    public var baseChannels: Int
    /// ResNet blocks of the encoder, and as many AdaLIN blocks of the decoder (n_res).
    public var residualBlocks: Int
    public var normalization: Normalization
    /// Whether there is a class activation map, and so a heatmap.
    public var cam: Bool

    public init(
      variant: Variant, baseChannels: Int, residualBlocks: Int, normalization: Normalization = .adalin,
      cam: Bool = true
    ) {
      self.variant = variant
      self.baseChannels = baseChannels
      self.residualBlocks = residualBlocks
      self.normalization = normalization
      self.cam = cam
    }
  }

  public struct ResNet: Sendable, Hashable {
    /// At which ends sizes change behind filters.
    public enum Antialias: String, Sendable, Codable, CaseIterable {
      case none, down, up, both
    }

    public enum Normalization: String, Sendable, Codable, CaseIterable {
      case instance, batch
    }

    /// What a batch normalisation normalises by: the picture's own, as the public test scripts do, or those of training.
    public enum Statistics: String, Sendable, Codable, CaseIterable {
      case picture, running
    }

    /// What the residual blocks see beyond the border.
    public enum Padding: String, Sendable, Codable, CaseIterable {
      case reflect, replicate, zero
    }

    /// Channels after the first convolution (ngf, 64 in the papers).
    public var baseChannels: Int
    public var residualBlocks: Int
    public var antialias: Antialias
    public var normalization: Normalization
    /// Of batch normalisation, nil of the other.
    public var statistics: Statistics?
    public var padding: Padding
    /// Whether dropout, which does nothing any more, has a number among the layers.
    public var dropout: Bool

    public init(
      baseChannels: Int, residualBlocks: Int, antialias: Antialias, normalization: Normalization,
      statistics: Statistics?, padding: Padding, dropout: Bool
    ) {
      precondition((statistics != nil) == (normalization == .batch))
      self.baseChannels = baseChannels
      self.residualBlocks = residualBlocks
      self.antialias = antialias
      self.normalization = normalization
      self.statistics = statistics
      self.padding = padding
      self.dropout = dropout
    }
  }

  public var baseChannels: Int {
    switch self {
    case .ugatit(let own): own.baseChannels
    case .resnet(let own): own.baseChannels
    }
  }

  public var residualBlocks: Int {
    switch self {
    case .ugatit(let own): own.residualBlocks
    case .resnet(let own): own.residualBlocks
    }
  }

  /// What distinguishes it in its family, in a word or two.
  public var variant: String {
    switch self {
    case .ugatit(let own): own.variant.rawValue
    case .resnet(let own):
      switch own.antialias {
      case .none: "plain"
      case .both: "antialiased"
      case .down, .up: "antialiased \(own.antialias.rawValue)"
      }
    }
  }

  /// Whether it tells where it looked.
  public var hasHeatmap: Bool {
    switch self {
    case .ugatit(let own): own.cam
    case .resnet: false
    }
  }
}
