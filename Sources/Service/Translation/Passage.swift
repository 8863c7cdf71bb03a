import Checkpoints
import Images
import Networks

/// A picture's way through the network: what went in, what came out, and what that took.
struct Passage: Sendable {
  struct Times: Sendable {
    /// Decoding and fitting.
    let preprocess: Duration
    /// Waiting, for memory, a decoder and a batch.
    let queue: Duration
    /// The batch's time in the network.
    let inference: Duration
  }

  let key: ModelKey
  /// How the network's numbers become samples.
  let quantization: Quantization
  let prepared: ImagePipeline.Prepared
  let output: NetworkOutput
  /// Who judges what the direction draws, in the order of the output's verdicts.
  let judges: [ModelConfiguration.DiscriminatorKind]
  let times: Times
  let batchSize: Int

  /// Bytes that one of this size takes, until its answer has been drawn: tensors in and out, and pictures of both.
  static func byteCount(_ size: ImageSize) -> Int { (2 * 12 + 2 * 3) * size.pixels + size.pixels / 4 }

  /// Where the network looked; nil of a model without a class activation map.
  var explanation: Explanation? {
    output.attention.map { Explanation($0, of: prepared.input, prepared.placement, by: key) }
  }

  /// What the discriminators say of what was drawn, where they were asked.
  func judgements(of translated: RGBImage) -> [Judgement] {
    zip(judges, output.verdicts).map { kind, verdict in
      Judgement(
        kind: kind, realism: verdict.logits.mean,
        explanation: verdict.attention.map { Explanation($0, of: translated, prepared.placement, by: key) })
    }
  }
}

extension Explanation {
  fileprivate init(
    _ attention: ClassActivation, of input: RGBImage, _ placement: Placement, by key: ModelKey
  ) {
    self.init(
      key: key, heatmap: Heatmap(width: attention.width, height: attention.height, values: attention.heatmap),
      gapLogit: attention.gapLogit, gmpLogit: attention.gmpLogit, input: input, placement: placement)
  }
}
