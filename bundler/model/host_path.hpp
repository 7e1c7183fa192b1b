// A path on this machine. Paths inside the bundle are BundlePath, paths inside a sandbox plain strings.
#pragma once

#include <boost/filesystem.hpp>

namespace lbundle {

namespace fs = boost::filesystem;
using HostPath = fs::path;

}  // namespace lbundle
