/// Those who idle, the longest idle first.
///
/// Joining, leaving and taking the first take the same time however many there are.
struct IdleLine<Member> {
  private var members: [UInt64: Member] = [:]
  /// Tickets in the order in which they were given out, those of members who have left included.
  private var order: [UInt64] = []
  /// Up to where `order` has been used up.
  private var first = 0
  private var lastTicket: UInt64 = 0

  var count: Int { members.count }

  /// - Returns: the ticket to leave with.
  mutating func join(_ member: Member) -> UInt64 {
    lastTicket += 1
    members[lastTicket] = member
    order.append(lastTicket)
    if order.count > 2 * members.count + 64 {
      order = order[first...].filter { members[$0] != nil }
      first = 0
    }
    return lastTicket
  }

  /// Does nothing where the member has been taken already.
  mutating func leave(_ ticket: UInt64) { members[ticket] = nil }

  /// Takes the longest idle out of the line.
  mutating func takeFirst() -> Member? { takeFirstWithTicket()?.member }

  mutating func takeFirstWithTicket() -> (ticket: UInt64, member: Member)? {
    while first < order.count {
      first += 1
      let ticket = order[first - 1]
      if let member = members.removeValue(forKey: ticket) { return (ticket, member) }
    }
    return nil
  }
}
