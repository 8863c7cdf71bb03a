import Images
import Networks

/// How large the pictures that a client gets are.
public enum OutputSize: String, CaseIterable, Sendable {
  /// The network's.
  case model
  /// Scaled back to the picture that was sent, the fit undone.
  case original
}

/// What to do with a picture.
public struct TranslationOptions: Sendable {
  /// The default model when nil.
  public var model: String?
  /// "A2B" or "B2A"; A2B when nil.
  public var direction: String?
  public var fit: Fit
  /// The part of the upright picture that is taken as if it were all there is; all of it when nil.
  public var crop: Rectangle?
  /// The size at which the network runs; the model's own when nil.
  public var side: ImageSize?
  /// Whether a picture's colours are brought to sRGB.
  public var profile: ProfileUse
  /// Whether the model's discriminators are asked what they say of the result.
  public var explains: Bool

  public init(
    model: String? = nil, direction: String? = nil, fit: Fit = .stretch, crop: Rectangle? = nil,
    side: ImageSize? = nil, profile: ProfileUse = .convert, explains: Bool = false
  ) {
    self.model = model
    self.direction = direction
    self.fit = fit
    self.crop = crop
    self.side = side
    self.profile = profile
    self.explains = explains
  }
}

/// A translated picture and how it came to be.
public struct Translation: Sendable {
  public let key: ModelKey
  /// What the network made, at its own size.
  let translated: RGBImage
  /// How that lies in the picture that was sent.
  let placement: Placement
  /// Where the network looked; nil of a model without a class activation map.
  let explanation: Explanation?
  /// What the discriminators say of it, where they were asked.
  public let judgements: [Judgement]
  let times: Passage.Times
  public let batchSize: Int
  /// Memory of all this, where it is counted.
  let lease: MemoryBudget.Lease?
  /// What became of the picture's colour profile.
  public let profile: ProfileOutcome

  init(_ passage: Passage) {
    key = passage.key
    let input = passage.prepared.input
    translated = RGBImage(
      planarFloats: passage.output.image, width: input.width, height: input.height,
      quantization: passage.quantization)
    placement = passage.prepared.placement
    explanation = passage.explanation
    judgements = passage.judgements(of: translated)
    times = passage.times
    batchSize = passage.batchSize
    lease = passage.prepared.lease
    profile = passage.prepared.profile
  }

  public func picture(_ size: OutputSize) -> RGBImage {
    size == .model ? translated : placement.restored(translated)
  }

  /// Nil of a model without a class activation map.
  public func heatmapPicture(_ style: HeatmapStyle, _ size: OutputSize) -> RGBImage? {
    explanation?.picture(style, size)
  }

  /// Of its pictures.
  func size(_ size: OutputSize) -> (width: Int, height: Int) {
    size == .model
      ? (translated.width, translated.height) : (placement.restoredWidth, placement.restoredHeight)
  }
}

/// Where a network looked, and at what.
struct Explanation: Sendable {
  let key: ModelKey
  let heatmap: Heatmap
  /// Classifier logits on the pooled features: above 0 where the network takes the input for its source domain.
  let gapLogit: Float
  let gmpLogit: Float
  /// What the network saw: the picture that was sent, at the model's size; of a discriminator, what was made of it.
  let input: RGBImage
  /// How `input` lies in the picture that was sent.
  let placement: Placement

  /// As clients get them.
  var logits: [String: Float] { ["gap_logit": gapLogit, "gmp_logit": gmpLogit] }

  func size(_ size: OutputSize) -> (width: Int, height: Int) {
    size == .model ? (input.width, input.height) : (placement.restoredWidth, placement.restoredHeight)
  }

  func picture(_ style: HeatmapStyle, _ size: OutputSize) -> RGBImage {
    let picture = heatmap.picture(style: style, width: input.width, height: input.height, over: input)
    return size == .model ? picture : placement.restored(picture)
  }

  /// Memory it takes, near enough to bound a store.
  var byteCount: Int { input.pixels.count + 4 * heatmap.values.count }

  /// That of a picture of the model's size.
  static func byteCount(pixels: Int) -> Int { 3 * pixels + pixels / 4 }
}
