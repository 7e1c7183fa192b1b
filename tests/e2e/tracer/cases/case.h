// What all cases share: each runs with the tree as its working directory and as its argument, and ends with a message
// and status 1 if something it relies on fails, so that a case that did nothing cannot pass.
#ifndef LBUNDLE_TRACE_CASE_H
#define LBUNDLE_TRACE_CASE_H
#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#define MUST(expression)                                                                     \
  do {                                                                                       \
    errno = 0;                                                                               \
    if (!(expression)) {                                                                     \
      fprintf(stderr, "%s:%d: %s: %s\n", __FILE__, __LINE__, #expression, strerror(errno)); \
      _exit(1);                                                                              \
    }                                                                                        \
  } while (0)

// Status 77 tells that this machine does not allow the case at all.
#define SKIP_UNLESS(expression)                                                 \
  do {                                                                          \
    errno = 0;                                                                  \
    if (!(expression)) {                                                        \
      fprintf(stderr, "skipped: %s: %s\n", #expression, strerror(errno));       \
      _exit(77);                                                                \
    }                                                                           \
  } while (0)

// Opens, reads a byte, closes: what every method can see.
static inline void read_file(const char* path) {
  char byte;
  int fd = open(path, O_RDONLY);
  MUST(fd >= 0);
  MUST(read(fd, &byte, 1) == 1);
  close(fd);
}

static inline void wait_all(void) {
  int status;
  while (wait(&status) > 0) MUST(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}
#endif
