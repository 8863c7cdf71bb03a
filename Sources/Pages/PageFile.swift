/// A file of the pages for people, which lies in the program.
///
/// They are written by hand, with nothing to build them from, and lie in `Files`.
public struct PageFile: Sendable {
  /// `text/html; charset=utf-8`
  public let contentType: String
  public let bytes: [UInt8]

  private init(_ contentType: ContentType, _ bytes: [UInt8]) {
    self.contentType = contentType.rawValue
    self.bytes = bytes
  }

  private enum ContentType: String {
    case html = "text/html; charset=utf-8"
    case css = "text/css; charset=utf-8"
    // RFC 9239 section 6.
    case script = "text/javascript; charset=utf-8"
    case svg = "image/svg+xml"
    case json = "application/json"
  }

  /// Where photographs are dropped.
  public static let home = PageFile(.html, PackageResources.index_html)
  /// Which shows `openAPI`.
  public static let docs = PageFile(.html, PackageResources.docs_html)
  /// What the service does, for programs (OpenAPI 3.1).
  public static let openAPI = PageFile(.json, PackageResources.openapi_json)

  /// What the pages ask for besides, by the name under which they do.
  public static let parts: [String: PageFile] = [
    "style.css": PageFile(.css, PackageResources.style_css),
    "icon.svg": PageFile(.svg, PackageResources.icon_svg),
    "main.js": PageFile(.script, PackageResources.main_js),
    "service.js": PageFile(.script, PackageResources.service_js),
    "photograph.js": PageFile(.script, PackageResources.photograph_js),
    "picture.js": PageFile(.script, PackageResources.picture_js),
    "frame.js": PageFile(.script, PackageResources.frame_js),
    "comparison.js": PageFile(.script, PackageResources.comparison_js),
    "shelf.js": PageFile(.script, PackageResources.shelf_js),
    "docs.js": PageFile(.script, PackageResources.docs_js),
  ]
}
