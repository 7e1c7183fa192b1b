// The manifest accounts for every byte of a build. The pipeline's decisions say what happened to each staged
// file, the bundle says what was packed, and the zip says how large each entry is. The three are joined here,
// once. Everything that later prints sizes (the page, `why`, the table of packages) reads the joined form, so
// two of them can never disagree.
#include "report/manifest.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

ByteSize entry_size(const ManifestFacts& facts, const BundlePath& path) {
  const auto found = facts.entry_sizes.find(path);
  return found == facts.entry_sizes.end() ? ByteSize{} : found->second;
}

std::optional<Digest> digest_of_node(const FileNode& node) {
  const auto* file = std::get_if<RegularFile>(&node);
  return file == nullptr ? std::nullopt : std::optional(file->content.digest);
}

std::string link_target_of(const FileNode& node) {
  const auto* link = std::get_if<SymbolicLink>(&node);
  return link == nullptr ? std::string{} : link->target;
}

ManifestFile manifest_file(const BundlePath& path, const FileNode& staged, const StagedTree& tree,
                           const Bundle& bundle, const ManifestFacts& facts) {
  const auto decision = bundle.decisions.find(path);
  require(decision != bundle.decisions.end(), "every staged file has its decision");
  ManifestFile file;
  file.decision = decision->second;
  file.staged_digest = digest_of_node(staged);
  if (const auto* owner = tree.distributions.owner_of(path)) file.package = owner->name;
  if (const auto found = facts.evidence.find(path); found != facts.evidence.end())
    file.evidence = found->second;
  if (const auto found = facts.needed_by.find(path); found != facts.needed_by.end())
    file.needed_by = found->second;
  if (const auto found = facts.lacks.find(path); found != facts.lacks.end()) file.lacks = found->second;
  if (!file.is_in_bundle()) {
    file.decision.becomes = BundlePath{};
    return file;
  }
  const auto& becomes = file.decision.becomes;
  const auto* node = bundle.files.find(becomes);
  require(node != nullptr, "a file that is not dropped is in the bundle");
  file.digest = digest_of_node(*node);
  file.link_target = link_target_of(*node);
  file.zipped = entry_size(facts, becomes);
  return file;
}

void add_what_was_not_staged(Manifest& manifest, const Bundle& bundle, const ManifestFacts& facts) {
  std::set<BundlePath> accounted;
  for (const auto& [path, file] : manifest.files) {
    if (file.is_in_bundle()) accounted.insert(file.decision.becomes);
  }
  for (const auto& [path, node] : bundle.files) {
    if (accounted.contains(path)) continue;
    manifest.added[path] = {unzipped_size(node), digest_of_node(node), link_target_of(node),
                            entry_size(facts, path)};
  }
}

// Adds up the parts, without looking at the manifest's own totals.
ManifestTotals sum_parts(const Manifest& manifest) {
  ManifestTotals sums;
  for (const auto& [path, file] : manifest.files) {
    ++sums.staged_files;
    sums.files += file.is_in_bundle() ? 1 : 0;
    sums.staged += file.decision.before;
    sums.unzipped += file.decision.after;
    sums.entries += file.zipped;
    sums.saved += difference(file.decision.before, file.decision.after);
  }
  for (const auto& [path, file] : manifest.added) {
    ++sums.files;
    sums.unzipped += file.size;
    sums.entries += file.zipped;
    sums.saved -= static_cast<std::int64_t>(file.size.bytes());
  }
  return sums;
}

void check_file(std::vector<std::string>& wrong, const BundlePath& path, const ManifestFile& file) {
  const auto& decision = file.decision;
  const auto complain = [&](const char* what) { wrong.push_back(format("{}: {}", path.bytes(), what)); };
  if (decision.verdict == Verdict::keep) {
    if (decision.before != decision.after) complain("kept, but not of the same size");
    if (decision.becomes != path) complain("kept, but under another name");
    if (file.digest != file.staged_digest) complain("kept, but not the same bytes");
  }
  if (decision.verdict == Verdict::drop && (decision.after.bytes() != 0 || file.zipped.bytes() != 0)) {
    complain("dropped, but it takes bytes of the bundle");
  }
  if (decision.reason.stage.empty()) complain("no reason is given");
}

}  // namespace

ManifestEvidence manifest_evidence(const AccessLog& log, const std::string& root) {
  ManifestEvidence evidence;
  for (const auto& access : log.accesses) {
    const auto inside = path_below(access.path, root);
    if (!inside) continue;
    auto& runs = evidence[*inside][access.kind][access.event];
    if (access.run > 0) runs.insert(access.run);
  }
  return evidence;
}

ManifestEvidence manifest_evidence(const Evidence& evidence) {
  ManifestEvidence result;
  for (const auto& [path, kinds] : evidence) {
    for (const auto& [kind, events] : kinds) {
      for (const auto& event : events) result[path][kind][event];
    }
  }
  return result;
}

Manifest make_manifest(const StagedTree& tree, const Bundle& bundle, ManifestFacts facts) {
  Manifest manifest;
  manifest.function = facts.function;
  manifest.runtime = facts.runtime;
  manifest.architecture = facts.architecture;
  manifest.container = facts.container;
  manifest.zip_digest = facts.zip_digest;
  manifest.packages = tree.distributions.all;
  std::ranges::sort(manifest.packages, {}, [](const Distribution& d) { return std::tie(d.name, d.version); });
  for (const auto& [path, node] : tree.files) {
    manifest.files.emplace(path, manifest_file(path, node, tree, bundle, facts));
  }
  for (const auto& each : tree.left_out)
    if (!each.quiet) manifest.left_out.emplace(each.path, each.reason);
  add_what_was_not_staged(manifest, bundle, facts);
  manifest.totals = sum_parts(manifest);
  manifest.totals.zipped = facts.zip_size;
  return manifest;
}

std::vector<std::string> check_sums(const Manifest& manifest) {
  std::vector<std::string> wrong;
  const auto sums = sum_parts(manifest);
  const auto& totals = manifest.totals;
  const auto compare = [&](const char* what, auto total, auto sum) {
    if (total != sum) wrong.push_back(format("{} is {}, the parts sum up to {}", what, total, sum));
  };
  compare("staged_files", totals.staged_files, sums.staged_files);
  compare("files", totals.files, sums.files);
  compare("staged", totals.staged.bytes(), sums.staged.bytes());
  compare("unzipped", totals.unzipped.bytes(), sums.unzipped.bytes());
  compare("saved", totals.saved, sums.saved);
  compare("entries", totals.entries.bytes(), sums.entries.bytes());
  compare("staged less unzipped", difference(totals.staged, totals.unzipped), totals.saved);
  if (totals.entries > totals.zipped)
    wrong.emplace_back("the entries are larger than the zip that holds them");
  std::set<BundlePath> taken;
  for (const auto& [path, file] : manifest.files) {
    check_file(wrong, path, file);
    if (file.is_in_bundle() && !taken.insert(file.decision.becomes).second) {
      wrong.push_back(format("{}: another file became the same one", file.decision.becomes.bytes()));
    }
  }
  for (const auto& [path, file] : manifest.added) {
    if (taken.contains(path)) wrong.push_back(format("{}: both added and staged", path.bytes()));
  }
  return wrong;
}

std::vector<PackageRow> package_rows(const Manifest& manifest) {
  std::map<std::string, PackageRow> rows;
  for (const auto& package : manifest.packages)
    rows[package.name] = {package.name, package.version, 0, 0, {}, {}, {}};
  for (const auto& [path, file] : manifest.files) {
    auto& row = rows[file.package];
    row.name = file.package;
    ++row.staged_files;
    row.files += file.is_in_bundle() ? 1 : 0;
    row.staged += file.decision.before;
    row.unzipped += file.decision.after;
    row.zipped += file.zipped;
  }
  for (const auto& [path, file] : manifest.added) {
    auto& row = rows[""];
    ++row.files;
    row.unzipped += file.size;
    row.zipped += file.zipped;
  }
  std::vector<PackageRow> sorted;
  for (auto& [name, row] : rows) {
    if (row.staged_files + row.files > 0) sorted.push_back(std::move(row));
  }
  std::ranges::stable_sort(sorted, [](const PackageRow& a, const PackageRow& b) {
    return std::tie(b.unzipped, b.staged, a.name) < std::tie(a.unzipped, a.staged, b.name);
  });
  return sorted;
}

}  // namespace lbundle
