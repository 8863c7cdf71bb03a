import Dispatch

@testable import HTTP

/// Something did not happen that a test waits for: the test fails where it would wait for ever.
struct NothingHappened: Error, CustomStringConvertible { let description: String }

extension OneShot {
  /// The value, if it comes within two minutes, which is long for a sanitizer too.
  var inTime: Value {
    get async throws {
      let outcome = OneShot<Value?>()
      Task { outcome.fulfil(await value) }
      DispatchQueue.global().asyncAfter(deadline: .now() + 120) { outcome.fulfil(nil) }
      guard let value = await outcome.value else {
        throw NothingHappened(description: "nothing came within two minutes")
      }
      return value
    }
  }
}

/// What `body` returns, which may block the thread that it is given.
func onThread<Result: Sendable>(_ body: @escaping @Sendable () -> Result) async throws -> Result {
  let outcome = OneShot<Result>()
  DispatchQueue.global().async { outcome.fulfil(body()) }
  return try await outcome.inTime
}

/// What `body` returns, if it does so within two minutes.
func inTime<Result: Sendable>(_ body: @escaping @Sendable () async throws -> Result) async throws -> Result {
  let outcome = OneShot<Swift.Result<Result, any Error>>()
  Task {
    do {
      outcome.fulfil(.success(try await body()))
    } catch {
      outcome.fulfil(.failure(error))
    }
  }
  return try await outcome.inTime.get()
}
