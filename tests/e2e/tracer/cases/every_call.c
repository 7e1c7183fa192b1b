// Makes each call that carries a path, once, on a name of its own: "by-CALL", and "to-CALL" for a second path. With
// "i386" as the argument the calls are those of 32-bit programs. What a call returns is of no interest: a tracer sees that
// it was made. Nothing outside is at risk: the program is root in a user namespace of its own alone.
#include <linux/openat2.h>
#include <sched.h>
#include <stdint.h>
#include <sys/mman.h>

#include "case.h"

// An argument is: P, Q the first and the second path · D AT_FDCWD · B a buffer · S its size · C a zeroed struct open_how or
// xattr_args · N an attribute's name · W 1 · K the key "source" · R, V bpf's command and
// its attributes · 3 FSCONFIG_SET_PATH · 0 zero · M an event mask · X a mode
struct call {
  const char* name;
  int number, i386;
  const char* arguments;
};

#define NO (-1)
#ifdef __x86_64__
#define LEGACY(name) SYS_##name
#else
#define LEGACY(name) NO
#endif

static const struct call calls[] = {
    {"open", LEGACY(open), 5, "P00"},
    {"openat", SYS_openat, 295, "DP00"},
    {"openat2", 437, 437, "DPCW"},
    {"creat", LEGACY(creat), 8, "PX"},
    {"uselib", LEGACY(uselib), 86, "P"},
    {"stat", LEGACY(stat), 106, "PB"},
    {"lstat", LEGACY(lstat), 107, "PB"},
    {"oldstat", NO, 18, "PB"},
    {"oldlstat", NO, 84, "PB"},
    {"stat64", NO, 195, "PB"},
    {"lstat64", NO, 196, "PB"},
    {"newfstatat", SYS_newfstatat, NO, "DPB0"},
    {"fstatat64", NO, 300, "DPB0"},
    {"statx", SYS_statx, 383, "DP0SB"},
    {"access", LEGACY(access), 33, "P0"},
    {"faccessat", SYS_faccessat, 307, "DP0"},
    {"faccessat2", 439, 439, "DP00"},
    {"statfs", SYS_statfs, 99, "PB"},
    {"statfs64", NO, 268, "PSB"},
    {"name_to_handle_at", SYS_name_to_handle_at, 341, "DPBB0"},
    {"inotify_add_watch", SYS_inotify_add_watch, 292, "0PM"},
    {"fanotify_mark", SYS_fanotify_mark, NO, "0WMDP"},
    {"fanotify_mark", NO, 339, "0WM0DP"},
    {"getxattr", SYS_getxattr, 229, "PNBS"},
    {"lgetxattr", SYS_lgetxattr, 230, "PNBS"},
    {"listxattr", SYS_listxattr, 232, "PBS"},
    {"llistxattr", SYS_llistxattr, 233, "PBS"},
    {"getxattrat", 464, 464, "DP0NCS"},
    {"listxattrat", 465, 465, "DP0BS"},
    {"file_getattr", 468, 468, "DPBS0"},
    {"readlink", LEGACY(readlink), 85, "PBS"},
    {"readlinkat", SYS_readlinkat, 305, "DPBS"},
    {"execve", SYS_execve, 11, "P00"},
    {"execveat", SYS_execveat, 358, "DP000"},
    {"pivot_root", SYS_pivot_root, 217, "PQ"},
    {"mount", SYS_mount, 21, "KQB00"},
    {"umount", NO, 22, "P"},
    {"umount2", SYS_umount2, 52, "P0"},
    {"open_tree", 428, 428, "DP0"},
    {"open_tree_attr", 467, 467, "DP0BS"},
    {"move_mount", 429, 429, "DPDQ0"},
    {"fsconfig", 431, 431, "03KPD"},
    {"fspick", 433, 433, "DP0"},
    {"mount_setattr", 442, 442, "DP0BS"},
    {"mkdir", LEGACY(mkdir), 39, "PX"},
    {"mkdirat", SYS_mkdirat, 296, "DPX"},
    {"mknod", LEGACY(mknod), 14, "PX0"},
    {"mknodat", SYS_mknodat, 297, "DPX0"},
    {"symlink", LEGACY(symlink), 83, "NP"},
    {"symlinkat", SYS_symlinkat, 304, "NDP"},
    {"link", LEGACY(link), 9, "PQ"},
    {"linkat", SYS_linkat, 303, "DPDQ0"},
    {"rename", LEGACY(rename), 38, "PQ"},
    {"renameat", SYS_renameat, 302, "DPDQ"},
    {"renameat2", SYS_renameat2, 353, "DPDQ0"},
    {"unlink", LEGACY(unlink), 10, "P"},
    {"unlinkat", SYS_unlinkat, 301, "DP0"},
    {"rmdir", LEGACY(rmdir), 40, "P"},
    {"truncate", SYS_truncate, 92, "P0"},
    {"truncate64", NO, 193, "P00"},
    {"chmod", LEGACY(chmod), 15, "PX"},
    {"fchmodat", SYS_fchmodat, 306, "DPX"},
    {"fchmodat2", 452, 452, "DPX0"},
    {"chown", LEGACY(chown), 182, "P00"},
    {"lchown", LEGACY(lchown), 16, "P00"},
    {"chown32", NO, 212, "P00"},
    {"lchown32", NO, 198, "P00"},
    {"fchownat", SYS_fchownat, 298, "DP000"},
    {"utime", LEGACY(utime), 30, "P0"},
    {"utimes", LEGACY(utimes), 271, "P0"},
    {"futimesat", LEGACY(futimesat), 299, "DP0"},
    {"utimensat", SYS_utimensat, 320, "DP00"},
    {"utimensat_time64", NO, 412, "DP00"},
    {"setxattr", SYS_setxattr, 226, "PNBW0"},
    {"lsetxattr", SYS_lsetxattr, 227, "PNBW0"},
    {"removexattr", SYS_removexattr, 235, "PN"},
    {"lremovexattr", SYS_lremovexattr, 236, "PN"},
    {"setxattrat", 463, 463, "DP0NCS"},
    {"removexattrat", 466, 466, "DP0N"},
    {"file_setattr", 469, 469, "DPBS0"},
    {"acct", SYS_acct, 51, "P"},
    {"swapon", SYS_swapon, 87, "P0"},
    {"swapoff", SYS_swapoff, 115, "P"},
    {"quotactl", SYS_quotactl, 131, "0P00"},
    {"bpf", SYS_bpf, 357, "RVS"},
};

// Everything that a call points to lies below 4 GiB, where 32-bit calls can point.
static struct {
  char first[64], second[64], attribute[32], key[16];
  uint64_t zeros[16], bpf[16];
  char buffer[4096];
}* low;

static long argument(char letter) {
  switch (letter) {
    case 'P': return (long)low->first;
    case 'Q': return (long)low->second;
    case 'D': return AT_FDCWD;
    case 'B': return (long)low->buffer;
    case 'S': return 24;
    case 'C': return (long)low->zeros;
    case 'N': return (long)low->attribute;
    case 'K': return (long)low->key;
    case 'W': return 1;
    case 'R': return 7;
    case 'V': return (long)low->bpf;
    case '3': return 3;
    case 'M': return 2;
    case 'X': return 0644;
    default: return 0;
  }
}

static void call_i386(int number, const long* a) {
#ifdef __x86_64__
  // The sixth argument is in ebp, which the compiler may need itself.
  long result = number;
  __asm__ volatile("push %%rbp\n\tmov %6, %%rbp\n\tint $0x80\n\tpop %%rbp"
                   : "+a"(result)
                   : "b"(a[0]), "c"(a[1]), "d"(a[2]), "S"(a[3]), "D"(a[4]), "r"(a[5])
                   : "memory", "r8", "r9", "r10", "r11");
#else
  (void)number, (void)a;
#endif
}

int main(int argc, char** argv) {
  const int is_i386 = argc > 1 && strcmp(argv[1], "i386") == 0;
#ifdef __x86_64__
  low = mmap(NULL, sizeof *low, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
#else
  SKIP_UNLESS(!is_i386 && "an x86_64");
  low = mmap(NULL, sizeof *low, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
#endif
  MUST(low != MAP_FAILED);
  SKIP_UNLESS(unshare(CLONE_NEWUSER | CLONE_NEWNS) == 0);
  strcpy(low->attribute, "user.none");
  strcpy(low->key, "source");
  low->bpf[0] = (uint64_t)(uintptr_t)low->first;
  for (size_t i = 0; i < sizeof calls / sizeof *calls; ++i) {
    const int number = is_i386 ? calls[i].i386 : calls[i].number;
    if (number == NO) continue;
    snprintf(low->first, sizeof low->first, "by-%s", calls[i].name);
    snprintf(low->second, sizeof low->second, "to-%s", calls[i].name);
    long a[6] = {0};
    for (size_t at = 0; calls[i].arguments[at] != 0; ++at) a[at] = argument(calls[i].arguments[at]);
    if (is_i386) {
      call_i386(number, a);
    } else {
      syscall(number, a[0], a[1], a[2], a[3], a[4], a[5]);
    }
  }
  return 0;
}
