// A signal every millisecond, while files are opened: no call may be lost or fail.
#include <signal.h>
#include <sys/time.h>

#include "case.h"

static volatile int count;
static void on_alarm(int signal) { count += signal != 0; }

int main(void) {
  struct sigaction action = {.sa_handler = on_alarm, .sa_flags = SA_RESTART};
  sigaction(SIGALRM, &action, NULL);
  struct itimerval timer = {{0, 1000}, {0, 1000}};
  setitimer(ITIMER_REAL, &timer, NULL);
  for (int i = 0; i < 500 || count < 10; ++i) {
    char name[32];
    snprintf(name, sizeof name, "file-%d", i % 50);
    read_file(name);
  }
  return 0;
}
