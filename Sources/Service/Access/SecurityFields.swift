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
}

extension HTTPField.Name {
  // The name is a token, so that it is not nil.
  static let referrerPolicy = HTTPField.Name("Referrer-Policy")!
}
