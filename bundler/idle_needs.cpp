// The problem: reach keeps files for inputs that no event tried, such as a plugin for a kind of login. If
// such a file needs a library that neither the package nor the runtime has, the bundle is no worse than the
// tree that it was made from. The same holds for a module that a package imports inside `try`. To refuse
// these bundles would refuse functions that work.
//
// The idea: a missing library counts as an error only if the bundle lost it, or if an event relies on it. A
// file that an event opened may have failed to load, and the event answered without it. The log tells the two
// cases apart, because the loader opens each library that it finds. If it found the library outside of the
// bundle, this machine or the interpreter has it, and the runtime may not.
//
// Rejected: to leave such files out of the bundle. The list of a runtime's libraries names only those that
// are certain to be there, so the file may well load on Lambda.
#include "idle_needs.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "os/bytes.hpp"
#include "os/digest_of.hpp"
#include "publish.hpp"

namespace lbundle {

namespace {

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

class IdleByRun {
 public:
  IdleByRun(const Unshrunk& unshrunk, const Decisions& decisions, const AbiTarget& target, const Store& store,
            unsigned jobs)
      : unshrunk_(unshrunk), decisions_(decisions), target_(target), store_(store), jobs_(jobs) {}

  bool is_idle(const BundlePath& file, const std::string& library) {
    const auto staged = staged_paths(file);
    return !staged.empty() && std::ranges::all_of(staged, [&](const BundlePath& path) {
      return was_missing(path, library) && !is_loaded(path, library);
    });
  }

 private:
  std::vector<BundlePath> staged_paths(const BundlePath& file) const {
    if (decisions_.empty()) return {file};
    std::vector<BundlePath> staged;
    for (const auto& [path, decision] : decisions_)
      if (decision.verdict != Verdict::drop && decision.becomes == file) staged.push_back(path);
    return staged;
  }

  bool was_missing(const BundlePath& path, const std::string& library) {
    if (!missing_) {
      missing_.emplace();
      for (const auto& each : missing_libraries(unshrunk_.tree.files, target_, store_, jobs_))
        missing_->emplace(each.needed_by, each.library);
    }
    return missing_->contains({path, library});
  }

  // True if an event may have loaded the file with a copy of the library from outside of the bundle.
  bool is_loaded(const BundlePath& path, const std::string& library) const {
    const auto found = unshrunk_.evidence.find(path);
    if (found == unshrunk_.evidence.end()) return false;
    std::set<std::string> events;
    for (const auto kind : {AccessKind::opened, AccessKind::mapped, AccessKind::executed})
      if (const auto of = found->second.find(kind); of != found->second.end())
        events.insert(of->second.begin(), of->second.end());
    if (events.empty()) return false;
    const auto& log = unshrunk_.collected.log;
    bool knows_system = false;  // the committed log has only paths in the bundle
    for (const auto& access : log.accesses) {
      if (path_below(access.path, task_root) || access.kind == AccessKind::missing) continue;
      knows_system = true;
      if (name_of(access.path) == library && events.contains(access.event)) return true;
    }
    return !knows_system || !log.complete;
  }

  const Unshrunk& unshrunk_;
  const Decisions& decisions_;
  AbiTarget target_;
  const Store& store_;
  unsigned jobs_;
  std::optional<std::set<std::pair<BundlePath, std::string>>> missing_;  // in the unshrunk tree
};

std::optional<Manifest> manifest_beside(const HostPath& zip) {
  const auto file = Outputs{zip}.manifest();
  boost::system::error_code ignored;
  if (!fs::is_regular_file(file, ignored) || !fs::is_regular_file(zip, ignored)) return std::nullopt;
  try {
    auto manifest = parse_manifest(read_text_file(file), file.string());
    if (manifest.zip_digest && *manifest.zip_digest == digest_of_file(zip)) return manifest;
  } catch (const Error&) {
    // Any file may have this name.
  }
  return std::nullopt;
}

}  // namespace

NeedIsIdle idle_by(const Unshrunk& unshrunk, const Decisions& decisions, const AbiTarget& target,
                   const Store& store, unsigned jobs) {
  const auto by_run = std::make_shared<IdleByRun>(unshrunk, decisions, target, store, jobs);
  return
      [by_run](const BundlePath& file, const std::string& library) { return by_run->is_idle(file, library); };
}

NeedIsIdle idle_by_manifest(const HostPath& zip) {
  const auto manifest = manifest_beside(zip);
  if (!manifest) return {};
  IdleNeeds needs;
  for (const auto& [path, file] : manifest->files)
    if (file.is_in_bundle()) needs[file.decision.becomes].insert(file.lacks.begin(), file.lacks.end());
  return [needs = std::move(needs)](const BundlePath& file, const std::string& library) {
    const auto found = needs.find(file);
    return found != needs.end() && found->second.contains(library);
  };
}

}  // namespace lbundle
