import Checkpoints
import Images
import Networks

/// What a discriminator says of a translated picture.
public struct Judgement: Sendable {
  public let kind: ModelConfiguration.DiscriminatorKind
  /// The mean of its logits: 1 for a picture that looks real, 0 for one that looks drawn.
  public let realism: Float
  /// Where it looked; nil of one without a class activation map.
  let explanation: Explanation?
}

/// Whose heatmap.
enum HeatmapSource: String, CaseIterable, Sendable {
  case generator, global, local

  init(_ kind: ModelConfiguration.DiscriminatorKind) {
    self =
      switch kind {
      case .global: .global
      case .local: .local
      }
  }
}

/// A judgement as clients get it, its heatmap drawn.
public struct JudgementAnswer: Encodable, Sendable {
  private let judgement: Judgement
  let heatmap: EncodedPicture?
  private let style: HeatmapStyle

  /// - Throws: `ImageError` when the heatmap cannot be encoded.
  public init(_ judgement: Judgement, _ style: HeatmapStyle, _ size: OutputSize) throws(ImageError) {
    try self.init(judgement, style, size, resized: nil)
  }

  init(
    _ judgement: Judgement, _ style: HeatmapStyle, _ size: OutputSize, resized target: PictureSize?
  ) throws(ImageError) {
    self.judgement = judgement
    self.style = style
    if let picture = judgement.explanation?.picture(style, size) {
      heatmap = try EncodedPicture(picture.resized(to: target), as: .png)
    } else {
      heatmap = nil
    }
  }

  private enum Key: String, CodingKey { case realism, cam, heatmap }

  public func encode(to encoder: any Encoder) throws {
    var members = encoder.container(keyedBy: Key.self)
    try members.encode(judgement.realism, forKey: .realism)
    try members.encode(judgement.explanation?.logits, forKey: .cam)
    try members.encode(heatmap, style: style, forKey: .heatmap)
  }
}
