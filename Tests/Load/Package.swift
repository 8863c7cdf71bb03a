// swift-tools-version: 6.2
import PackageDescription

// A package of its own: nothing of it belongs to the product, and it needs nothing of it but the program.
let package = Package(
  name: "load",
  targets: [
    .systemLibrary(name: "CZlib"),
    .executableTarget(name: "Load", dependencies: ["CZlib"]),
  ]
)
