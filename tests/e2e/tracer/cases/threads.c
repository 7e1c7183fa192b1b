#include <pthread.h>

#include "case.h"

static void* work(void* name) {
  read_file(name);
  return NULL;
}

int main(void) {
  static char names[8][16];
  pthread_t threads[8];
  for (int i = 0; i < 8; ++i) {
    snprintf(names[i], sizeof names[i], "thread-%d", i);
    MUST(pthread_create(&threads[i], NULL, work, names[i]) == 0);
  }
  for (int i = 0; i < 8; ++i) pthread_join(threads[i], NULL);
  return 0;
}
