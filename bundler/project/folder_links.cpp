#include "project/folder_links.hpp"

#include <algorithm>

#include "model/text.hpp"
#include "os/bytes.hpp"

namespace lbundle {

namespace {

bool is_within(const HostPath& path, const HostPath& folder) {
  const auto relative = path.lexically_relative(folder);
  return !relative.empty() && *relative.begin() != "..";
}

}  // namespace

HostPath folder_of_links(const HostPath& project) {
  boost::system::error_code ignored;
  for (auto at = project; !at.empty() && at != at.root_path(); at = at.parent_path())
    if (fs::exists(at / ".git", ignored)) return fs::canonical(at, ignored);
  const auto above = project.parent_path();
  return fs::canonical(above == above.root_path() ? project : above, ignored);
}

LinkFate fate_of_link(const HostPath& link, const HostPath& folder_of_links,
                      const std::vector<HostPath>& open) {
  const auto target = fs::canonical(link);
  if (std::ranges::any_of(open, [&](const auto& folder) { return is_within(folder, target); }))
    return LinkFate::goes_round;
  return is_within(target, folder_of_links) ? LinkFate::enter : LinkFate::leaves;
}

HostPath folder_of_link_text(const HostPath& file) {
  constexpr std::uintmax_t longest = 200;
  boost::system::error_code failure;
  const auto size = fs::file_size(file, failure);
  if (failure || size == 0 || size > longest || !file.extension().empty()) return {};
  const auto text = read_text_file(file);
  if (text.find_first_of(std::string_view("\n\0", 2)) != std::string::npos || text.starts_with('/'))
    return {};
  const auto folder = (file.parent_path() / text).lexically_normal();
  return fs::is_directory(folder, failure) ? folder : HostPath();
}

Error link_leaves(const HostPath& link, const HostPath& project) {
  const auto target = fs::canonical(link);
  const auto place = link.lexically_relative(project).string();
  return Error("follow", place,
               format("it is a link to the folder {}, which is outside of {}", target.string(),
                      folder_of_links(project).string()),
               format("remove the link, and write [[source]] with from = \"{}\" and to = \"{}\"; or name in "
                      "`function.source` only what the link is not part of",
                      target.string(), place))
      .with_status(ExitStatus::wrong_usage);
}

}  // namespace lbundle
