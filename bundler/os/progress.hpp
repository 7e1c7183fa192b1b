// How far a long work over bytes has come.
#pragma once

#include <functional>
#include <string>

#include "model/byte_size.hpp"

namespace lbundle {

// To be called with what is done and all there is, not from two threads at once. On a terminal one line of
// stderr is written over and over and is gone at the end; elsewhere a line goes to the log every ten seconds,
// so that what ends sooner says nothing. Nothing at all where the log is quiet. `verb` is what is being done:
// "pack".
std::function<void(ByteSize done, ByteSize total)> show_progress(std::string verb);

// "pack 45.2 MB of 144.9 MB, 12.1 MB/s, 8 s left"; without rate and rest while nothing is done.
std::string progress_text(const std::string& verb, ByteSize done, ByteSize total, double seconds);

}  // namespace lbundle
