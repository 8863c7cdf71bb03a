import Hummingbird
import Logging

/// Hummingbird's hello-world, for `make bench-http`: what a general server of the field does with a request that
/// asks for nothing.
@main
struct HelloWorld {
  static func main() async throws {
    let router = Router()
    router.get("/health") { _, _ in "hello, world\n" }
    var logger = Logger(label: "peer")
    logger.logLevel = .error
    let port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 8090
    let application = Application(
      router: router, configuration: .init(address: .hostname("127.0.0.1", port: port)), logger: logger)
    try await application.runService()
  }
}
