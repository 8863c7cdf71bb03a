/// The variables by which Kubernetes tells every container of a namespace where its Services are (Documentation,
/// "Service", "Environment variables"; the older ones are those of Docker's links).
///
/// For a Service named `ugatit` they begin as this program's own, and one has the very name of one of these:
/// `UGATIT_PORT=tcp://10.0.0.1:80`.
enum ServiceLink {
  /// - Parameter name: with the Service's name before what is told of it, `UGATIT_SERVICE_HOST`.
  static func isOne(name: String, value: String) -> Bool {
    let words = name.split(separator: "_")
    // `UGATIT_PORT`, and what stands behind it: `_80_TCP`, `_80_TCP_ADDR`.
    if words.last == "PORT", protocols.contains(where: { value.hasPrefix("\($0.lowercased())://") }) {
      return true
    }
    if name.hasSuffix("_SERVICE_HOST") || name.hasSuffix("_SERVICE_PORT") { return true }
    // A named port: `UGATIT_SERVICE_PORT_HTTP`.
    if name.contains("_SERVICE_PORT_") { return true }
    let ending = ["ADDR", "PORT", "PROTO"].contains(words.last) ? words.dropLast() : words[...]
    guard let port = ending.dropLast().last, let before = ending.dropLast(2).last else { return false }
    return ending.last.map { protocols.contains(String($0)) } == true && UInt16(port) != nil
      && before == "PORT"
  }

  private static let protocols = ["TCP", "UDP", "SCTP"]
}
