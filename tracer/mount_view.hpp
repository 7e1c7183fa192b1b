#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace lbundle::tracer {

/// One line of /proc/PID/mountinfo.
struct Mount {
  std::string device;  ///< "8:1"
  std::string root;    ///< the folder of the file system that is mounted
  std::string point;   ///< where, seen from the root of the process
};

/// Reads mountinfo. Names are decoded. Lines that are not understood are left out.
std::vector<Mount> read_mounts(std::string_view mountinfo);

/// Where a file that a process sees as `path` is for a process with the mounts `here`. `there` are the mounts
/// of the process that sees it. Of several places, `path` itself comes first, then the others, those first
/// whose mount shows more of the file system. Empty if the file system is mounted only there, or if nothing
/// says what is at `path`.
std::vector<std::string> places_of(const std::string& path, const std::vector<Mount>& there,
                                   const std::vector<Mount>& here);

}  // namespace lbundle::tracer
