/// What a generator gives for one image.
public struct GeneratorOutput: Sendable {
  /// `[3][H][W]`, values in −1…1.
  public internal(set) var image: [Float]
  /// Class activation map, `[heatmapHeight][heatmapWidth]`: the sum over the channels of the attended features, not
  /// normalised.
  public internal(set) var heatmap: [Float]
  public let heatmapWidth: Int
  public let heatmapHeight: Int
  /// Logit of the auxiliary classifier on average-pooled features: whether the image is from the source domain.
  public internal(set) var gapLogit: Float
  /// The same on maximum-pooled features.
  public internal(set) var gmpLogit: Float
}
