import Evaluation
import Networks

/// One direction's networks, and what they give for sets of images.
struct EvaluatedDirection {
  typealias Run = ([[Float]]) throws -> [NetworkOutput]

  /// "A2B" or "B2A".
  let name: String
  let generator: Run
  /// The discriminators of the target domain, by name.
  var judges: [String: Run] = [:]
  /// Images at once.
  private static let batch = 8

  /// - Parameter done: told how many images more have been through.
  func translate(_ set: ImageSet, done: (Int) -> Void) throws -> [NetworkOutput] {
    try outputs(generator, set, done)
  }

  /// What each discriminator says of each image.
  func judge(_ set: ImageSet, done: (Int) -> Void) throws -> [String: [NetworkOutput]] {
    try judges.mapValues { try outputs($0, set, done) }
  }

  private func outputs(_ run: Run, _ set: ImageSet, _ done: (Int) -> Void) throws -> [NetworkOutput] {
    var outputs: [NetworkOutput] = []
    for start in stride(from: 0, to: set.count, by: Self.batch) {
      outputs += try run(Array(set.images[start..<min(start + Self.batch, set.count)]))
      done(outputs.count - start)
    }
    return outputs
  }
}
