#include "cepoll.h"

#include <linux/filter.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/socket.h>

int ug_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static int control(int epoll, int operation, int descriptor, uint32_t events, uint64_t token) {
  struct epoll_event event = {.events = events | EPOLLONESHOT, .data.u64 = token};
  return epoll_ctl(epoll, operation, descriptor, &event);
}

int ug_epoll_add(int epoll, int descriptor, uint64_t token) {
  return control(epoll, EPOLL_CTL_ADD, descriptor, 0, token);
}

int ug_epoll_arm(int epoll, int descriptor, bool reading, bool writing, bool end, uint64_t token) {
  uint32_t events = (reading ? EPOLLIN : 0u) | (writing ? EPOLLOUT : 0u) | (end ? EPOLLRDHUP : 0u);
  return control(epoll, EPOLL_CTL_MOD, descriptor, events, token);
}

void ug_epoll_remove(int epoll, int descriptor) { epoll_ctl(epoll, EPOLL_CTL_DEL, descriptor, NULL); }

int ug_epoll_reports(int epoll, ug_epoll_report *reports, int capacity) {
  struct epoll_event events[64];
  int count = epoll_wait(epoll, events, capacity < 64 ? capacity : 64, 0);
  for (int i = 0; i < count; i++)
    reports[i] = (ug_epoll_report){.token = events[i].data.u64,
                                   .readable = events[i].events & EPOLLIN,
                                   .writable = events[i].events & EPOLLOUT,
                                   .ended = events[i].events & EPOLLRDHUP,
                                   .broken = events[i].events & (EPOLLHUP | EPOLLERR)};
  return count;
}

int ug_listener_refuse_handshakes(int descriptor) {
  // The byte of flags in a TCP header, of which a first SYN has SYN (2) without ACK (16).
  struct sock_filter code[] = {
      BPF_STMT(BPF_LD | BPF_B | BPF_ABS, 13),
      BPF_STMT(BPF_ALU | BPF_AND | BPF_K, 0x12),
      BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, 0x02, 0, 1),
      BPF_STMT(BPF_RET | BPF_K, 0),
      BPF_STMT(BPF_RET | BPF_K, 0xFFFFFFFFu),
  };
  struct sock_fprog program = {.len = sizeof code / sizeof code[0], .filter = code};
  return setsockopt(descriptor, SOL_SOCKET, SO_ATTACH_FILTER, &program, sizeof program);
}
