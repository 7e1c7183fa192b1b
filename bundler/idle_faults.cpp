// The problem: reach keeps files for inputs that no event tried, such as a plugin for a kind of login. If
// such a file needs a library that neither the package nor the runtime has, the bundle is no worse than the
// tree that it was made from. The same holds for a module that a package imports inside `try`. To refuse
// these bundles would refuse functions that work.
//
// The idea: a fault counts as an error only if the unshrunk tree does not have it, or if an event relies on
// the file. What is made for another processor, Python or system cannot have been loaded here, whatever the
// log says. For a version or a level of the processor that this machine may have and the runtime has not, the
// file is loaded by itself in the sandbox. A missing library counts only if the bundle lost it or an event
// relies on it: a file that an event opened may have failed to load, and the event answered without it. The
// log tells the two cases apart, because the loader opens each library that it finds. If it found the library
// outside of the bundle, this machine or the interpreter has it, and the runtime may not.
//
// Rejected: to leave such files out of the bundle. The list of a runtime's libraries names only those that
// are certain to be there, so the file may well load on Lambda.
#include "idle_faults.hpp"

#include <algorithm>
#include <memory>
#include <optional>

#include "model/error.hpp"
#include "model/lambda_paths.hpp"
#include "os/bytes.hpp"
#include "os/digest_of.hpp"
#include "os/tree_content.hpp"
#include "publish.hpp"
#include "runs/run_key.hpp"
#include "sandbox/native_probe.hpp"

namespace lbundle {

namespace {

constexpr const char* load_kind = "load-alone";

std::string_view name_of(std::string_view path) {
  return path.substr(path.rfind('/') + 1);
}

class IdleByRun {
 public:
  IdleByRun(const Unshrunk& unshrunk, const Decisions& decisions, const AbiTarget& target, const Store& store,
            unsigned jobs)
      : unshrunk_(unshrunk), decisions_(decisions), target_(target), store_(store), jobs_(jobs) {}

  bool is_idle(const BundlePath& file, const std::string& fault) {
    const auto staged = staged_paths(file);
    return !staged.empty() && std::ranges::all_of(staged, [&](const BundlePath& path) {
      return had_fault(path, fault) && !is_relied_on(path, fault);
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

  // Judges the unshrunk tree as if it were the bundle.
  bool had_fault(const BundlePath& path, const std::string& fault) {
    if (!faults_) {
      faults_.emplace();
      const auto remember = [&](const BundlePath& of, const std::string& what) {
        faults_->emplace(of, what);
        return false;
      };
      const auto& tree = unshrunk_.tree;
      judge_abi(tree.files, tree.distributions, target_, AbiScope::bundle, store_, jobs_, remember);
    }
    return faults_->contains({path, fault});
  }

  bool is_relied_on(const BundlePath& path, const std::string& fault) const {
    if (!fault.starts_with("abi-")) return is_loaded(path, fault);
    if (!may_load_here(fault)) return false;
    return !events_opening(path).empty() && !fails_here(path);
  }

  // False for what no machine of this kind can load.
  static bool may_load_here(const std::string& fault) {
    return fault == "abi-symbol-version" || fault == "abi-processor-level";
  }

  std::set<std::string> events_opening(const BundlePath& path) const {
    std::set<std::string> events;
    const auto found = unshrunk_.evidence.find(path);
    if (found == unshrunk_.evidence.end()) return events;
    for (const auto kind : {AccessKind::opened, AccessKind::mapped, AccessKind::executed})
      if (const auto of = found->second.find(kind); of != found->second.end())
        events.insert(of->second.begin(), of->second.end());
    return events;
  }

  // True if this machine's loader refuses the file too, by itself in the sandbox. Then the events that opened
  // it went on without it.
  bool fails_here(const BundlePath& path) const {
    const auto& plan = unshrunk_.plan;
    if (!unshrunk_.collected.answers || !can_load_each(plan.runtime)) return false;
    KeyBuilder builder;
    builder.add(probe_version()).add(plan_key(digest_of(unshrunk_.tree.files), plan)).add(path.bytes());
    const auto key = builder.key();
    std::string error;
    if (const auto known = store_.find(load_kind, key)) {
      error = as_text(*known);
    } else {
      const auto errors = load_each(plan, {path});
      if (!errors) return false;
      error = errors->front();
      store_.put(load_kind, key, as_bytes(error));
    }
    // Texts of glibc's loader: elf/dl-version.c, and sysdeps/x86/dl-prop.h and dl-load.c.
    return error.find("version `") != std::string::npos || error.find("CPU ISA level") != std::string::npos;
  }

  // True if an event may have loaded the file with a copy of the library from outside of the bundle.
  bool is_loaded(const BundlePath& path, const std::string& library) const {
    const auto events = events_opening(path);
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
  std::optional<std::set<std::pair<BundlePath, std::string>>> faults_;  // of the unshrunk tree
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

FaultIsIdle idle_by(const Unshrunk& unshrunk, const Decisions& decisions, const AbiTarget& target,
                    const Store& store, unsigned jobs) {
  const auto by_run = std::make_shared<IdleByRun>(unshrunk, decisions, target, store, jobs);
  return [by_run](const BundlePath& file, const std::string& fault) { return by_run->is_idle(file, fault); };
}

FaultIsIdle idle_by_manifest(const HostPath& zip) {
  const auto manifest = manifest_beside(zip);
  if (!manifest) return {};
  IdleFaults faults;
  for (const auto& [path, file] : manifest->files)
    if (file.is_in_bundle()) faults[file.decision.becomes].insert(file.lacks.begin(), file.lacks.end());
  return [faults = std::move(faults)](const BundlePath& file, const std::string& fault) {
    const auto found = faults.find(file);
    return found != faults.end() && found->second.contains(fault);
  };
}

}  // namespace lbundle
