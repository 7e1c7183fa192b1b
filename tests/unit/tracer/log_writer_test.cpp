#include "log_writer.hpp"

#include <array>
#include <cerrno>
#include <functional>
#include <string>

#include <fcntl.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

namespace lbundle::tracer {
namespace {

// Returns what is in the pipe after `write` has written to the log.
std::string written(const std::function<void(LogWriter&)>& write) {
  std::array<int, 2> ends{};
  EXPECT_EQ(::pipe(ends.data()), 0);
  const UniqueFd out(ends[0]);
  {
    LogWriter log{UniqueFd(ends[1])};
    write(log);
    EXPECT_EQ(log.error(), 0);
  }
  std::string text;
  std::array<char, 4096> buffer{};
  for (ssize_t n = 0; (n = ::read(out.get(), buffer.data(), buffer.size())) > 0;) {
    text.append(buffer.data(), static_cast<std::size_t>(n));
  }
  return text;
}

TEST(LogWriter, HeaderIsTheFirstLine) {
  LogHeader header;
  header.method = "notify";
  header.why = "asked for";
  header.event = "tile";
  header.run = 2;
  header.command = {"a", "b\"c"};
  header.roots = {"/var/task"};
  EXPECT_EQ(written([&](LogWriter& log) { log.header(header); }),
            "{\"format\":\"lbundle-access\",\"version\":1,\"method\":\"notify\",\"why\":\"asked "
            "for\",\"event\":\"tile\","
            "\"run\":2,\"no_new_privs\":false,\"command\":[\"a\",\"b\\\"c\"],\"roots\":[\"/var/task\"]}\n");
}

TEST(LogWriter, AListWithBytesIsBase64AsAWhole) {
  LogHeader header;
  header.command = {"a", "\xff"};
  const std::string line = written([&](LogWriter& log) { log.header(header); });
  EXPECT_NE(line.find(R"("command_base64":["YQ==","/w=="])"), std::string::npos) << line;
}

TEST(LogWriter, EachRecordIsALine) {
  const std::string text = written([](LogWriter& log) {
    log.process(4, 2, "/usr/bin/python3.11");
    log.access(4, Kind::opened, "/a\nb");
    log.access(4, Kind::missing, "/\xff", ENOENT);
    log.link(4, "/l", "t");
    log.refused(4, "io_uring_setup");
    log.unread(4, "openat", "Permission denied");
    log.exit(4, 3 << 8);
    log.exit(5, SIGSEGV);
    log.exit(6, -1);
    log.killed(7, 9);
    log.timeout(60);
    log.end(12);
  });
  EXPECT_EQ(text, R"({"t":"process","pid":4,"parent":2,"exe":"/usr/bin/python3.11"}
{"t":"access","pid":4,"kind":"opened","path":"/a\u000ab"}
{"t":"access","pid":4,"kind":"missing","path_base64":"L/8=","errno":2}
{"t":"access","pid":4,"kind":"link","path":"/l","target":"t"}
{"t":"refused","call":"io_uring_setup","pid":4}
{"t":"unread","call":"openat","pid":4,"why":"Permission denied"}
{"t":"exit","pid":4,"status":3}
{"t":"exit","pid":5,"signal":11}
{"t":"exit","pid":6}
{"t":"killed","pid":7,"signal":9}
{"t":"timeout","seconds":60}
{"t":"end","accesses":3,"calls":12}
)");
}

TEST(LogWriter, RemembersTheFirstError) {
  LogWriter log{UniqueFd(::open("/dev/full", O_WRONLY | O_CLOEXEC))};
  log.note("x");
  EXPECT_EQ(log.error(), ENOSPC);
}

TEST(LogWriter, EveryKindHasAName) {
  for (int kind = 0; kind <= static_cast<int>(Kind::mounted); ++kind) {
    EXPECT_FALSE(kind_name(static_cast<Kind>(kind)).empty());
  }
}

}  // namespace
}  // namespace lbundle::tracer
