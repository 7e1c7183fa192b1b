#include "os/interrupt.hpp"

#include <gtest/gtest.h>
#include <poll.h>
#include <signal.h>

#include "model/error.hpp"
#include "os/parallel.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

int caught_by(const std::function<void()>& work) {
  try {
    work();
  } catch (const Interrupted& interrupted) {
    return interrupted.signal_number;
  }
  return 0;
}

TEST(Interrupt, IsSeenAtSafePoints) {
  EXPECT_EQ(status_in_child([] {
              catch_interrupts();
              if (caught_by(check_interrupt) != 0) return 1;
              raise(SIGTERM);
              if (caught_by(check_interrupt) != SIGTERM) return 2;
              pollfd ready{interrupt_fd(), POLLIN, 0};
              return poll(&ready, 1, 0) == 1 ? 0 : 3;
            }),
            0);
}

TEST(Interrupt, ASecondOneEndsTheProgram) {
  const int status = status_in_child([] {
    catch_interrupts();
    raise(SIGINT);
    raise(SIGINT);
    return 0;
  });
  EXPECT_TRUE(WIFSIGNALED(status));
  EXPECT_EQ(WTERMSIG(status), SIGINT);
}

TEST(Interrupt, AnIgnoredSignalStaysIgnored) {
  EXPECT_EQ(status_in_child([] {
              signal(SIGHUP, SIG_IGN);  // as nohup does
              catch_interrupts();
              raise(SIGHUP);
              return caught_by(check_interrupt);
            }),
            0);
}

TEST(Interrupt, AClosedPipeDoesNotEndTheProgram) {
  EXPECT_EQ(status_in_child([] {
              catch_interrupts();
              int ends[2];
              if (pipe(ends) != 0) return 1;
              close(ends[0]);
              return write(ends[1], "x", 1) == -1 && errno == EPIPE ? 0 : 2;
            }),
            0);
}

TEST(Interrupt, EndsParallelWork) {
  EXPECT_EQ(status_in_child([] {
              catch_interrupts();
              std::atomic<int> done = 0;
              const int signal_number = caught_by([&] {
                parallel_for(1000, 2, [&](std::size_t i) {
                  if (i == 3) raise(SIGINT);
                  ++done;
                });
              });
              return signal_number == SIGINT && done < 10 ? 0 : 1;
            }),
            0);
}

}  // namespace
}  // namespace lbundle
