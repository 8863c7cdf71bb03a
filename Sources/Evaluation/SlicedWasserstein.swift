import Dispatch
import Synchronization

/// The sliced Wasserstein distance between two sets of images, level by level of a Laplacian pyramid (Karras et al., ICLR
/// 2018, section 5): how often local patches look like what, from fine to coarse.  It needs no pretrained network.
///
/// Patches and directions are those that models/training/evaluate.py draws, so both tell the same figures within rounding.
public enum SlicedWasserstein {
  /// The distance of one level of the pyramid, × 1000 as published tables have it.
  public struct Level: Sendable, Equatable {
    /// Pixels across.
    public let width: Int
    public let distance: Double
  }

  /// From fine to coarse.
  /// - Precondition: the sets have images of one size, of 16 pixels at least.
  public static func distances(_ first: ImageSet, _ second: ImageSet, seed: UInt32 = 0) -> [Level] {
    precondition(
      first.width == second.width && first.height == second.height && min(first.count, second.count) > 0)
    var random = TorchRandom(seed: seed)
    let count = patchesPerImage * min(first.count, second.count)
    return zip(LaplacianPyramid(first).levels, LaplacianPyramid(second).levels).map { first, second in
      let one = Patches(of: first, count: count, &random)
      let other = Patches(of: second, count: count, &random)
      return Level(width: first.width, distance: 1000 * distance(one, other, &random))
    }
  }

  private static let patchesPerImage = 128
  private static let directions = 512

  /// Mean over random directions of the Wasserstein-1 distance of the projections.
  private static func distance(_ first: Patches, _ second: Patches, _ random: inout TorchRandom) -> Double {
    let directions = unitColumns(random.normals(Patches.size * directions))
    let sum = Mutex(0.0)
    // Sixteen directions are a vector.
    DispatchQueue.concurrentPerform(iterations: Self.directions / 16) { group in
      let vectors = (0..<Patches.size).map { row in
        SIMD16((0..<16).map { directions[row * Self.directions + 16 * group + $0] })
      }
      let (one, other) = (first.projected(on: vectors), second.projected(on: vectors))
      var total = 0.0
      for (one, other) in zip(one, other) {
        for (one, other) in zip(one.sorted(), other.sorted()) { total += Double(abs(one - other)) }
      }
      sum.withLock { $0 += total }
    }
    return sum.withLock { $0 } / Double(Self.directions * first.count)
  }

  /// Each column divided by its length.
  private static func unitColumns(_ values: [Float]) -> [Float] {
    var squares = [Float](repeating: 0, count: directions)
    for (index, value) in values.enumerated() { squares[index % directions] += value * value }
    let lengths = squares.map { $0.squareRoot() }
    return values.enumerated().map { $1 / lengths[$0 % directions] }
  }
}

/// Random 7×7 patches of a level, spread evenly over its images, each channel brought to mean 0 and deviation 1 over all.
private struct Patches {
  static let side = 7
  static let size = 3 * side * side

  let count: Int
  /// `[count][3][7][7]`.
  private var values: [Float] = []

  init(of level: ImageSet, count: Int, _ random: inout TorchRandom) {
    self.count = count
    let rows = random.integers(below: level.height - Self.side + 1, count: count)
    let columns = random.integers(below: level.width - Self.side + 1, count: count)
    values.reserveCapacity(count * Self.size)
    for index in 0..<count {
      let image = level.images[index % level.count]
      for plane in 0..<3 {
        for row in rows[index]..<rows[index] + Self.side {
          let start = (plane * level.height + row) * level.width + columns[index]
          values += image[start..<start + Self.side]
        }
      }
    }
    for plane in 0..<3 { normalize(plane) }
  }

  private mutating func normalize(_ plane: Int) {
    let part = Self.size / 3
    var (sum, squares) = (0.0, 0.0)
    for patch in 0..<count {
      for value in values[(patch * Self.size + plane * part)...].prefix(part) {
        sum += Double(value)
        squares += Double(value) * Double(value)
      }
    }
    let mean = sum / Double(count * part)
    let deviation = (squares / Double(count * part) - mean * mean).squareRoot()
    for patch in 0..<count {
      for index in patch * Self.size + plane * part..<patch * Self.size + (plane + 1) * part {
        values[index] = Float((Double(values[index]) - mean) / deviation)
      }
    }
  }

  /// `[16][count]`.
  func projected(on vectors: [SIMD16<Float>]) -> [[Float]] {
    var projected = [[Float]](repeating: [Float](repeating: 0, count: count), count: 16)
    // Because the loop is the time that all of this takes, and checks of bounds would be most of it.
    values.withUnsafeBufferPointer { values in
      vectors.withUnsafeBufferPointer { vectors in
        for patch in 0..<count {
          var sum = SIMD16<Float>()
          for element in 0..<Self.size {
            sum += vectors[element] * SIMD16(repeating: values[patch * Self.size + element])
          }
          for direction in 0..<16 { projected[direction][patch] = sum[direction] }
        }
      }
    }
    return projected
  }
}
