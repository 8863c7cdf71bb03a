import Evaluation
import Files
import Images

/// The pictures of a folder as a network takes them.
struct EvaluatedPictures {
  let paths: [FilePath]
  let set: ImageSet
  /// All that was met in the folder, read or not: nothing may be written there.
  let places: [FilePlace: FilePath]

  /// Reads every picture of a folder, by name.  They are stretched, and no colour is converted: what the public code does.
  ///
  /// - Throws: `Failure`, naming the file that is none, or the folder that has no two.
  init(of folder: FilePath, width: Int, height: Int, filter: ResamplingFilter) throws {
    let survey = try TranslationSurvey([folder])
    for line in PassedOver.lines(survey.passedOver) { printError(line) }
    // Half of them tell how far real pictures lie from real ones.
    guard survey.pictures.count >= 2 else {
      throw Failure(.noInput, "\(folder): needs two \(ImageFormat.names) files at least to be measured by")
    }
    var images: [[Float]] = []
    for path in survey.pictures {
      do {
        let bytes = try PictureInput.read(path)
        let plan = try DecodingPlan(
          of: bytes, .stretch, width: width, height: height, filter: filter, profile: .ignore)
        images.append(try plan.image(of: bytes).image.planarFloats())
      } catch {
        guard let failure = Failure(error) else { throw error }
        throw Failure(failure.code, "\(path): \(failure.message)")
      }
    }
    paths = survey.pictures
    places = survey.places
    set = ImageSet(height: height, width: width, images: images)
  }
}
