import HTTPTypes

extension HTTPFields {
  /// What every answer tells a browser: to take it for what it says it is, to keep it nowhere, and to do nothing with it
  /// but show it.
  static let security: HTTPFields = [
    // Pictures of people, or of a moment's state: neither is for a cache.
    .cacheControl: "no-store",
    .contentSecurityPolicy: "default-src 'none'; frame-ancestors 'none'",
    // Pages of other origins get at answers by CORS or not at all.
    .crossOriginResourcePolicy: "same-origin",
    .referrerPolicy: "no-referrer",
    .xContentTypeOptions: "nosniff",
  ]

  /// What the pages for people tell besides: they load what lies in the program, show pictures that they have made, ask
  /// this server alone, and have no way to make markup or scripts of what they are given.
  static let page: HTTPFields = {
    var fields = security
    // Kept, and asked for again each time with the tag that says whether it is another.
    fields[.cacheControl] = "no-cache"
    fields[.contentSecurityPolicy] =
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob:; connect-src 'self'; "
      + "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; "
      + "trusted-types 'none'"
    fields[.crossOriginOpenerPolicy] = "same-origin"
    return fields
  }()
}

extension HTTPField.Name {
  // The names are tokens, so that none of these is nil.
  static let crossOriginOpenerPolicy = HTTPField.Name("Cross-Origin-Opener-Policy")!
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
