/// What a generator gives for one image.
public struct GeneratorOutput: Sendable {
  /// `[3][H][W]`, values in −1…1.
  public let image: [Float]
  /// Class activation map, `[heatmapHeight][heatmapWidth]`: the sum over the channels of the attended features, not
  /// normalised.
  public let heatmap: [Float]
  public let heatmapWidth: Int
  public let heatmapHeight: Int
  /// Logit of the auxiliary classifier on average-pooled features: whether the image is from the source domain.
  public let gapLogit: Float
  /// The same on maximum-pooled features.
  public let gmpLogit: Float
}
