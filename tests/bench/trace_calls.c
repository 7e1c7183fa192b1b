// The work that tests/bench/trace measures, without an interpreter around it.
//
//   trace_calls getppid N             N calls that carry no path
//   trace_calls fstat N               N fstats, as glibc 2.36 makes them: a path that is empty
//   trace_calls open N FOLDER         N opens of FOLDER/0 to FOLDER/999 in turn
//   trace_calls under-empty-filter COMMAND ARGUMENT...   runs a command under a seccomp filter that allows everything
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int fail(const char* what) {
  fprintf(stderr, "trace_calls: cannot %s: %s\n", what, strerror(errno));
  return 1;
}

static int run_under_empty_filter(char** command) {
  struct sock_filter allow = BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW);
  struct sock_fprog program = {1, &allow};
  prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
  if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, SECCOMP_FILTER_FLAG_SPEC_ALLOW, &program) != 0) {
    return fail("install a filter");
  }
  execvp(command[0], command);
  return fail("run the command");
}

int main(int argc, char** argv) {
  if (argc < 3) return fail("read the command line");
  if (strcmp(argv[1], "under-empty-filter") == 0) return run_under_empty_filter(argv + 2);
  const long count = atol(argv[2]);
  struct stat status;
  for (long i = 0; i < count; ++i) {
    if (strcmp(argv[1], "getppid") == 0) {
      syscall(SYS_getppid);
    } else if (strcmp(argv[1], "fstat") == 0) {
#ifdef SYS_newfstatat
      if (syscall(SYS_newfstatat, 0, "", &status, AT_EMPTY_PATH) != 0) return fail("stat");
#endif
    } else {
      char path[4096];
      snprintf(path, sizeof path, "%s/%ld", argc > 3 ? argv[3] : ".", i % 1000);
      const int fd = open(path, O_RDONLY);
      if (fd < 0) return fail("open");
      close(fd);
    }
  }
  return 0;
}
