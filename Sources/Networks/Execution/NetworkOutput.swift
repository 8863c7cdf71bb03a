/// What a network gives for one image.
public struct NetworkOutput: Sendable {
  /// `[3][H][W]`, values in −1…1; empty where the way ended before it, and of a network that draws nothing.
  public internal(set) var image: [Float]
  /// Where the network looked, of one that has a class activation map.
  public internal(set) var attention: ClassActivation?
  /// How real the image looks, of a network that judges.
  public internal(set) var logits: LogitMap?
  /// What discriminators say of the image, where they were asked, in their order.
  public var verdicts: [Verdict] = []
}

/// What a discriminator says of an image.
public struct Verdict: Sendable {
  public let logits: LogitMap
  /// Where it looked, if it has a class activation map.
  public let attention: ClassActivation?

  /// - Parameter output: of a network that judges.
  public init(_ output: NetworkOutput) {
    guard let logits = output.logits else { preconditionFailure("a verdict is of a network that judges") }
    self.logits = logits
    attention = output.attention
  }
}

/// What a discriminator says of each patch of an image: 1 for one that looks real, 0 for one that looks drawn.
public struct LogitMap: Sendable {
  /// `[height][width]`.
  public internal(set) var values: [Float]
  public let width: Int
  public let height: Int

  /// How real the whole looks.
  public var mean: Float { Float(values.reduce(0.0) { $0 + Double($1) } / Double(values.count)) }
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
    let isDrawn = goal == .image && network.draws
    image = [Float](repeating: 0, count: isDrawn ? 3 * network.imageHeight * network.imageWidth : 0)
    attention = plan.heatmap.map {
      ClassActivation(
        heatmap: [Float](repeating: 0, count: $0.pixels), width: $0.width, height: $0.height, gapLogit: 0,
        gmpLogit: 0)
    }
    logits = plan.logits.map {
      LogitMap(values: [Float](repeating: 0, count: $0.pixels), width: $0.width, height: $0.height)
    }
  }
}
