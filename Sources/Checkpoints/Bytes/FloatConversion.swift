import Tensors

// Integer arithmetic rather than `Float16`: it vectorises on machines without F16C, where `Float16` calls a
// library function per number, and it does not depend on the thread's subnormal mode.

/// The value of an IEEE 754 binary16, exactly; signalling NaNs keep their payload.
@inline(__always)
func float(fromHalf half: UInt16) -> Float {
  let magnitude = UInt32(half & 0x7FFF) << 13
  let exponent = magnitude & 0x0F80_0000
  let sign = UInt32(half & 0x8000) << 16
  if exponent == 0x0F80_0000 {  // infinity, NaN: the exponent is all ones in both formats
    return Float(bitPattern: sign | (magnitude + (112 << 23) + (112 << 23)))
  }
  if exponent == 0 {  // zero, subnormal: renormalise by an exact subtraction of normal numbers
    let shifted = Float(bitPattern: magnitude + (113 << 23)) - Float(bitPattern: 113 << 23)
    return Float(bitPattern: sign | shifted.bitPattern)
  }
  return Float(bitPattern: sign | (magnitude + (112 << 23)))
}

/// The value of a bfloat16, exactly: it is the upper half of a binary32.
@inline(__always)
func float(fromBFloat16 bits: UInt16) -> Float { Float(bitPattern: UInt32(bits) << 16) }

/// The nearest binary16, ties to even (IEEE 754 section 4.3.1); infinity from 65520 on.
/// - Precondition: `value` is not NaN.
@inline(__always)
func half(nearest value: Float) -> UInt16 {
  let sign = UInt16(truncatingIfNeeded: value.bitPattern >> 16) & 0x8000
  let magnitude = value.bitPattern & 0x7FFF_FFFF
  if magnitude >= 0x4780_0000 { return sign | 0x7C00 }  // 65536 and above
  if magnitude < 0x3880_0000 {
    // Below 2^-14: adding 0.5 leaves exactly the subnormal's 10 bits in the significand, rounded by the
    // adder.
    let rounded = Float(bitPattern: magnitude) + 0.5
    return sign | UInt16(truncatingIfNeeded: rounded.bitPattern &- (0.5 as Float).bitPattern)
  }
  let odd = (magnitude >> 13) & 1
  return sign | UInt16(truncatingIfNeeded: (magnitude &- (112 << 23) &+ 0xFFF &+ odd) >> 13)
}

extension StoredType {
  /// Converts `count` stored elements, `stride` elements apart from `source` on, to `destination`.  F64 is rounded to the
  /// nearest, to infinity where it is too large.
  /// - Precondition: the type has an `elementType`; all elements lie inside of the memory `source` points into.
  ///   Alignment does not matter.
  func toFloats(
    _ source: UnsafeRawPointer, count: Int, stride: Int, isBigEndian: Bool,
    _ destination: UnsafeMutablePointer<Float>
  ) {
    switch self {
    case .float32 where stride == 1 && !isBigEndian:
      UnsafeMutableRawPointer(destination).copyMemory(from: source, byteCount: count * 4)
    case .float32: gather(source, count, stride, isBigEndian, destination) { Float(bitPattern: $0) }
    case .float16: gather(source, count, stride, isBigEndian, destination) { float(fromHalf: $0) }
    case .bfloat16: gather(source, count, stride, isBigEndian, destination) { float(fromBFloat16: $0) }
    case .float64: gather(source, count, stride, isBigEndian, destination) { Float(Double(bitPattern: $0)) }
    default: preconditionFailure("\(rawValue) is no type of weights")
    }
  }

  @inline(__always)
  private func gather<Bits: FixedWidthInteger>(
    _ source: UnsafeRawPointer, _ count: Int, _ stride: Int, _ isBigEndian: Bool,
    _ destination: UnsafeMutablePointer<Float>, _ value: (Bits) -> Float
  ) {
    let step = stride * MemoryLayout<Bits>.size
    for index in 0..<count {
      let bits = source.loadUnaligned(fromByteOffset: index * step, as: Bits.self)
      destination[index] = value(isBigEndian ? Bits(bigEndian: bits) : Bits(littleEndian: bits))
    }
  }
}
