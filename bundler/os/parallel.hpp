// Runs work on several cores.
#pragma once

#include <cstddef>
#include <functional>

namespace lbundle {

// The number of cores that this process may use (sched_getaffinity), at least 1.
unsigned available_cores();

// Calls work(0) … work(count - 1), each once, on up to `jobs` threads. Calls start in this order, so put the
// largest work first. The first exception is thrown to the caller after all threads have ended. An interrupt
// counts as an exception.
void parallel_for(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work);

}  // namespace lbundle
