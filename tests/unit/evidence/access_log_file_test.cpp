#include "evidence/access_log_file.hpp"

#include <gtest/gtest.h>

#include "support/expect_error.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

const std::string header =
    R"({"format":"lbundle-access","version":1,"method":"notify","why":"the strongest","event":"one","run":1,"roots":["/var/task"]})"
    "\n";
const std::string end_record = R"({"t":"end","accesses":1,"calls":4})"
                               "\n";

std::string opened(const std::string& path) {
  return R"({"t":"access","pid":4,"kind":"opened","path":")" + path + "\"}\n";
}

AccessLog read(const std::string& text) {
  const Scratch scratch;
  return read_access_log(scratch.put("log.jsonl", text));
}

std::string refusal_of(const std::string& text) {
  const Scratch scratch;
  const auto error = error_of([&] { read_access_log(scratch.put("log.jsonl", text)); });
  if (!error) return "";
  const std::string what = error->what();
  EXPECT_EQ(what.find("cannot read '" + (scratch / "log.jsonl").string()), 0U) << what;
  return what.substr(what.find("log.jsonl") + 9);
}

TEST(AccessLogFile, IsReadRecordByRecord) {
  const auto log = read(header +
                        R"({"t":"process","pid":4,"parent":2,"exe":"/usr/bin/python3.11"})"
                        "\n" +
                        opened("/var/task/a.py") +
                        R"({"t":"access","pid":4,"kind":"missing","path":"/var/task/b"})"
                        "\n" +
                        opened("/var/task/a.py") + end_record);
  EXPECT_EQ(log.accesses, (std::set<Access>{{"/var/task/a.py", AccessKind::opened, "one", 1},
                                            {"/var/task/b", AccessKind::missing, "one", 1}}));
  EXPECT_EQ(log.method, "notify");
  EXPECT_EQ(log.method_reason, "the strongest");
  EXPECT_TRUE(log.complete);
}

TEST(AccessLogFile, PathsAreBytes) {
  const auto log = read(header +
                        R"({"t":"access","pid":1,"kind":"opened","path_base64":"L3RtcC//"})"
                        "\n" +
                        opened("/caf\\u00e9\\n") + end_record);
  EXPECT_EQ(log.accesses, (std::set<Access>{{"/tmp/\xff", AccessKind::opened, "one", 1},
                                            {"/caf\xc3\xa9\n", AccessKind::opened, "one", 1}}));
}

TEST(AccessLogFile, MayHoldSeveralRuns) {
  std::string second = header;
  second.replace(second.find("\"one\""), 5, "\"two\"");
  second.replace(second.find("\"run\":1"), 7, "\"run\":2");
  const auto log = read(header + opened("/a") + end_record + second + opened("/a") + end_record);
  EXPECT_EQ(log.accesses,
            (std::set<Access>{{"/a", AccessKind::opened, "one", 1}, {"/a", AccessKind::opened, "two", 2}}));
  EXPECT_TRUE(log.complete);
  EXPECT_FALSE(read(header + opened("/a") + second + end_record).complete) << "the first run was cut short";
}

TEST(AccessLogFile, ACutLogIsIncompleteAndValid) {
  const auto whole = header + opened("/a") + opened("/b") + end_record;
  EXPECT_TRUE(read(whole).complete);
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const auto log = read(whole.substr(0, size));
    EXPECT_FALSE(log.complete) << size;
    const bool has_b = size >= (header + opened("/a") + opened("/b")).size();
    EXPECT_EQ(log.accesses.size() == 2, has_b) << size;
  }
}

TEST(AccessLogFile, SkipsLaterAdditions) {
  const auto log = read(header +
                        R"({"t":"weather","sky":"grey"})"
                        "\n"
                        R"({"t":"access","pid":1,"kind":"dreamt","path":"/a"})"
                        "\n"
                        R"({"t":"access","pid":1,"kind":"stat","path":"/b","colour":3})"
                        "\n" +
                        end_record);
  EXPECT_EQ(log.accesses, (std::set<Access>{{"/b", AccessKind::stat, "one", 1}}));
}

TEST(AccessLogFile, RefusesOtherFiles) {
  EXPECT_NE(refusal_of("hello\n"), "");
  EXPECT_NE(refusal_of(header + "{\"t\":\n"), "");
  EXPECT_EQ(refusal_of(opened("/a")), "': line 1: a record comes before the log's header");
  EXPECT_EQ(refusal_of("{\"format\":\"other\"}\n"), "': line 1: this is not an access log");
  EXPECT_EQ(refusal_of("{\"format\":\"lbundle-access\",\"version\":2}\n"),
            "': line 1: version 2 of the format is unknown; only version 1 is supported");
  EXPECT_EQ(refusal_of(header + "{\"t\":\"access\",\"kind\":\"opened\"}\n"),
            "': line 2: an access has no path");
  EXPECT_EQ(refusal_of(header + "{\"t\":\"access\",\"kind\":\"opened\",\"path_base64\":\"?\"}\n"),
            "': line 2: an access has no path");
}

TEST(AccessLogFile, RefusesJsonOfAnotherShape) {
  for (const auto* line :
       {"42", "[]", "null", "\"text\"", R"({"t":7})", R"({"t":"access","kind":3,"path":"/a"})",
        R"({"t":"access","kind":"opened","path":["/a"]})", R"({"format":[],"version":1})",
        R"({"format":"lbundle-access","version":"one"})"}) {
    EXPECT_EQ(refusal_of(header + line + "\n"), "': line 2: this is not a record of an access log") << line;
  }
}

TEST(AccessLogFile, Merges) {
  auto log = read(header + opened("/a") + end_record);
  merge(log, read(header + opened("/a") + opened("/b") + end_record));
  EXPECT_EQ(log.accesses.size(), 2U);
  EXPECT_TRUE(log.complete);
  merge(log, read(header + opened("/c")));
  EXPECT_EQ(log.accesses.size(), 3U);
  EXPECT_FALSE(log.complete);
  AccessLog empty;
  merge(empty, log);
  EXPECT_EQ(empty.method, "notify");
}

}  // namespace
}  // namespace lbundle
