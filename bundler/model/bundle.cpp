#include "model/bundle.hpp"

#include <algorithm>
#include <set>

#include "model/error.hpp"

namespace lbundle {

namespace {

// The decision about the file that is at `path` in the bundle now.
Decision& decision_at(Bundle& bundle, const BundlePath& path) {
  // Most files are still where they were staged.
  const auto own = bundle.decisions.find(path);
  const auto is_here = [&](const Decision& d) { return d.verdict != Verdict::drop && d.becomes == path; };
  if (own != bundle.decisions.end() && is_here(own->second)) return own->second;
  const auto moved =
      std::ranges::find_if(bundle.decisions, [&](const auto& entry) { return is_here(entry.second); });
  require(moved != bundle.decisions.end(), "every file of a bundle has its decision");
  return moved->second;
}

}  // namespace

void drop_file(Bundle& bundle, const BundlePath& path, Reason reason) {
  auto& decision = decision_at(bundle, path);
  bundle.files.remove(path);
  decision.verdict = Verdict::drop;
  decision.reason = std::move(reason);
  decision.after = ByteSize{};
}

void replace_file(Bundle& bundle, const BundlePath& path, const BundlePath& becomes, FileNode node,
                  Reason reason) {
  if (becomes != path && bundle.files.contains(becomes)) drop_file(bundle, becomes, reason);
  auto& decision = decision_at(bundle, path);
  decision.verdict = Verdict::replace;
  decision.reason = std::move(reason);
  decision.after = unzipped_size(node);
  decision.becomes = becomes;
  bundle.files.remove(path);
  bundle.files.put(becomes, std::move(node));
}

std::int64_t saved_bytes(const Decisions& decisions) {
  std::int64_t saved = 0;
  for (const auto& [path, decision] : decisions) saved += difference(decision.before, decision.after);
  return saved;
}

ByteSize added_bytes(const Bundle& bundle) {
  std::set<BundlePath> staged;
  for (const auto& [path, decision] : bundle.decisions) {
    if (decision.verdict != Verdict::drop) staged.insert(decision.becomes);
  }
  ByteSize added;
  for (const auto& [path, node] : bundle.files) {
    if (!staged.contains(path)) added += unzipped_size(node);
  }
  return added;
}

}  // namespace lbundle
