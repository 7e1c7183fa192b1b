// i386's calls from a 64-bit program; their pointers have 32 bits.
#include <sys/mman.h>

#include "case.h"

int main(void) {
#ifdef __x86_64__
  char* low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  MUST(low != MAP_FAILED);
  strcpy(low, "by-int80");
  long result;
  __asm__ volatile("int $0x80" : "=a"(result) : "a"(5L), "b"(low), "c"(0L), "d"(0L) : "memory");
  SKIP_UNLESS(result != -ENOSYS);
  MUST(result >= 0);
  char byte;
  MUST(read((int)result, &byte, 1) == 1);
  return 0;
#else
  SKIP_UNLESS(!"an x86_64");
#endif
}
