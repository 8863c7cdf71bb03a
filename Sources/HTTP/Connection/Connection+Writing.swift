import Dispatch

extension Connection {
  /// Writes what the socket takes, and goes on when all is written.
  func flush() {
    guard let descriptor = channel?.descriptor else { return }
    let (count, last) = output.write(to: descriptor)
    writtenBytes += count
    if last == .failed {
      abort()
      return
    }
    channel?.watchWriting(!output.isEmpty)
    guard phase == .writing else { return }
    if output.isEmpty {
      writeStart = nil
      writtenBytes = 0
      deadline = .max
      answered()
    } else {
      let start = writeStart ?? DispatchTime.now().uptimeNanoseconds
      writeStart = start
      setDeadline(start + allowance(context.configuration.writeTime, forBytes: writtenBytes))
    }
  }

  /// An answer is with the system.
  private func answered() {
    report(isComplete: true)
    guard let exchange, !exchange.isLast else {
      linger()
      return
    }
    if exchange.body.isComplete {
      awaitRequest()
    } else if sawEnd {
      close()
    } else {
      phase = .draining
      let allowed = allowance(
        context.configuration.bodyTime, forBytes: exchange.body.remainingLength ?? 0)
      setDeadline(DispatchTime.now().uptimeNanoseconds + allowed)
    }
  }
}
