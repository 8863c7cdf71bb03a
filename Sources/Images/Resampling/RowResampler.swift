import CKernels
import Kernels

/// Makes a picture of another size from rows that come one after the other, of which it keeps as many as one row of the
/// output is made of.
struct RowResampler {
  private let resampling: Resampling
  private let channels: Int
  private let kernels = InstructionSet.current.kernels.pointee
  /// Of the row that comes next.
  private var line = 0
  /// The latest rows, as wide as the output, each at its number modulo their count.
  private var window: [UInt8]
  private let kept: Int
  /// Rows of the output that are done.
  private var done = 0
  /// The output, complete when the last row has come.
  private(set) var pixels: [UInt8]

  /// - Parameter channels: samples of a pixel, 3 or 4.
  init(_ resampling: Resampling, channels: Int) {
    self.resampling = resampling
    self.channels = channels
    kept = resampling.down.longest
    window = [UInt8](repeating: 0, count: resampling.windowBytes(channels: channels))
    pixels = [UInt8](repeating: 0, count: resampling.width * resampling.height * channels)
  }

  /// - Parameter row: the next one; `PictureHeader.slack` bytes behind it can be read.
  mutating func take(_ row: UnsafePointer<UInt8>) {
    defer { line += 1 }
    let down = resampling.down
    guard done < down.count, line >= down.starts[done] else { return }
    keep(row)
    while done < down.count, Int(down.starts[done] + down.counts[done]) == line + 1 {
      emit()
      done += 1
    }
  }

  private mutating func keep(_ row: UnsafePointer<UInt8>) {
    let (across, bytes, slot) = (resampling.across, resampling.width * channels, line % kept)
    // Unsafe because the kernel takes pointers; it writes as many pixels as the output is wide.
    window.withUnsafeMutableBufferPointer { window in
      guard let start = window.baseAddress else { return }
      kernels.resample_across(
        row, across.starts, across.counts, across.weights, across.stride, channels, start + slot * bytes,
        across.count)
    }
  }

  private mutating func emit() {
    let (down, bytes) = (resampling.down, resampling.width * channels)
    let (first, taps) = (Int(down.starts[done]), Int(down.counts[done]))
    // Unsafe because the kernel takes pointers; all rows of an output row are in the window when its last one is.
    window.withUnsafeBufferPointer { window in
      pixels.withUnsafeMutableBufferPointer { pixels in
        down.weights.withUnsafeBufferPointer { weights in
          guard let kept = window.baseAddress, let to = pixels.baseAddress, let weight = weights.baseAddress
          else { return }
          let rows = (first..<first + taps).map { kept + $0 % self.kept * bytes as UnsafePointer<UInt8>? }
          kernels.resample_down(rows, weight + done * down.stride, taps, to + done * bytes, bytes)
        }
      }
    }
  }
}
