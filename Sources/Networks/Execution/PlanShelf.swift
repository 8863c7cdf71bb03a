/// The memory of the networks that an engine runs, by their shape.
///
/// Those that were prepared keep theirs until they are released.  Any others are guests, such as a network at a size that
/// one request asked for: of these the latest keep theirs, bounded in number and in memory.
struct PlanShelf: Sendable {
  private struct Entry {
    var memory: PlannedMemory
    var bytes: Int
    /// Packed networks that it was prepared for; a guest has none.
    var users: Set<ObjectIdentifier> = []
    var lastUse = 0
  }

  /// Bytes of all guests together.
  var guestBytes = Int.max
  static let maxGuests = 16

  private var entries: [Network: Entry] = [:]
  private var uses = 0

  var count: Int { entries.count }

  func isPrepared(_ network: Network) -> Bool { entries[network]?.users.isEmpty == false }

  /// What there is for a shape, which is then the latest used.
  mutating func take(_ network: Network) -> PlannedMemory? {
    uses += 1
    entries[network]?.lastUse = uses
    return entries[network]?.memory
  }

  mutating func put(_ memory: PlannedMemory, for network: Network, preparedFor user: ObjectIdentifier? = nil)
  {
    uses += 1
    var entry = entries[network] ?? Entry(memory: memory, bytes: 0)
    entry.memory = memory
    entry.bytes = memory.byteCount(batch: 1)
    if let user { entry.users.insert(user) }
    entry.lastUse = uses
    entries[network] = entry
  }

  /// - Returns: memory that nobody has any use for, to be let go with the shelf's lock open.
  mutating func release(_ network: Network, by user: ObjectIdentifier) -> PlannedMemory? {
    guard entries[network]?.users.remove(user) != nil, !isPrepared(network) else { return nil }
    return entries.removeValue(forKey: network)?.memory
  }

  /// Takes guests away, the one first that was used longest ago, until there is room for another.
  /// - Parameters:
  ///   - bytes: that the guest is to have; no more than all may have.
  ///   - network: its shape; what it has already counts for nothing, and stays.
  /// - Returns: as `release`.
  mutating func makeRoom(for bytes: Int, of network: Network) -> [PlannedMemory] {
    var guests = entries.filter { $0.value.users.isEmpty && $0.key != network }
    var removed: [PlannedMemory] = []
    while let oldest = guests.min(by: { $0.value.lastUse < $1.value.lastUse }),
      guests.count >= Self.maxGuests || guests.values.reduce(0, { $0 + $1.bytes }) > guestBytes - bytes
    {
      guests[oldest.key] = nil
      entries[oldest.key] = nil
      removed.append(oldest.value.memory)
    }
    return removed
  }
}
