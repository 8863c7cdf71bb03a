import ArgumentParser
import Files
import FoundationEssentials

/// What a measurement gave, for people and for programs.
protocol BenchReport: Encodable {
  /// Lines for a terminal, without a newline at the end.
  var text: String { get }
}

/// Where a report goes.
struct ReportOptions: ParsableArguments {
  @Flag(help: "Print one JSON object.")
  var json = false

  @Option(help: ArgumentHelp("Write the JSON object to this file as well.", valueName: "file"))
  var save: FilePath?

  func show(_ report: some BenchReport) throws {
    let object = try jsonText(report, keys: .convertToSnakeCase)
    if let save { try WholeFile.write(Array((object + "\n").utf8), to: save) }
    print(json ? object : report.text)
  }
}
