import Files

/// What is measured of one picture in one direction: a line of the CSV file.
struct PictureFigures {
  enum Role: String { case source, target }

  let direction: String
  let role: Role
  let path: FilePath
  /// Of the generator's auxiliary classifiers.
  var logits: (average: Float, maximum: Float)?
  /// Of a source picture, how it differs when it is translated there and back; of a target picture, when it is translated
  /// once more.
  var difference: Double?
  /// What the discriminators say of a source picture's translation, of a target picture as it is; by name.
  var realism: [String: Float] = [:]

  /// The names of the columns, and a line a picture (RFC 4180, but for its line ends).
  /// - Parameter judges: the discriminators' names, a column each.
  static func table(_ pictures: [PictureFigures], judges: [String]) -> String {
    let head = ["direction", "role", "file", "gap_logit", "gmp_logit", "l1"] + judges
    let lines = pictures.map { picture in
      [picture.direction, picture.role.rawValue, quoted(picture.path.description)]
        + [picture.logits.map { "\($0.average)" }, picture.logits.map { "\($0.maximum)" }].map { $0 ?? "" }
        + [picture.difference.map { "\($0)" } ?? ""]
        + judges.map { picture.realism[$0].map { "\($0)" } ?? "" }
    }
    return ([head] + lines).map { $0.joined(separator: ",") + "\n" }.joined()
  }

  private static func quoted(_ field: String) -> String {
    field.contains { ",\"\n\r".contains($0) } ? "\"\(field.replacing("\"", with: "\"\""))\"" : field
  }
}
