#include <sys/socket.h>
#include <sys/un.h>

#include "case.h"

int main(void) {
  struct sockaddr_un address = {.sun_family = AF_UNIX, .sun_path = "socket"};
  int server = socket(AF_UNIX, SOCK_STREAM, 0);
  MUST(bind(server, (struct sockaddr*)&address, sizeof address) == 0 && listen(server, 1) == 0);
  int client = socket(AF_UNIX, SOCK_STREAM, 0);
  MUST(connect(client, (struct sockaddr*)&address, sizeof address) == 0);
  strcpy(address.sun_path, "no-socket");
  MUST(connect(client, (struct sockaddr*)&address, sizeof address) < 0);
  return 0;
}
