// swift-tools-version: 6.2
import PackageDescription

// A package of its own, so that ugatit depends on nothing of it.
let package = Package(
  name: "hummingbird-peer",
  dependencies: [.package(url: "https://github.com/hummingbird-project/hummingbird.git", from: "2.28.1")],
  targets: [
    .executableTarget(
      name: "HelloWorld", dependencies: [.product(name: "Hummingbird", package: "hummingbird")])
  ]
)
