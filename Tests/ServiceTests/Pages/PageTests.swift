import FoundationEssentials
import HTTPTypes
import Pages
import Testing

@testable import HTTP
@testable import Service

@Suite("The pages", .timeLimit(.minutes(1)))
struct PageTests {
  /// As browsers send it when somebody goes to an address.
  private let browser: HTTPFields = [
    .accept: "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8"
  ]

  private static let files = PageFile.parts.merging(["home": .home, "docs": .docs, "openapi": .openAPI]) {
    a, _ in a
  }

  private static func text(_ file: PageFile) -> String { String(decoding: file.bytes, as: UTF8.self) }

  /// What stands between the two, each time.
  private static func pieces(of text: String, after start: String, before end: Character) -> [String] {
    text.split(separator: start, omittingEmptySubsequences: false).dropFirst().map {
      String($0.prefix { $0 != end })
    }
  }

  @Test("/ is a page for who wants HTML, and the help for curl and all others")
  func home() async throws {
    let service = try TranslationService.ready()
    let page = try await service.get("/", headerFields: browser)
    #expect(page.headerFields[.contentType] == "text/html; charset=utf-8")
    #expect(page.body == PageFile.home.bytes)
    for accept in [nil, "*/*", "text/plain", "application/json"] {
      let help = try await service.get("/", headerFields: accept.map { [.accept: $0] } ?? [:])
      #expect(help.headerFields[.contentType] == "text/plain; charset=utf-8")
      #expect(help.headerFields[.vary] == "Accept" && help.headerFields[.eTag] == nil)
    }
    #expect(page.headerFields[.vary] == "Accept")
  }

  @Test("Where origins are listed, caches are told of both things that an answer depends on")
  func vary() async throws {
    let crossOrigin = try CrossOrigin(origins: ["https://app.example"])
    let service = try TranslationService.ready { $0.access.crossOrigin = crossOrigin }
    #expect(try await service.get("/", headerFields: browser).headerFields[.vary] == "Accept, Origin")
  }

  @Test("Everything is there without a key, and counts against no rate")
  func openness() async throws {
    let keys = try KeyRing.holding([:])
    let service = try TranslationService.ready {
      $0.access.keys = keys
      $0.access.requestsPerMinute = 1
    }
    for _ in 0..<2 {
      for target in ["/", "/docs", "/openapi.json"] + PageFile.parts.keys.map({ "/page/\($0)" }) {
        #expect(try await service.get(target, headerFields: browser).status == .ok, "\(target)")
      }
    }
  }

  @Test("A client that has a file is told so, and one that has another gets it")
  func tags() async throws {
    let service = try TranslationService.ready()
    for target in ["/", "/docs", "/openapi.json"] + PageFile.parts.keys.map({ "/page/\($0)" }) {
      var fields = browser
      let first = try await service.get(target, headerFields: fields)
      let tag = try #require(first.headerFields[.eTag])
      fields[.ifNoneMatch] = "W/\(tag)"
      let second = try await service.get(target, headerFields: fields)
      #expect(second.status == .notModified && second.body.isEmpty)
      #expect(second.headerFields[.eTag] == tag)
      #expect(second.headerFields[.cacheControl] == "no-cache")
      fields[.ifNoneMatch] = "\"0\""
      #expect(try await service.get(target, headerFields: fields).body == first.body)
    }
  }

  @Test(
    "They may run no script but the server's, load from nowhere else, be in no frame, and make no markup of text"
  )
  func securityPolicy() async throws {
    let service = try TranslationService.ready()
    for target in ["/", "/docs", "/page/main.js"] {
      let answer = try await service.get(target, headerFields: browser)
      let policy = try #require(answer.headerFields[.contentSecurityPolicy])
      let directives = policy.split(separator: ";").map { String($0.trimmingSpaces()) }
      for directive in [
        "default-src 'none'", "script-src 'self'", "style-src 'self'", "connect-src 'self'",
        "base-uri 'none'",
        "form-action 'self'", "frame-ancestors 'none'", "require-trusted-types-for 'script'",
        "trusted-types 'none'",
      ] {
        #expect(directives.contains(directive), "\(target): \(directive)")
      }
      for word in ["unsafe", "http", "*", "data:"] { #expect(!policy.contains(word), "\(target)") }
      #expect(answer.headerFields[.xContentTypeOptions] == "nosniff")
      #expect(answer["Cross-Origin-Opener-Policy"] == "same-origin")
    }
  }

  @Test("Their markup has no script, style or handler of its own, which the policy would keep from working")
  func markup() {
    for page in [PageFile.home, .docs] {
      let text = Self.text(page)
      #expect(!text.contains("<style") && !text.contains(" style="))
      #expect(
        text.split(separator: "<script").dropFirst().allSatisfy {
          $0.hasPrefix(" type=\"module\" src=\"page/")
        })
      for handler in ["onclick", "onload", "onerror", "onsubmit", "oninput", "javascript:"] {
        #expect(!text.contains(handler))
      }
    }
    for (name, file) in Self.files where name.hasSuffix(".js") {
      for sink in ["innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"]
      {
        #expect(!Self.text(file).contains(sink), "\(name)")
      }
      for store in ["localStorage", "sessionStorage", "document.cookie", "indexedDB"] {
        #expect(!Self.text(file).contains(store), "\(name): keys stay in memory")
      }
    }
  }

  @Test("What a page or script asks for is there, and nothing of it begins at the root or on another host")
  func references() {
    var asked: Set<String> = []
    for page in [PageFile.home, .docs] {
      for name in ["src=\"", "href=\"", "action=\""] {
        for target in Self.pieces(of: Self.text(page), after: name, before: "\"") {
          #expect(!target.hasPrefix("/") && !target.contains(":"), "\(target)")
          if target.hasPrefix("page/") { asked.insert(String(target.dropFirst(5))) }
        }
      }
    }
    for (name, file) in Self.files where name.hasSuffix(".js") {
      asked.formUnion(Self.pieces(of: Self.text(file), after: "from './", before: "'"))
      for call in ["fetch(", "open('POST', "] {
        // The target is a literal, and the quote before it what it begins with.
        for target in Self.pieces(of: Self.text(file), after: call, before: ")") {
          let address = target.dropFirst()
          #expect("'`".contains(target.prefix(1)), "\(name): \(target)")
          #expect(!address.hasPrefix("/") && !address.contains("//"), "\(name): \(target)")
        }
      }
    }
    #expect(asked == Set(PageFile.parts.keys))
    for (name, file) in Self.files where name != "openapi" {
      for address in Self.pieces(of: Self.text(file), after: "://", before: "\"") {
        #expect(address == "www.w3.org/2000/svg", "\(name)")
      }
    }
  }

  @Test("A file that there is not gets 404")
  func missing() async throws {
    let service = try TranslationService.ready()
    for name in ["index.html", "..%2Fmain.js", "x"] {
      #expect(try await service.get("/page/\(name)").status == .notFound, "\(name)")
    }
  }
}
