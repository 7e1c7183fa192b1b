#include "os/parallel.hpp"

#include <atomic>
#include <mutex>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <gtest/gtest.h>

namespace lbundle {
namespace {

TEST(ParallelFor, DoesEachOnce) {
  for (const unsigned jobs : {0U, 1U, 2U, 7U, 100U}) {
    std::vector<std::atomic<int>> done(50);
    parallel_for(done.size(), jobs, [&](std::size_t i) { ++done[i]; });
    for (const auto& count : done) EXPECT_EQ(count, 1);
  }
  parallel_for(0, 4, [](std::size_t) { FAIL(); });
}

TEST(ParallelFor, BeginsInRisingOrder) {
  std::vector<std::size_t> order;
  parallel_for(20, 1, [&](std::size_t i) { order.push_back(i); });
  for (std::size_t i = 0; i < order.size(); ++i) EXPECT_EQ(order[i], i);
  // On two threads, an item begins at most one turn early.
  std::mutex mutex;
  std::size_t begun = 0;
  parallel_for(200, 2, [&](std::size_t i) {
    const std::lock_guard lock(mutex);
    EXPECT_LE(i, begun + 1);
    ++begun;
  });
}

TEST(ParallelFor, RunsAtTheSameTime) {
  std::atomic<int> waiting = 0;
  parallel_for(2, 2, [&](std::size_t) {
    ++waiting;
    while (waiting < 2) std::this_thread::yield();
  });
  EXPECT_EQ(waiting, 2);
}

TEST(ParallelFor, ThrowsTheFirstFailureAfterAllHaveEnded) {
  std::atomic<int> running = 0;
  std::atomic<int> begun = 0;
  try {
    parallel_for(1000, 3, [&](std::size_t i) {
      ++running;
      ++begun;
      if (i == 2) {
        --running;
        throw std::runtime_error("the third");
      }
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
      --running;
    });
    FAIL() << "nothing was thrown";
  } catch (const std::runtime_error& error) {
    EXPECT_STREQ(error.what(), "the third");
  }
  EXPECT_EQ(running, 0);
  EXPECT_LT(begun, 1000);
}

TEST(AvailableCores, IsAtLeastOne) {
  EXPECT_GE(available_cores(), 1U);
}

}  // namespace
}  // namespace lbundle
