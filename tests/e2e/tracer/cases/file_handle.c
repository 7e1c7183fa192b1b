#include "case.h"

int main(void) {
  union {
    struct file_handle handle;
    char space[sizeof(struct file_handle) + MAX_HANDLE_SZ];
  } u;
  int mount;
  u.handle.handle_bytes = MAX_HANDLE_SZ;
  SKIP_UNLESS(name_to_handle_at(AT_FDCWD, "named", &u.handle, &mount, 0) == 0);
  return 0;
}
