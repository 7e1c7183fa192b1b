// What the kernel says about this machine.
#pragma once

#include "cache/store.hpp"
#include "preflight/facts.hpp"

namespace lbundle {

KernelFacts read_kernel();

// The memory that is available: the kernel's estimate, and at most the limit of this process's control group.
ByteSize read_memory();

// The free space of the file system that has the folder, or the nearest folder above it that exists.
ByteSize free_space(const HostPath& folder);

// The cache's folder, its owner and its size; counts for at most two seconds. Tries to write into it.
CacheFacts read_cache(const Store& store);

// The number before the first letter or dash of each of the first two parts: {6, 1} for "6.1.0-28-amd64".
std::pair<int, int> parse_release(const std::string& release);

}  // namespace lbundle
