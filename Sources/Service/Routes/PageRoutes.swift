import HTTP
import HTTPTypes
import Pages

/// What people are shown, and what is described to programs: files that lie in the program.
struct PageRoutes: Sendable {
  /// Whether a key has to be sent for anything else.
  let needsKey: Bool
  private let homePage = StoredAnswer(.home)
  private let docsPage = StoredAnswer(.docs)
  private let description = StoredAnswer(.openAPI)
  private let parts = PageFile.parts.mapValues { StoredAnswer($0) }

  init(needsKey: Bool) { self.needsKey = needsKey }

  /// `GET /`: a page for browsers, who say that they want one, and a help in plain text for all others.
  func home(_ request: Request) -> Response {
    let isPage = request.accept.preferred(among: ["text/plain", "text/html"]) == "text/html"
    var answer =
      isPage
      ? homePage.answer(request)
      : HelpRoute.answer(host: request.head.authority ?? "localhost:8080", needsKey: needsKey)
    answer.varies(by: "Accept")
    return answer
  }

  /// `GET /docs`.
  func docs(_ request: Request) -> Response { docsPage.answer(request) }

  /// `GET /openapi.json`.
  func openAPI(_ request: Request) -> Response { description.answer(request) }

  /// `GET /page/{file}`.
  /// - Throws: `Problem` 404.
  func part(_ request: Request) throws(Problem) -> Response {
    let name = request.pathParameters["file"] ?? ""
    guard let part = parts[name] else {
      throw Problem(
        .notFound, title: "There is no such file",
        detail:
          "The pages are not made of a '\(name.prefix(64))'. Reload them: they may be of another version.")
    }
    return part.answer(request)
  }
}
