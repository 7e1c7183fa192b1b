#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/access_log.hpp"
#include "model/byte_size.hpp"
#include "model/decision.hpp"
#include "model/digest.hpp"
#include "model/error.hpp"
#include "model/finding.hpp"

namespace lbundle {
namespace {

TEST(ByteSize, IsWrittenInDecimalUnits) {
  EXPECT_EQ(to_text(ByteSize(0)), "0 B");
  EXPECT_EQ(to_text(ByteSize(999)), "999 B");
  EXPECT_EQ(to_text(ByteSize(1000)), "1.0 kB");
  EXPECT_EQ(to_text(ByteSize(163'812'345)), "163.8 MB");
  EXPECT_EQ(to_text(ByteSize(262'144'000)), "262.1 MB");
  // A size that rounds to 1000 of one unit is written as 1 of the next.
  EXPECT_EQ(to_text(ByteSize(999'949)), "999.9 kB");
  EXPECT_EQ(to_text(ByteSize(999'950)), "1.0 MB");
  EXPECT_EQ(to_text(ByteSize(18'446'744'073'709'551'615ULL)), "18446744.1 TB");
}

TEST(ByteSize, DifferencesHaveASign) {
  EXPECT_EQ(to_signed_text(0), "±0 B");
  EXPECT_EQ(to_signed_text(3'100'000), "+3.1 MB");
  EXPECT_EQ(to_signed_text(-512), "-512 B");
  EXPECT_EQ(difference(ByteSize(1), ByteSize(3)), -2);
}

TEST(Digest, HexadecimalDigits) {
  Digest digest;
  digest.bytes[0] = 0x0a;
  digest.bytes[31] = 0xff;
  const auto hex = "0a" + std::string(60, '0') + "ff";
  EXPECT_EQ(to_hex(digest), hex);
  EXPECT_EQ(digest_from_hex(hex), digest);
  EXPECT_FALSE(digest_from_hex(""));
  EXPECT_FALSE(digest_from_hex(hex.substr(1)));
  EXPECT_FALSE(digest_from_hex(hex + "00"));
  EXPECT_FALSE(digest_from_hex("0g" + hex.substr(2)));
  EXPECT_FALSE(digest_from_hex("0A" + hex.substr(2))) << "to_hex writes lower case only";
}

RC_GTEST_PROP(DigestProperty, HexAndBack, (const std::array<std::uint8_t, 32>& bytes)) {
  const Digest digest{bytes};
  RC_ASSERT(digest_from_hex(to_hex(digest)) == digest);
}

TEST(Words, EveryKindHasItsName) {
  for (int i = 0; i <= static_cast<int>(AccessKind::connected); ++i) {
    const auto kind = static_cast<AccessKind>(i);
    auto parsed = AccessKind::opened;
    ASSERT_TRUE(parse_access_kind(to_text(kind), parsed)) << i;
    EXPECT_EQ(parsed, kind);
  }
  auto kind = AccessKind::missing;
  EXPECT_FALSE(parse_access_kind("inherited", kind));
  EXPECT_FALSE(parse_access_kind("", kind));
  EXPECT_EQ(kind, AccessKind::missing);
  EXPECT_STREQ(to_text(Verdict::replace), "replace");
  EXPECT_STREQ(to_text(Severity::warning), "warning");
}

TEST(Words, OnlyAnErrorIsBad) {
  EXPECT_FALSE(has_error({}));
  EXPECT_FALSE(has_error({{Severity::warning, "a", "", "", ""}, {Severity::note, "b", "", "", ""}}));
  EXPECT_TRUE(has_error({{Severity::note, "b", "", "", ""}, {Severity::error, "a", "", "", ""}}));
}

TEST(Error, SaysThingCauseAndWayOut) {
  const auto error = Error("read", "a.toml", "it is gone", "put it back")
                         .with_status(ExitStatus::wrong_usage)
                         .with_detail("line 1");
  EXPECT_STREQ(error.what(), "cannot read 'a.toml': it is gone");
  EXPECT_EQ(error.hint(), "put it back");
  EXPECT_EQ(error.detail(), "line 1");
  EXPECT_EQ(error.status(), ExitStatus::wrong_usage);
  EXPECT_EQ(Error("a", "b", "c").status(), ExitStatus::could_not);
  EXPECT_STREQ(system_error("read", "x", 2).what(), "cannot read 'x': No such file or directory");
  EXPECT_THROW(require(false, "one is one"), BrokenAssumption);
  EXPECT_NO_THROW(require(true, "one is one"));
}

TEST(Evidence, IsOnlyAboutPathsBelowTheRoot) {
  AccessLog log;
  log.accesses = {{"/var/task/a.py", AccessKind::opened, "one", 1},
                  {"/var/task/a.py", AccessKind::opened, "one", 2},
                  {"/var/task/a.py", AccessKind::opened, "two", 1},
                  {"/var/task/a.py", AccessKind::stat, "two", 1},
                  {"/var/task", AccessKind::listed, "one", 1},
                  {"/var/task/", AccessKind::listed, "one", 1},
                  {"/var/task-old/b.py", AccessKind::opened, "one", 1},
                  {"/var/task/../secret", AccessKind::opened, "one", 1},
                  {"/usr/lib/libc.so", AccessKind::opened, "one", 1},
                  {"/var/task/c/d\xff", AccessKind::missing, "one", 1}};
  const auto evidence = evidence_below(log, "/var/task");
  const Evidence expected = {
      {BundlePath("a.py"), {{AccessKind::opened, {"one", "two"}}, {AccessKind::stat, {"two"}}}},
      {BundlePath("c/d\xff"), {{AccessKind::missing, {"one"}}}}};
  EXPECT_EQ(evidence, expected);
}

}  // namespace
}  // namespace lbundle
