import Batching
import Images
import Networks

/// An image on its way into the network.
enum NetworkImage: Sendable {
  /// `[3][height][width]` of the model's size, with values in -1...1.
  case tensor([Float])
  /// Still to be decoded, and stretched to the model's size.
  case file(PictureFile)
}

/// What the network made of an image.
struct NetworkResult: Sendable {
  let output: NetworkOutput
  let batchSize: Int
  /// Decoding and fitting; nil where there was none.
  let preprocess: Duration?
}

extension Translator {
  /// - Throws: `ImageError`, `QueueError`, `CancellationError`, or what the network threw.
  func run(
    _ image: NetworkImage, on direction: LoadedDirection, priority: Priority, watch: StageWatch
  ) async throws -> NetworkResult {
    let place = try queue.reserve()
    var preprocess: Duration?
    let tensor: [Float]
    switch image {
    case .tensor(let values): tensor = values
    case .file(let file):
      let prepared = try await pictures.prepare(
        file, .stretch, nil, .convert, width: direction.model.imageWidth, height: direction.model.imageHeight,
        filter: direction.model.resample)
      watch.spent(prepared, in: .decode)
      preprocess = prepared.ran
      tensor = prepared.value.tensor
    }
    let batched = try await queue.run(
      tensor, BatchKey(direction: direction, goal: .image, size: nil), priority: priority, place)
    watch.spent(batched)
    return NetworkResult(output: batched.output, batchSize: batched.batchSize, preprocess: preprocess)
  }
}
