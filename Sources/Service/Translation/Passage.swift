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
  let times: Times
  let batchSize: Int

  /// Bytes that one of this size takes, until its answer has been drawn: tensors in and out, and pictures of both.
  static func byteCount(_ size: ImageSize) -> Int { (2 * 12 + 2 * 3) * size.pixels + size.pixels / 4 }

  /// Where the network looked; nil of a model without a class activation map.
  var explanation: Explanation? {
    output.attention.map { attention in
      Explanation(
        key: key,
        heatmap: Heatmap(width: attention.width, height: attention.height, values: attention.heatmap),
        gapLogit: attention.gapLogit, gmpLogit: attention.gmpLogit, input: prepared.input,
        placement: prepared.placement)
    }
  }
}
