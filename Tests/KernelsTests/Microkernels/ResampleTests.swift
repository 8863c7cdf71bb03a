import CKernels
import Kernels
import Testing

@Suite("Resampling microkernels, on every instruction set")
struct ResampleTests {
  /// Weights of any sign that sum to about one, and zeros behind them.
  private func weights(_ count: Int, stride: Int, _ noise: inout Noise) -> [Int32] {
    let shares = noise.floats(count).map { Double($0) + 0.1 }
    let sum = shares.reduce(0) { $0 + abs($1) }
    return shares.map { Int32($0 / sum * Double(1 << UG_RESAMPLE_PLACES)) }
      + [Int32](repeating: 0, count: stride - count)
  }

  private func clamped(_ sum: Int) -> UInt8 {
    UInt8(clamping: (sum + Int(UG_RESAMPLE_HALF)) >> Int(UG_RESAMPLE_PLACES))
  }

  @Test("across: exact for every length of a window, at both ends of a row", arguments: [3, 4])
  func across(channels: Int) {
    var noise = Noise()
    for count in Array(1...17) + [48, 301] {
      let stride = (count + 3) / 4 * 4 + 4
      let pixels = count + 5
      let row = noise.floats(pixels * channels).map { UInt8(truncatingIfNeeded: Int($0 * 1e6)) }
      let starts = (0...5).map { Int32($0) }
      let plan = starts.flatMap { _ in weights(count, stride: stride, &noise) }
      let expected = starts.indices.flatMap { i in
        (0..<channels).map { c in
          clamped(
            (0..<count).reduce(0) { $0 + Int(row[(i + $1) * channels + c]) * Int(plan[i * stride + $1]) })
        }
      }
      for instructionSet in InstructionSet.supported {
        for side in GuardSide.allCases {
          let slack = [UInt8](repeating: 0xA5, count: Int(UG_RESAMPLE_SLACK))
          let guarded = GuardedMemory(row + slack, against: side)
          let out = GuardedMemory(repeating: UInt8(0), count: expected.count, against: side)
          instructionSet.kernels.pointee.resample_across(
            guarded.base, starts, [Int32](repeating: Int32(count), count: starts.count), plan, stride,
            channels,
            out.base, starts.count)
          #expect(out.array == expected, "\(instructionSet), \(count) pixels, seed \(Noise.seed)")
        }
      }
    }
  }

  @Test("down: exact for every width, and nothing but the rows is read")
  func down() {
    var noise = Noise()
    for count in Array(1...50) + [768] {
      for taps in [1, 2, 5, 24] {
        let rows = (0..<taps).map { _ in
          GuardedMemory(noise.floats(count).map { UInt8(truncatingIfNeeded: Int($0 * 1e6)) })
        }
        let plan = weights(taps, stride: taps, &noise)
        let expected = (0..<count).map { i in
          clamped((0..<taps).reduce(0) { $0 + Int(rows[$1].base[i]) * Int(plan[$1]) })
        }
        for instructionSet in InstructionSet.supported {
          let out = GuardedMemory(repeating: UInt8(0), count: count)
          instructionSet.kernels.pointee.resample_down(
            rows.map { UnsafePointer<UInt8>($0.base) as UnsafePointer<UInt8>? }, plan, taps, out.base, count)
          #expect(
            out.array == expected, "\(instructionSet), \(count) samples, \(taps) rows, seed \(Noise.seed)")
        }
      }
    }
  }
}
