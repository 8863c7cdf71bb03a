/// What a multipart body may hold besides its bytes, which the limits of the body bound.
public struct MultipartLimits: Sendable {
  /// Parts; more get 413.
  public var parts: Int
  /// Bytes of one part's header, line ends included; more get 431.
  public var headerBytes: Int

  public init(parts: Int = 64, headerBytes: Int = 8 * 1024) {
    self.parts = parts
    self.headerBytes = headerBytes
  }
}
