import FoundationEssentials

/// What `translate --json` prints.
struct TranslateReport: Decodable {
  struct Result: Decodable {
    let input: String
    let inputBase64: String?
    let output: String?
    let note: String?
    let error: String?
  }
  struct Skipped: Decodable {
    let path: String
    let reason: String
  }
  let results: [Result]
  let skipped: [Skipped]
  let error: String?
  let interrupted: Bool?

  init(_ text: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(TranslateReport.self, from: Data(text.utf8))
  }
}
