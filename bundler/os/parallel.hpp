// Work spread over the cores.
#pragma once

#include <cstddef>
#include <functional>

namespace lbundle {

// Cores that this process may use (sched_getaffinity), at least 1.
unsigned available_cores();

// Calls work(0) … work(count - 1), each once, on up to `jobs` threads, in rising order of their start: put
// the largest first. The first exception is thrown to the caller after all threads have ended; an interrupt
// counts as one.
void parallel_for(std::size_t count, unsigned jobs, const std::function<void(std::size_t)>& work);

}  // namespace lbundle
