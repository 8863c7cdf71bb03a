/// Walks a strided tensor in row-major order, as runs of elements that are equally far apart.
struct StridedRuns {
  struct Run: Equatable {
    /// Of the first element, in elements from the tensor's first.
    var offset: Int
    var count: Int
    var stride: Int
  }

  /// Dimensions left after those that continue each other are merged; outermost first, the last is the run.
  private let shape: [Int]
  private let strides: [Int]
  private var index: [Int]
  private var offset = 0
  /// Elements of the current run already given out.
  private var taken = 0
  private var isDone: Bool

  init(_ location: TensorLocation) {
    var shape: [Int] = []
    var strides: [Int] = []
    for (size, stride) in zip(location.shape, location.strides) where size != 1 {
      // The outer dimension steps over exactly one row of the inner: they are one dimension.  The product
      // cannot overflow unless they are not (both address elements of a file, checked by `TensorLocation`).
      let row = size.multipliedReportingOverflow(by: stride)
      if let outer = strides.last, !row.overflow, outer == row.partialValue {
        shape[shape.count - 1] *= size
        strides[strides.count - 1] = stride
      } else {
        shape.append(size)
        strides.append(stride)
      }
    }
    self.shape = shape.isEmpty ? [1] : shape
    self.strides = strides.isEmpty ? [1] : strides
    index = [Int](repeating: 0, count: self.shape.count)
    isDone = location.count == 0
  }

  /// Whether all elements follow each other without gaps.
  var isOneRun: Bool { shape.count == 1 && strides[0] == 1 }

  /// The next run of at most `limit` elements, nil after the last.
  mutating func next(limit: Int) -> Run? {
    guard !isDone else { return nil }
    let inner = shape.count - 1
    let count = min(limit, shape[inner] - taken)
    let run = Run(offset: offset + taken * strides[inner], count: count, stride: strides[inner])
    taken += count
    if taken == shape[inner] { advance() }
    return run
  }

  private mutating func advance() {
    taken = 0
    for dimension in (0..<shape.count - 1).reversed() {
      index[dimension] += 1
      offset += strides[dimension]
      if index[dimension] < shape[dimension] { return }
      offset -= shape[dimension] * strides[dimension]
      index[dimension] = 0
    }
    isDone = true
  }
}
