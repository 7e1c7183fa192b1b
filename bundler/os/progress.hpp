// Shows the progress of long work over bytes.
#pragma once

#include <functional>
#include <string>

#include "model/byte_size.hpp"

namespace lbundle {

// Returns a function that shows progress. Call it with the bytes that are done and the total, not from two
// threads at once. On a terminal it writes one line of stderr again and again, and clears it at the end.
// Otherwise it writes a line to the log every ten seconds, so work that takes less time writes nothing. It
// writes nothing if the log is quiet. `verb` is the work: "pack".
std::function<void(ByteSize done, ByteSize total)> show_progress(std::string verb);

// The text of the line: "pack 45.2 MB of 144.9 MB, 12.1 MB/s, 8 s left". Rate and rest are left out
// while nothing is done.
std::string progress_text(const std::string& verb, ByteSize done, ByteSize total, double seconds);

}  // namespace lbundle
