#include <gmock/gmock.h>

#include "abi/abi.hpp"

namespace lbundle {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::Field;
using testing::IsEmpty;

class AbiRuntime : public testing::Test {
 protected:
  AbiRuntime() {
    runtime_.name = "python3.0";
    runtime_.deprecated = "2026-10-31";
    runtime_.create_blocked = "2027-07-29";
    runtime_.update_blocked = "2027-08-31";
  }
  std::string message(const std::string& today, const std::string& code) const {
    const auto findings = judge_runtime(runtime_, today);
    EXPECT_THAT(findings,
                ElementsAre(AllOf(Field(&Finding::severity, Severity::warning), Field(&Finding::code, code))))
        << today;
    return findings.empty() ? "" : findings[0].message;
  }

  Runtime runtime_;
};

TEST_F(AbiRuntime, NothingIsReportedLongBeforeTheEnd) {
  EXPECT_THAT(judge_runtime(runtime_, "2026-08-01"), IsEmpty());  // 91 days
  runtime_.deprecated.clear();
  EXPECT_THAT(judge_runtime(runtime_, "2030-01-01"), IsEmpty());
}

TEST_F(AbiRuntime, TheLastDaysOfSupport) {
  for (const auto* today : {"2026-08-02", "2026-10-30"}) {
    EXPECT_EQ(
        message(today, "runtime-deprecated-soon"),
        "python3.0 has support and security fixes only until 2026-10-31; no function can be created with it"
        " from 2027-07-29 on; no function can be updated with it from 2027-08-31 on");
  }
}

TEST_F(AbiRuntime, SupportHasEnded) {
  for (const auto* today : {"2026-10-31", "2027-07-28"}) {
    EXPECT_EQ(
        message(today, "runtime-deprecated"),
        "python3.0 has had no support and security fixes since 2026-10-31; no function can be created with"
        " it from 2027-07-29 on; no function can be updated with it from 2027-08-31 on");
  }
}

TEST_F(AbiRuntime, NoFunctionCanBeCreated) {
  for (const auto* today : {"2027-07-29", "2027-08-30"}) {
    EXPECT_EQ(
        message(today, "runtime-deprecated"),
        "python3.0 has had no support and security fixes since 2026-10-31; no function can be created with"
        " it any more, since 2027-07-29; no function can be updated with it from 2027-08-31 on");
  }
}

TEST_F(AbiRuntime, NoFunctionCanBeUpdated) {
  EXPECT_EQ(
      message("2027-08-31", "runtime-deprecated"),
      "python3.0 has had no support and security fixes since 2026-10-31; no function can be created with"
      " it any more, since 2027-07-29; no function can be updated with it any more, since 2027-08-31");
}

TEST_F(AbiRuntime, UnknownDaysAreLeftOut) {
  runtime_.create_blocked.clear();
  runtime_.update_blocked.clear();
  EXPECT_EQ(message("2028-01-01", "runtime-deprecated"),
            "python3.0 has had no support and security fixes since 2026-10-31");
}

TEST_F(AbiRuntime, TheHintNamesWhatIsStillSupported) {
  EXPECT_EQ(judge_runtime(runtime_, "2027-01-01")[0].hint, "python3.14 is supported until 2029-06-30");
  EXPECT_EQ(judge_runtime(runtime_, "2029-06-30")[0].hint, "");
  EXPECT_EQ(judge_runtime(*find_runtime("nodejs20.x"), "2027-01-01")[0].hint,
            "nodejs24.x is supported until 2028-04-30");
  EXPECT_EQ(date_of_today().size(), 10U);
}

}  // namespace
}  // namespace lbundle
