/// What a network gives for one image.
public struct NetworkOutput: Sendable {
  /// `[3][H][W]`, values in −1…1; empty where the way ended before it.
  public internal(set) var image: [Float]
  /// Where the network looked, of one that has a class activation map.
  public internal(set) var attention: ClassActivation?
}

/// The class activation map, and what the auxiliary classifier says of the image.
public struct ClassActivation: Sendable {
  /// `[height][width]`: the sum over the channels of the attended features, not normalised.
  public internal(set) var heatmap: [Float]
  public let width: Int
  public let height: Int
  /// Logit of the auxiliary classifier on average-pooled features: whether the image is from the source domain.
  public internal(set) var gapLogit: Float
  /// The same on maximum-pooled features.
  public internal(set) var gmpLogit: Float
}

extension NetworkOutput {
  /// Room for what a network gives on its way to a goal.
  init(of network: Network, _ plan: ExecutionPlan, to goal: Goal = .image) {
    let count = goal == .image ? 3 * network.imageHeight * network.imageWidth : 0
    image = [Float](repeating: 0, count: count)
    attention = plan.heatmap.map {
      ClassActivation(
        heatmap: [Float](repeating: 0, count: $0.pixels), width: $0.width, height: $0.height, gapLogit: 0,
        gmpLogit: 0)
    }
  }
}
