#include "os/progress.hpp"

#include <gtest/gtest.h>

namespace lbundle {
namespace {

TEST(Progress, ShowsBytesRateAndTimeLeft) {
  EXPECT_EQ(progress_text("pack", ByteSize(0), ByteSize(1'000'000), 3), "pack 0 B of 1.0 MB");
  EXPECT_EQ(progress_text("pack", ByteSize(250'000), ByteSize(1'000'000), 2),
            "pack 250.0 kB of 1.0 MB, 125.0 kB/s, 6 s left");
}

}  // namespace
}  // namespace lbundle
