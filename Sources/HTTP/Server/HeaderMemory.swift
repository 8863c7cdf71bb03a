/// The memory of headers that have begun and not ended, which clients can fill without asking for anything.
///
/// A header that comes whole takes none.  Where the others have too much together, those give way that began first.
struct HeaderMemory<Member> {
  /// Bytes of all together.
  let limit: Int
  /// Of those who have not been told to give way.
  private(set) var used = 0
  private var line = IdleLine<Member>()
  /// By ticket.
  private var bytes: [UInt64: Int] = [:]

  init(limit: Int) { self.limit = limit }

  /// Says how much a header has from now on, 0 when it has ended.
  ///
  /// - Parameter ticket: what the last call returned for this header; nil for one that begins.
  /// - Returns: the ticket for the next call, and those who are to give way.
  mutating func hold(_ count: Int, _ ticket: UInt64?, _ member: Member) -> (
    ticket: UInt64?, leaving: [Member]
  ) {
    if count == 0 {
      if let ticket { leave(ticket) }
      return (nil, [])
    }
    // Who has been told to give way, and has not yet, is not counted again.
    if let ticket, bytes[ticket] == nil { return (ticket, []) }
    let ticket = ticket ?? line.join(member)
    used += count - bytes[ticket, default: 0]
    bytes[ticket] = count
    var leaving: [Member] = []
    while used > limit, let (first, member) = line.takeFirstWithTicket() {
      used -= bytes.removeValue(forKey: first) ?? 0
      leaving.append(member)
    }
    return (ticket, leaving)
  }

  private mutating func leave(_ ticket: UInt64) {
    line.leave(ticket)
    used -= bytes.removeValue(forKey: ticket) ?? 0
  }
}
