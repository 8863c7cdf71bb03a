import CCodecs
import CKernels

extension PictureHeader {
  /// How the decoder gives the rows.
  struct Rows {
    /// 1, or of a JPEG 2, 4 or 8: stored pixels in each direction that one pixel is made of.
    var reduction = 1
    /// Whether a CMYK picture's samples come as they are stored rather than as RGB.
    var keepsInk = false
    /// Pixels times scans of a JPEG.
    var maxScannedPixels: Int
  }

  /// Bytes behind a row that may be read, whatever they hold.
  /// Bytes behind a row that may be read, whatever they hold.
  static let slack = Int(UG_RESAMPLE_SLACK)

  /// Decodes the file, one row after the other from the top; none of them outlives its call.
  /// - Throws: `damaged`, `tooLarge` or `unsupported`, perhaps when all rows but one have come.
  func read(
    _ file: [UInt8], _ rows: Rows, each take: (UnsafePointer<UInt8>) -> Void
  ) throws(ImageError) {
    let reduction = rows.reduction
    let columns = (width + reduction - 1) / reduction
    let row = UnsafeMutablePointer<UInt8>.allocate(
      capacity: columns * (rows.keepsInk ? 4 : 3) + Self.slack)
    defer { row.deallocate() }
    // Around a frame of an animation the canvas is white, as transparency is.
    let lines = frame.map { $0.y..<$0.y + Int($0.size.height) } ?? 0..<(height + reduction - 1) / reduction
    if frame != nil { row.update(repeating: 255, count: 3 * columns) }
    // Unsafe because C keeps the pointer to the file until the reader is closed.
    let result = file.withUnsafeBufferPointer { file in
      var reader: OpaquePointer?
      var result = open(file, rows, &reader)
      guard let reader else { return result }
      defer { codecs_reader_close(reader) }
      for _ in 0..<lines.lowerBound { take(row) }
      for _ in lines {
        result = codecs_reader_next(reader, row + 3 * (frame?.x ?? 0))
        guard result.status == .ok else { return result }
        take(row)
      }
      guard frame != nil else { return result }
      row.update(repeating: 255, count: 3 * columns)
      for _ in lines.upperBound..<height { take(row) }
      return result
    }
    try result.check(format)
  }

  func open(
    _ file: UnsafeBufferPointer<UInt8>, _ rows: Rows, _ reader: inout OpaquePointer?
  ) -> codecs_result {
    // A file whose header has been read is not empty.
    guard let start = file.baseAddress else { preconditionFailure("a file without bytes has no header") }
    switch format {
    case .png: return codecs_png_open(start, file.count, size, &reader)
    case .jpeg:
      let options = codecs_jpeg_options(
        reduction: UInt32(rows.reduction), ink: rows.keepsInk ? 1 : 0,
        scanned_pixels: UInt64(rows.maxScannedPixels))
      return codecs_jpeg_open(start, file.count, size, options, &reader)
    case .webp:
      guard let frame else { preconditionFailure("a WebP without a picture has no header") }
      return codecs_webp_open(start + frame.chunks.lowerBound, frame.chunks.count, frame.size, &reader)
    }
  }
}
