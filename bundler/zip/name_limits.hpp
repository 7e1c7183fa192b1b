// Which names of a zip no Linux system can unpack, and how much the folders in them are.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "zip/layout.hpp"

namespace lbundle::zip {

// Why no file of this name can be below /var/task: the path is longer than PATH_MAX, or one of its parts is
// longer than NAME_MAX. Nullptr if it can.
const char* length_fault(std::string_view name);

// `name`, with its middle left out if it is too long to be printed.
std::string shown_name(const std::string& name);

// True if the paths of all folders on the way to the entries, each folder counted once, have more than
// 16 MiB together. A name has one folder for every two bytes, so the paths of its folders can have a thousand
// times as many bytes as the name itself. 65,535 entries, each in a folder of its own with a path of 100
// bytes, have 6.5 MB. Names with a length fault do not count.
bool has_too_many_folders(const std::vector<DirectoryLine>& lines);

}  // namespace lbundle::zip
