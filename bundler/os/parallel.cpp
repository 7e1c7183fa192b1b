#include "os/parallel.hpp"

#include <algorithm>
#include <atomic>
#include <exception>
#include <mutex>
#include <thread>
#include <vector>

#include <sched.h>

#include "os/interrupt.hpp"

namespace lbundle {

unsigned available_cores() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) != 0) return 1;
  return std::max(1U, static_cast<unsigned>(CPU_COUNT(&set)));
}

void parallel_for(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work) {
  std::atomic<std::size_t> next = 0;
  std::exception_ptr failure;
  std::mutex failure_mutex;
  const auto take_turns = [&] {
    try {
      for (auto index = next++; index < count; index = next++) {
        check_interrupt();
        work(index);
      }
    } catch (...) {
      const std::lock_guard lock(failure_mutex);
      if (!failure) failure = std::current_exception();
      next = count;
    }
  };
  std::vector<std::jthread> threads;
  const auto extra = std::min<std::size_t>(jobs, count);
  for (std::size_t i = 1; i < extra; ++i) threads.emplace_back(take_turns);
  take_turns();
  threads.clear();
  if (failure) std::rethrow_exception(failure);
}

}  // namespace lbundle
