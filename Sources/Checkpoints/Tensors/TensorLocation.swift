/// Where the elements of a tensor lie in a file.  A value of this type has been checked: every element it
/// addresses lies inside of the file, and its dense size fits an `Int`, also without the dimensions of size 0.
struct TensorLocation: Sendable, Hashable {
  let type: StoredType
  let shape: [Int]
  /// Distance between neighbours of each dimension, in elements; never negative.
  let strides: [Int]
  /// Where in the file the first element starts.
  let byteOffset: Int
  /// Number of elements.
  let count: Int
  /// Bytes from the first element's first to the last element's last; 0 when there are none.
  let extent: Int

  /// - Parameters:
  ///   - offset: of the first element, in elements from the start of `storage`.
  ///   - storage: the bytes of the file the tensor may touch.
  /// - Throws: `.malformed` when an element would lie outside, or a number overflows.
  init(
    type: StoredType, shape: [Int], strides: [Int], offset: Int, storage: Range<Int>
  ) throws(CheckpointError) {
    guard shape.count == strides.count, shape.count <= Self.maximumRank, offset >= 0,
      shape.allSatisfy({ $0 >= 0 }), strides.allSatisfy({ $0 >= 0 })
    else { throw CheckpointError(.malformed, "shape \(shape) and strides \(strides) make no tensor") }

    // Without the zeros: the sizes beside them must not overflow either, whoever multiplies them.
    var product = CheckedInt(type.byteWidth)
    var last = CheckedInt(offset)
    for (size, stride) in zip(shape, strides) where size > 0 {
      product *= size
      last += CheckedInt(size - 1) * stride
    }
    guard let bytes = product.value, case let elements = shape.contains(0) ? 0 : bytes / type.byteWidth,
      let start = (CheckedInt(offset) * type.byteWidth).value,
      let end = elements == 0 ? start : ((last + CheckedInt(1)) * type.byteWidth).value,
      end <= storage.count
    else {
      throw CheckpointError(
        .malformed,
        "shape \(shape) with strides \(strides) from element \(offset) on reaches outside of the "
          + "\(storage.count) bytes that are stored")
    }
    self.type = type
    self.shape = shape
    self.strides = strides
    self.byteOffset = storage.lowerBound + start
    self.count = elements
    self.extent = end - start
  }

  /// PyTorch allows 64 dimensions.
  static let maximumRank = 64

  /// The strides of a row-major tensor without gaps.
  static func contiguousStrides(_ shape: [Int]) -> [Int] {
    var strides = [Int](repeating: 1, count: shape.count)
    for index in shape.indices.dropLast().reversed() {
      strides[index] =
        strides[index + 1].multipliedReportingOverflow(by: max(1, shape[index + 1])).partialValue
    }
    return strides
  }

  var layout: TensorEntry.Layout {
    let used = zip(shape, strides).filter { $0.0 > 1 }
    if count == 0 || used.isEmpty { return .contiguous }
    if used.contains(where: { $0.1 == 0 }) { return .expanded }
    var expected = 1
    for (size, stride) in used.reversed() {
      if stride != expected { return .strided }
      expected *= size  // at most `count`
    }
    return .contiguous
  }
}

/// Integer arithmetic that remembers an overflow instead of trapping.
struct CheckedInt {
  /// nil once something overflowed.
  private(set) var value: Int?

  init(_ value: Int?) { self.value = value }

  static func * (left: CheckedInt, right: Int) -> CheckedInt {
    guard let (product, overflow) = left.value?.multipliedReportingOverflow(by: right) else { return left }
    return CheckedInt(overflow ? nil : product)
  }

  static func + (left: CheckedInt, right: CheckedInt) -> CheckedInt {
    guard let a = left.value, let b = right.value else { return CheckedInt(nil) }
    let (sum, overflow) = a.addingReportingOverflow(b)
    return CheckedInt(overflow ? nil : sum)
  }

  static func *= (left: inout CheckedInt, right: Int) { left = left * right }
  static func += (left: inout CheckedInt, right: CheckedInt) { left = left + right }
}
