#include "zip/link_fate.hpp"

#include <algorithm>

namespace lbundle::zip {

namespace {

struct LinkEnd {
  LinkFate fate = LinkFate::arrives;
  std::string absolute;  // for the fate `absolute`: where it leads
};

// What one look-up costs beside the path's bytes, in bytes.
constexpr std::uint64_t work_of_step = 20;

LinkEnd end_of(const FileSet& files, const BundlePath& link, std::uint64_t* work) {
  static constexpr int most_hops = 40;  // the kernel's limit, path_resolution(7)
  int hops = 0;
  BundlePath here;
  std::string path = link.bytes();
  for (std::size_t at = 0; at < path.size();) {
    const auto slash = path.find('/', at);
    const auto end = std::min(slash, path.size());
    // A '..' goes up from the folder that the path has led to, as the kernel does, not from
    // the name before it.
    const auto next = here.resolve(std::string_view(path).substr(at, end - at));
    if (!next) return {LinkFate::leaves, {}};
    if (work != nullptr) *work += work_of_step + next->bytes().size();
    at = end + 1;
    const auto* node = files.find(*next);
    const auto* hop = node == nullptr ? nullptr : std::get_if<SymbolicLink>(node);
    if (hop == nullptr) {
      if (node == nullptr && !files.has_folder(*next)) return {LinkFate::dangles, {}};
      if (node != nullptr && slash != std::string::npos) return {LinkFate::dangles, {}};
      here = *next;
      continue;
    }
    if (++hops > most_hops) return {LinkFate::loops, {}};
    path = at < path.size() ? hop->target + '/' + path.substr(at) : hop->target;
    at = 0;
    if (hop->target.starts_with('/')) return {LinkFate::absolute, path};
  }
  return {};
}

}  // namespace

LinkFate fate_of(const FileSet& files, const BundlePath& link, std::uint64_t* work) {
  return end_of(files, link, work).fate;
}

std::string absolute_end_of(const FileSet& files, const BundlePath& link) {
  return end_of(files, link, nullptr).absolute;
}

}  // namespace lbundle::zip
