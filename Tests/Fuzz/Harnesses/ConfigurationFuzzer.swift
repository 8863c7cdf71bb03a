@testable import Checkpoints

// A model's `config.json`.  What was understood is understood again once written.

func fuzz(_ bytes: [UInt8]) {
  guard let configuration = try? ModelConfiguration(json: bytes) else { return }
  for weights in configuration.directions.values {
    expect(!weights.file.contains("/") && weights.file != "..", "weights elsewhere: \(weights.file)")
  }
  let again = try? ModelConfiguration(json: configuration.json())
  expect(again == configuration, "\(configuration) does not survive being written")
}
