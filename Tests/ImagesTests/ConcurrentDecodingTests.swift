import Images
import Testing

@Suite struct ConcurrentDecodingTests {
  @Test func `decoders on many threads do not meet, whether they succeed or fail`() async throws {
    let names = [
      "png/rgba16-interlaced.png", "jpeg/progressive-420.jpg", "jpeg/cmyk.jpg", "orientation/6.jpg",
    ]
    let files = try names.map { try Fixtures.bytes($0) }
    let expected = try files.map { try RGBImage(decoding: $0) }
    await withTaskGroup(of: Bool.self) { group in
      for i in 0..<400 {
        let (file, picture) = (files[i % files.count], expected[i % files.count])
        group.addTask {
          if i % 3 == 0 { return decoding(file.dropLast(40)).errorKind == .damaged }
          guard case .success(let image) = decoding(file) else { return false }
          guard let again = try? RGBImage(decoding: image.encoded(as: .png)) else { return false }
          return image == picture && again == picture
        }
      }
      for await right in group { #expect(right) }
    }
  }
}
