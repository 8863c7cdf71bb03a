// What Swift's Glibc module leaves out of Linux's sockets: epoll(7), in the few forms that the server's poller needs, and
// packet filters, of which its listener needs one.
#ifndef CEPOLL_H
#define CEPOLL_H

#include <stdbool.h>
#include <stdint.h>

typedef struct {
  uint64_t token;
  bool readable;
  bool writable;
  // The peer has sent all it will send; what it sent may still be unread.
  bool ended;
  // Closed in both directions, or failed.
  bool broken;
} ug_epoll_report;

// A new instance, or -1.
int ug_epoll_create(void);
// Begins to watch a descriptor, for its breaking alone, which every report tells.
int ug_epoll_add(int epoll, int descriptor, uint64_t token);
// Asks for one report.
int ug_epoll_arm(int epoll, int descriptor, bool reading, bool writing, bool end, uint64_t token);
void ug_epoll_remove(int epoll, int descriptor);
// Reports that are there now, without waiting; -1 for none because of an error.
int ug_epoll_reports(int epoll, ug_epoll_report *reports, int capacity);

// Makes a listening socket ignore whoever wants to connect from now on, but complete the handshakes that it has begun;
// -1 where the system does not do it.
int ug_listener_refuse_handshakes(int descriptor);

#endif
