// swift-tools-version: 6.2
import PackageDescription

let strict: [SwiftSetting] = [.enableUpcomingFeature("ExistentialAny")]

// The kernels are the product's speed, and tests run them in debug builds too: -O0 would be 50 times slower.
let kernelFlags: [CSetting] = [
  .unsafeFlags(["-O3", "-fno-math-errno", "-Wall", "-Wextra", "-Werror"]),
  // Vectors wider than the registers cross only calls that are always inlined.
  .unsafeFlags(["-Wno-psabi"]),
]

let package = Package(
  name: "ugatit",
  products: [.executable(name: "ugatit", targets: ["ugatit"])],
  dependencies: [
    // Command-line parsing, help and completion.
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    // The logging interface; our handler writes one line per event as text or JSON.
    .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
    // Typed HTTP methods, statuses and header fields.
    .package(url: "https://github.com/apple/swift-http-types", from: "1.8.0"),
    // Deque and OrderedDictionary for the bounded queues and the result store.
    .package(url: "https://github.com/apple/swift-collections", from: "1.6.0"),
  ],
  targets: [
    // Leaves: none of them knows another.
    .target(name: "Tensors", swiftSettings: strict),
    .target(name: "CMapping", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
    .target(name: "Files", dependencies: ["CMapping"], swiftSettings: strict),
    // SHA-256 of weight files and API keys: all that is needed of cryptography, where swift-crypto would bring BoringSSL,
    // two thirds of a clean build.
    .target(name: "CDigests", cSettings: [.unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"])]),
    .target(name: "Digests", dependencies: ["CDigests"], swiftSettings: strict),
    .target(name: "CKernels", cSettings: kernelFlags),
    .target(
      name: "CCodecs",
      cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])],
      // libwebp, since browsers and messengers store what they are given as WebP; little-cms, since telephones store
      // colours that are not sRGB.
      linkerSettings: [
        .linkedLibrary("png"), .linkedLibrary("jpeg"), .linkedLibrary("z"), .linkedLibrary("webp"),
        .linkedLibrary("lcms2"),
      ]),
    // What `ugatit evaluate` measures by.
    .target(name: "Evaluation", swiftSettings: strict),
    .target(
      name: "Batching",
      dependencies: [.product(name: "DequeModule", package: "swift-collections")],
      swiftSettings: strict),
    .target(name: "CAllocator", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
    // Pages for people.  Their files are embedded as bytes: a bundle would lie beside the program, needs all of Foundation
    // to be found, and would be missing from an image that is one static binary.
    .target(
      name: "Pages",
      resources: [
        .embedInCode("Files/index.html"), .embedInCode("Files/style.css"), .embedInCode("Files/icon.svg"),
        .embedInCode("Files/main.js"), .embedInCode("Files/service.js"), .embedInCode("Files/photograph.js"),
        .embedInCode("Files/picture.js"), .embedInCode("Files/frame.js"), .embedInCode("Files/comparison.js"),
        .embedInCode("Files/shelf.js"), .embedInCode("Files/docs.html"), .embedInCode("Files/docs.js"),
        .embedInCode("Files/openapi.json"),
      ],
      swiftSettings: strict),
    .target(name: "CEpoll", cSettings: [.unsafeFlags(["-Wall", "-Wextra", "-Werror"])]),
    .target(
      name: "HTTP",
      dependencies: [
        "CEpoll",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),

    .target(name: "Kernels", dependencies: ["CKernels", "Tensors"], swiftSettings: strict),
    .target(name: "Networks", dependencies: ["Kernels", "Tensors"], swiftSettings: strict),
    .target(name: "Images", dependencies: ["CCodecs", "CKernels", "Kernels"], swiftSettings: strict),
    .target(
      name: "Checkpoints",
      dependencies: ["Digests", "Files", "Tensors"],
      swiftSettings: strict),

    // The only place where the leaves meet.
    .target(
      name: "Service",
      dependencies: [
        "Tensors", "Kernels", "Networks", "Checkpoints", "Files", "CCodecs", "CAllocator", "Images",
        "Batching",
        "Digests", "HTTP", "Pages",
        .product(name: "DequeModule", package: "swift-collections"),
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "OrderedCollections", package: "swift-collections"),
      ],
      swiftSettings: strict),
    .executableTarget(
      name: "ugatit",
      dependencies: [
        "Service", "Networks", "Checkpoints", "Evaluation", "Files", "HTTP", "Images", "Kernels", "Tensors",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      exclude: ["BENCHMARKS.md"], swiftSettings: strict),

    .testTarget(name: "TensorsTests", dependencies: ["Tensors"], swiftSettings: strict),
    .testTarget(name: "FilesTests", dependencies: ["Files"], swiftSettings: strict),
    .testTarget(name: "DigestsTests", dependencies: ["Digests"], exclude: ["Arm"], swiftSettings: strict),
    .testTarget(
      name: "KernelsTests", dependencies: ["CKernels", "Kernels", "Tensors"], exclude: ["Neon"],
      swiftSettings: strict),
    .testTarget(
      name: "NetworksTests", dependencies: ["Networks", "Checkpoints", "Kernels", "Tensors"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "CheckpointsTests",
      dependencies: ["Checkpoints", "Digests", "Files", "Tensors"],
      exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(
      name: "ImagesTests", dependencies: ["Images"], exclude: ["Fixtures"], swiftSettings: strict),
    .testTarget(name: "EvaluationTests", dependencies: ["Evaluation"], swiftSettings: strict),
    .testTarget(name: "BatchingTests", dependencies: ["Batching"], swiftSettings: strict),
    .testTarget(
      name: "HTTPTests",
      dependencies: [
        "HTTP", .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    .testTarget(
      name: "ServiceTests",
      dependencies: [
        "Service", "Batching", "Checkpoints", "HTTP", "Images", "Networks", "Pages", "Tensors",
        .product(name: "HTTPTypes", package: "swift-http-types"),
        .product(name: "Logging", package: "swift-log"),
      ],
      swiftSettings: strict),
    // The real program over real sockets.
    .testTarget(
      name: "EndToEndTests",
      dependencies: ["ugatit", "Checkpoints", "Files", "Images", "Networks", "Tensors"],
      exclude: ["Fixtures"], swiftSettings: strict),
  ]
)
