import Testing

@testable import Checkpoints

@Suite struct StridedRunsTests {
  private func location(_ shape: [Int], _ strides: [Int], offset: Int = 0) throws -> TensorLocation {
    try TensorLocation(type: .float32, shape: shape, strides: strides, offset: offset, storage: 0..<4000)
  }

  /// The positions of all elements in row-major order, by the definition of strides.
  private func positions(_ shape: ArraySlice<Int>, _ strides: ArraySlice<Int>) -> [Int] {
    guard let size = shape.first, let stride = strides.first else { return [0] }
    let inner = positions(shape.dropFirst(), strides.dropFirst())
    return (0..<size).flatMap { index in inner.map { index * stride + $0 } }
  }

  @Test(arguments: [
    ([2, 3, 4], [12, 4, 1]), ([4, 3], [1, 4]), ([3, 1, 5], [10, 99, 2]), ([4, 5], [0, 1]), ([2, 3], [0, 0]),
    ([], []), ([1, 1], [7, 7]), ([2, 2, 2], [100, 2, 1]), ([0, 3], [3, 1]), ([2, 3, 4, 5], [60, 1, 15, 3]),
  ])
  func runsVisitEveryElementInOrder(shape: [Int], strides: [Int]) throws {
    let expected = positions(shape[...], strides[...])
    for limit in [1, 2, 3, 7, 1000] {
      var runs = StridedRuns(try location(shape, strides))
      var visited: [Int] = []
      while let run = runs.next(limit: limit) {
        #expect((1...limit).contains(run.count))
        visited += (0..<run.count).map { run.offset + $0 * run.stride }
      }
      #expect(visited == expected, "limit \(limit)")
    }
  }

  @Test func contiguousTensorsAreOneRun() throws {
    #expect(StridedRuns(try location([2, 3, 4], [12, 4, 1])).isOneRun)
    #expect(StridedRuns(try location([1, 5], [77, 1])).isOneRun)
    #expect(!StridedRuns(try location([4, 3], [1, 4])).isOneRun)
    #expect(!StridedRuns(try location([4], [0])).isOneRun)
  }

  @Test func layoutsAreTold() throws {
    #expect(try location([2, 3], [3, 1]).layout == .contiguous)
    #expect(try location([2, 1, 3], [3, 50, 1]).layout == .contiguous)
    #expect(try location([3, 2], [1, 3]).layout == .strided)
    #expect(try location([5], [2]).layout == .strided)
    #expect(try location([4, 3], [0, 1]).layout == .expanded)
    #expect(try location([1, 3], [0, 1]).layout == .contiguous)
    #expect(try location([0, 3], [9, 9]).layout == .contiguous)
  }

  @Test func elementsOutsideOfTheStorageAreRefused() throws {
    #expect(try location([1000], [1]).extent == 4000)
    #expect(throws: CheckpointError.self) { try location([1001], [1]) }
    #expect(throws: CheckpointError.self) { try location([1000], [1], offset: 1) }
    #expect(throws: CheckpointError.self) { try location([0], [1], offset: 1001) }
    #expect(throws: CheckpointError.self) { try location([2], [1], offset: -1) }
    #expect(throws: CheckpointError.self) { try location([-1], [1]) }
    #expect(throws: CheckpointError.self) { try location([2], [-1], offset: 5) }
    #expect(throws: CheckpointError.self) { try location([2, 2], [1]) }
  }

  @Test func overflowsAreRefused() throws {
    #expect(throws: CheckpointError.self) { try location([.max, .max], [0, 0]) }
    #expect(throws: CheckpointError.self) { try location([.max], [0]) }  // its dense bytes overflow
    #expect(throws: CheckpointError.self) { try location([3], [.max]) }
    #expect(throws: CheckpointError.self) { try location([2, 2], [.max, .max]) }
    #expect(throws: CheckpointError.self) { try location([1], [1], offset: .max) }
    // Nothing is in it, but whoever multiplies its sizes would trap.
    #expect(throws: CheckpointError.self) { try location([.max, .max, 0], [0, 0, 0]) }
    #expect(throws: CheckpointError.self) { try location([0, .max], [.max, .max]) }
    #expect(try location([1 << 40, 0], [.max, .max]).count == 0)
  }
}
