// Datagrams to unix sockets by their path: in a call's argument, in a struct msghdr, in an array of them. With "i386" by
// the calls of 32-bit programs, through socketcall and without.
#include <stdint.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "case.h"

static void serve(const char* name) {
  struct sockaddr_un address = {.sun_family = AF_UNIX};
  strcpy(address.sun_path, name);
  int server = socket(AF_UNIX, SOCK_DGRAM, 0);
  MUST(server >= 0 && bind(server, (struct sockaddr*)&address, sizeof address) == 0);
}

static void send_native(int client) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "by-sendto"};
  MUST(sendto(client, "x", 1, 0, (struct sockaddr*)&address, sizeof address) == 1);
  struct iovec part = {"x", 1};
  struct mmsghdr message = {.msg_hdr = {&address, sizeof address, &part, 1, NULL, 0, 0}};
  strcpy(address.sun_path, "by-sendmsg");
  MUST(sendmsg(client, &message.msg_hdr, 0) == 1);
  strcpy(address.sun_path, "by-sendmmsg");
  MUST(sendmmsg(client, &message, 1, 0) == 1);
  int pair[2];
  MUST(socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0 && send(pair[0], "x", 1, 0) == 1);  // carries no path
}

#ifdef __x86_64__
static long call_i386(long number, long a, long b, long c, long d, long e, long f) {
  long result = number;
  __asm__ volatile("push %%rbp\n\tmov %6, %%rbp\n\tint $0x80\n\tpop %%rbp"
                   : "+a"(result)
                   : "b"(a), "c"(b), "d"(c), "S"(d), "D"(e), "r"(f)
                   : "memory", "r8", "r9", "r10", "r11");
  return result;
}

struct low {
  struct sockaddr_un address;
  uint32_t part[2], message[8], arguments[6];
  char text[4];
};

static uint32_t low_address(const void* pointer) { return (uint32_t)(uintptr_t)pointer; }

static void send_i386(int client) {
  struct low* low = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
  MUST(low != MAP_FAILED);
  const uint32_t fd = (uint32_t)client, size = sizeof low->address;
  *low = (struct low){.address = {.sun_family = AF_UNIX, .sun_path = "by-sendto"},
                      .part = {low_address(low->text), 1},
                      .message = {low_address(&low->address), size, low_address(low->part), 1},
                      .arguments = {fd, low_address(low->text), 1, 0, low_address(&low->address), size}};
  long sent = call_i386(369, client, low_address(low->text), 1, 0, low_address(&low->address), size);
  SKIP_UNLESS(sent != -ENOSYS);
  MUST(sent == 1);
  strcpy(low->address.sun_path, "by-sendmsg");
  MUST(call_i386(370, client, low_address(low->message), 0, 0, 0, 0) == 1);
  strcpy(low->address.sun_path, "by-sendmmsg");
  MUST(call_i386(345, client, low_address(low->message), 1, 0, 0, 0) == 1);
  strcpy(low->address.sun_path, "by-socketcall-sendto");
  MUST(call_i386(102, 11, low_address(low->arguments), 0, 0, 0, 0) == 1);
  low->arguments[1] = low_address(low->message);
  low->arguments[2] = 0;
  strcpy(low->address.sun_path, "by-socketcall-sendmsg");
  MUST(call_i386(102, 16, low_address(low->arguments), 0, 0, 0, 0) == 1);
  low->arguments[2] = 1;
  low->arguments[3] = 0;
  strcpy(low->address.sun_path, "by-socketcall-sendmmsg");
  MUST(call_i386(102, 20, low_address(low->arguments), 0, 0, 0, 0) == 1);
}
#endif

int main(int argc, char** argv) {
  (void)argv;
  serve("by-sendto"), serve("by-sendmsg"), serve("by-sendmmsg");
  serve("by-socketcall-sendto"), serve("by-socketcall-sendmsg"), serve("by-socketcall-sendmmsg");
  int client = socket(AF_UNIX, SOCK_DGRAM, 0);
  MUST(client >= 0);
  if (argc == 1) {
    send_native(client);
  } else {
#ifdef __x86_64__
    send_i386(client);
#else
    SKIP_UNLESS(!"an x86_64");
#endif
  }
  return 0;
}
