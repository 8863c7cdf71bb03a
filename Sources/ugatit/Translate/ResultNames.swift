import Images

/// What the results of several pictures are called in a folder: as the pictures, with the ending of a PNG.
struct ResultNames {
  /// In the pictures' order.
  let names: [[UInt8]]
  /// Whether a picture's whole name is part of its result's, because another picture shares the name before the ending.
  let areWhole: [Bool]

  /// `a.jpg` gives `a.png`.  Where more than one picture would, each keeps its whole name: `a.jpg` gives `a.jpg.png` and
  /// `a.png` gives `a.png.png`.  Pictures of the very same name, from different folders, still share theirs.
  init(_ pictures: [PictureName]) {
    var areWhole = [Bool](repeating: false, count: pictures.count)
    while true {
      let names = zip(pictures, areWhole).map(Self.name)
      var counts: [[UInt8]: Int] = [:]
      for name in names { counts[name, default: 0] += 1 }
      let isShared = names.map { counts[$0, default: 0] > 1 }
      // A whole name may in turn be another's, so that this one has to become whole too.
      let next = zip(areWhole, isShared).map { $0 || $1 }
      guard next != areWhole else {
        (self.names, self.areWhole) = (names, areWhole)
        return
      }
      areWhole = next
    }
  }

  private static func name(_ picture: PictureName, isWhole: Bool) -> [UInt8] {
    (isWhole ? picture.bytes[...] : picture.stem) + Array(".png".utf8)
  }
}
