import Synchronization

/// The bytes of a picture's file, and the memory that is counted for them, until somebody takes both to decode it.
public final class PictureFile: Sendable {
  private let content: Mutex<(bytes: [UInt8], lease: MemoryBudget.Lease?)?>

  init(_ bytes: [UInt8], lease: MemoryBudget.Lease?) { content = Mutex((bytes, lease)) }

  /// A file that nobody counts.
  public convenience init(_ bytes: [UInt8]) { self.init(bytes, lease: nil) }

  /// What `read` says of the bytes.
  /// - Precondition: they have not been taken.
  func peek<Value>(_ read: ([UInt8]) throws -> Value) rethrows -> Value {
    try content.withLock { content in
      guard let content else { preconditionFailure("a file is decoded once") }
      return try read(content.bytes)
    }
  }

  /// The bytes, which this then has no more, so that they are gone when they have been decoded, whoever still refers
  /// to the file.
  /// - Precondition: they have not been taken.
  func take() -> (bytes: [UInt8], lease: MemoryBudget.Lease?) {
    let taken = content.withLock { content in
      defer { content = nil }
      return content
    }
    guard let taken else { preconditionFailure("a file is decoded once") }
    return taken
  }
}
