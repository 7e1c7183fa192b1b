// Folders of the sandbox that every user may enter.
#pragma once

#include <string>
#include <vector>

namespace lbundle {

// Takes bubblewrap's arguments that mount, link and make folders, and returns them with arguments that first
// make each folder above what they make. bubblewrap would make these folders for its own user alone.
std::vector<std::string> with_open_folders(const std::vector<std::string>& arguments);

}  // namespace lbundle
