#include "sandbox/open_folders.hpp"

#include <map>
#include <set>

#include "model/error.hpp"
#include "model/host_path.hpp"

namespace lbundle {

namespace {

using Arguments = std::vector<std::string>;

// How many values an option has, and whether it stands before another option that it changes.
struct Shape {
  std::size_t values;
  bool is_modifier = false;
  bool covers = false;  // what was made below its target before is not seen any more
};

const Shape& shape_of(const std::string& option) {
  static const std::map<std::string, Shape> shapes{{"--ro-bind", {2, false, true}},
                                                   {"--ro-bind-try", {2, false, true}},
                                                   {"--bind", {2, false, true}},
                                                   {"--dev-bind", {2, false, true}},
                                                   {"--symlink", {2, false, true}},
                                                   {"--tmpfs", {1}},
                                                   {"--proc", {1, false, true}},
                                                   {"--dir", {1}},
                                                   {"--remount-ro", {1}},
                                                   {"--perms", {1, true}},
                                                   {"--size", {1, true}}};
  const auto found = shapes.find(option);
  require(found != shapes.end(), "an option of bubblewrap that mounts is known");
  return found->second;
}

// The folders above `target`, the highest first, without "/".
std::vector<std::string> folders_above(const std::string& target) {
  std::vector<std::string> folders;
  for (auto at = HostPath(target).parent_path(); at.has_relative_path(); at = at.parent_path())
    folders.insert(folders.begin(), at.string());
  return folders;
}

}  // namespace

std::vector<std::string> with_open_folders(const std::vector<std::string>& arguments) {
  Arguments result, modifiers;
  std::set<std::string> made, covered;
  for (std::size_t at = 0; at < arguments.size();) {
    const auto& shape = shape_of(arguments[at]);
    const auto next = at + 1 + shape.values;
    const Arguments words(arguments.begin() + static_cast<std::ptrdiff_t>(at),
                          arguments.begin() + static_cast<std::ptrdiff_t>(next));
    at = next;
    if (shape.is_modifier) {
      modifiers.insert(modifiers.end(), words.begin(), words.end());
      continue;
    }
    const auto& target = words.back();
    for (const auto& folder : folders_above(target)) {
      if (covered.contains(folder)) break;
      if (made.insert(folder).second) result.insert(result.end(), {"--dir", folder});
    }
    if (shape.covers) covered.insert(target);
    made.insert(target);
    result.insert(result.end(), modifiers.begin(), modifiers.end());
    result.insert(result.end(), words.begin(), words.end());
    modifiers.clear();
  }
  return result;
}

}  // namespace lbundle
