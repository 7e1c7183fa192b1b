#include "evidence/committed_log.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/expect_error.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

using testing::HasSubstr;

CommittedLog sample() {
  CommittedLog log{"python3.11", "x86_64", "00ff", "notify", {}, {}};
  log.seen[{BundlePath("a/b.py"), false}][AccessKind::opened] = {"one", "two"};
  log.seen[{BundlePath("a/b.py"), false}][AccessKind::stat] = {"two"};
  log.seen[{BundlePath("a.libs/libgeos"), true}][AccessKind::opened] = {"one"};
  log.seen[{BundlePath("not there"), false}][AccessKind::missing] = {"one"};
  log.files = {{BundlePath("a/b.py"), false},
               {BundlePath("a/c.py"), false},
               {BundlePath("a.libs/libgeos"), true},
               {BundlePath("handler.py"), false}};
  return log;
}

CommittedLog read_committed(const std::string& text) {
  const Scratch scratch;
  return read_committed_log(scratch.put("lbundle.access.jsonl", text));
}

std::string refusal_of_committed(const std::string& text) {
  const auto error = error_of([&] { read_committed(text); });
  return error ? error->what() : "";
}

bool equal(const CommittedLog& a, const CommittedLog& b) {
  return a.runtime == b.runtime && a.architecture == b.architecture && a.tree == b.tree &&
         a.method == b.method && a.seen == b.seen && a.files == b.files;
}

TEST(CommittedLog, IsSortedText) {
  EXPECT_EQ(
      committed_log_text(sample()),
      R"({"format":"lbundle-committed-access","version":1,"runtime":"python3.11","architecture":"x86_64","tree":"00ff","method":"notify"}
{"stem":"a.libs/libgeos","opened":["one"]}
{"path":"a/b.py","opened":["one","two"],"stat":["two"]}
{"path":"not there","missing":["one"]}
{"folder":"","files":["handler.py"]}
{"folder":"a","files":["b.py","c.py"]}
{"folder":"a.libs","stems":["libgeos"]}
)");
}

TEST(CommittedLog, ComesBackAsItWas) {
  EXPECT_TRUE(equal(read_committed(committed_log_text(sample())), sample()));
}

TEST(CommittedLog, NamesAreBytes) {
  auto log = sample();
  log.seen[{BundlePath("\xff\n/x.so"), false}][AccessKind::opened] = {"one"};
  log.files.insert({BundlePath("\xff\n/\xfe"), false});
  log.files.insert({BundlePath("a/lib\xfe"), true});
  EXPECT_TRUE(equal(read_committed(committed_log_text(log)), log));
}

TEST(CommittedLog, InvalidTextIsRefusedWithItsLine) {
  EXPECT_THAT(refusal_of_committed(""), HasSubstr("the header is missing"));
  EXPECT_THAT(refusal_of_committed("{\"format\":\"lbundle-access\",\"version\":1}\n"),
              HasSubstr("line 1: this is not a committed access log"));
  EXPECT_THAT(refusal_of_committed("{\"format\":\"lbundle-committed-access\",\"version\":9}\n"),
              HasSubstr("version 9 of the format is unknown"));
  const auto text = committed_log_text(sample());
  EXPECT_THAT(refusal_of_committed(text + "<<<<<<< HEAD\n"), HasSubstr("line 8: this is not a record"));
  EXPECT_THAT(refusal_of_committed(text + "{\"path\":\"../up\"}\n"),
              HasSubstr("line 8: '../up' is not a path"));
  EXPECT_THAT(refusal_of_committed(text + "{\"folder\":\"\",\"files\":[\"..\"]}\n"),
              HasSubstr("line 8: a name leaves the tree"));
  EXPECT_THAT(refusal_of_committed(text + "{\"path\":7}\n"), HasSubstr("line 8: this is not a record"));
}

TEST(CommittedLog, KindsAndMembersOfLaterVersionsAreSkipped) {
  const auto text = committed_log_text(sample());
  const auto log =
      read_committed(text + "{\"path\":\"a/d.py\",\"opened\":[\"one\"],\"smelled\":[\"one\"]}\n");
  EXPECT_EQ(log.seen.at({BundlePath("a/d.py"), false}).size(), 1U);
}

}  // namespace
}  // namespace lbundle
