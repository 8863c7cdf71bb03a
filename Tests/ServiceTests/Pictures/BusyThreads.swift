import Testing

@testable import Service

/// Every thread that works on the pictures of a service, held.
struct BusyThreads {
  private let gate = Gate()
  private let holders: [Task<Void, any Error>]

  init(of service: TranslationService) async throws {
    let pictures = try #require(service.state.translator).pictures
    let gate = gate
    holders = (0..<Processors.available).map { _ in
      Task { _ = try await pictures.work(holding: 0) { _ in gate.pass() } }
    }
    await until { gate.arrived == holders.count }
  }

  func release() async throws {
    gate.open(times: holders.count)
    for holder in holders { try await holder.value }
  }

  /// Runs `body` while they are held.
  static func during(_ service: TranslationService, _ body: () async throws -> Void) async throws {
    let threads = try await BusyThreads(of: service)
    do {
      try await body()
    } catch {
      try await threads.release()
      throw error
    }
    try await threads.release()
  }
}
