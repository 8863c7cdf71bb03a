/// The operations of a pickle that protocols 2 to 5 write into a file; names and numbers as in
/// Lib/pickletools.py.
enum PickleOpcode: UInt8 {
  case proto = 0x80
  case frame = 0x95
  case stop = 0x2E  // .

  case none = 0x4E  // N
  case newTrue = 0x88
  case newFalse = 0x89
  case binFloat = 0x47  // G
  case binInt = 0x4A  // J
  case binInt1 = 0x4B  // K
  case binInt2 = 0x4D  // M
  case long1 = 0x8A
  case long4 = 0x8B
  case binString = 0x54  // T: text in pickles of Python 2
  case shortBinString = 0x55  // U
  case binUnicode = 0x58  // X
  case shortBinUnicode = 0x8C
  case binUnicode8 = 0x8D
  case binBytes = 0x42  // B
  case shortBinBytes = 0x43  // C
  case binBytes8 = 0x8E
  case byteArray8 = 0x96

  case mark = 0x28  // (
  case pop = 0x30  // 0
  case popMark = 0x31  // 1
  case dup = 0x32  // 2
  case binPut = 0x71  // q
  case longBinPut = 0x72  // r
  case memoize = 0x94
  case binGet = 0x68  // h
  case longBinGet = 0x6A  // j

  case emptyDictionary = 0x7D  // }
  case emptyList = 0x5D  // ]
  case emptyTuple = 0x29  // )
  case tuple = 0x74  // t
  case tuple1 = 0x85
  case tuple2 = 0x86
  case tuple3 = 0x87
  case append = 0x61  // a
  case appends = 0x65  // e
  case setItem = 0x73  // s
  case setItems = 0x75  // u
  case emptySet = 0x8F
  case addItems = 0x90
  case frozenSet = 0x91

  case global = 0x63  // c
  case stackGlobal = 0x93
  case reduce = 0x52  // R
  case newObject = 0x81
  case newObjectEx = 0x92
  case object = 0x6F  // o: instances of Python 2's old classes
  case build = 0x62  // b
  case binPersistentID = 0x51  // Q
}
