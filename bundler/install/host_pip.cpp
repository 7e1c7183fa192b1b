// The problem: for another runtime than the machine's own, pip accepts only wheels, while lists also name
// folders, archives, repositories and releases that have only sources. The idea: folders, archives and
// repositories are built first, one by one and in a sandbox. In the list, their wheels take their place, and
// pip then resolves the list as a whole. If pip stops at a release without a wheel, that release is built and
// pip is asked again. So only pip decides versions, and nothing is compiled that has a wheel. Rejected:
// finding out beforehand what has wheels and what does not, which asks the index for everything twice.
#include "install/host_pip.hpp"

#include <algorithm>
#include <array>
#include <set>

#include "cache/inventory.hpp"
#include "install/wheel_build.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "python/distributions.hpp"
#include "python/pip.hpp"
#include "python/requirement_list.hpp"

namespace lbundle {

namespace {

using Kind = Requirement::Kind;

bool needs_build(const Requirement& requirement) {
  return requirement.kind == Kind::source || requirement.kind == Kind::versioned;
}

std::string shown_name(const Requirement& requirement) {
  return requirement.name.empty() ? requirement.place : requirement.name;
}

// Returns "speedup" and "1.0" of "speedup-1.0-cp311-cp311-linux_x86_64.whl" (PEP 427).
std::pair<std::string, std::string> name_and_version(const HostPath& wheel) {
  const auto file = wheel.filename().string();
  const auto dash = file.find('-');
  return {file.substr(0, dash), file.substr(dash + 1, file.find('-', dash + 1) - dash - 1)};
}

// Returns "speedup" and "1.0" of "speedup-1.0.tar.gz" (PEP 625).
std::pair<std::string, std::string> name_and_version_of_sources(const HostPath& file) {
  auto name = file.filename().string();
  for (const std::string_view ending : {".zip", ".tar.gz", ".tar.bz2", ".tar.xz", ".tgz"})
    if (name.ends_with(ending)) name = name.substr(0, name.size() - ending.size());
  const auto dash = name.rfind('-');
  return {name.substr(0, dash), dash == std::string::npos ? "" : name.substr(dash + 1)};
}

// The program of a version control system: "git" of "git+https://…".
std::string versioning_program(const Requirement& requirement) {
  return requirement.place.substr(0, requirement.place.find('+'));
}

// Copies sources without what no build reads and what may be large.
void copy_sources(const HostPath& from, const HostPath& to) {
  static constexpr std::array<std::string_view, 4> left_out{".lbundle", "node_modules", "__pycache__",
                                                            ".tox"};
  fs::create_directories(to);
  for (const auto& entry : fs::directory_iterator(from)) {
    const auto name = entry.path().filename();
    const auto status = entry.symlink_status();
    const bool is_folder = fs::is_directory(status);
    if (is_folder &&
        (std::ranges::count(left_out, name.string()) > 0 || fs::exists(entry.path() / "pyvenv.cfg")))
      continue;
    if (is_folder) {
      copy_sources(entry.path(), to / name);
    } else if (fs::is_symlink(status)) {
      fs::copy_symlink(entry.path(), to / name);
    } else if (fs::is_regular_file(status)) {
      fs::copy_file(entry.path(), to / name);
    }
  }
}

class WheelFolder {
 public:
  WheelFolder(const Function& function, const Interpreter& interpreter, const Store& store)
      : function_(function),
        interpreter_(interpreter),
        store_(store),
        file_(*function.requirements),
        list_(read_requirement_list(file_)),
        built_(store.folder() / "tmp", "built") {}

  // Fills `folder` with all wheels.
  void fill(const HostPath& folder) {
    build_what_is_no_release();
    for (;;) {
      const auto end = download_wheels(function_, interpreter_, store_, request(), folder);
      if (end.without_wheel.empty()) {
        if (!build_sources_in(folder)) return;
        continue;
      }
      if (!build_release(end.without_wheel)) throw pip_error(end.log, function_);
    }
  }

 private:
  // Returns the user's own file as long as pip can use it as it is.
  std::vector<std::string> request() const {
    if (!changed_) {
      auto words = std::vector<std::string>{"-r", file_.string()};
      if (any_built_) words.insert(words.end(), {"--find-links", built_.path().string()});
      return words;
    }
    const auto list = built_.path() / "requirements.txt";
    write_file(list, to_text(list_));
    return {"-r", list.string(), "--find-links", built_.path().string()};
  }

  void build_what_is_no_release() {
    for (auto at = list_.requirements.begin(); at != list_.requirements.end();) {
      if (!needs_build(*at)) {
        ++at;
        continue;
      }
      require_program_for(*at);
      const auto wheel = build(*at, shown_name(*at), {});
      changed_ = true;
      if (wheel) {
        replace(*at, *wheel);
        ++at;
      } else {
        at = list_.requirements.erase(at);
      }
    }
  }

  void require_program_for(const Requirement& requirement) const {
    if (requirement.kind != Kind::versioned) return;
    const auto program = versioning_program(requirement);
    const auto& root = interpreter_.root;
    if (!root.empty() && !fs::exists(root / "usr/bin" / program)) {
      throw Error("install", requirement.place,
                  format("it is in a repository, and the system root with Python {} has no {}",
                         interpreter_.version, program),
                  format("name a released version or a wheel, or install Python {} on this machine",
                         function_.runtime.version));
    }
    if (!root.empty() || !find_program(program).empty()) return;
    throw Error("install", requirement.place,
                format("it is in a repository, and {} is not installed", program),
                format("install {}, or name a released version or a wheel", program));
  }

  // Builds the release for which pip found no wheel. Returns false if it has no sources either, or was tried
  // before.
  bool build_release(const std::string& asked) {
    const auto parsed = parse_requirement_list(asked, file_.parent_path());
    if (parsed.requirements.empty()) return false;
    auto release = parsed.requirements.front();
    const auto name = normalised_name(release.name);
    if (name.empty() || !tried_.insert(name).second) return false;
    const auto listed = std::ranges::find(list_.requirements, name,
                                          [](const auto& each) { return normalised_name(each.name); });
    if (listed != list_.requirements.end()) release = *listed;
    const auto wheel = build(release, asked, {"--no-binary", name});
    if (!wheel) return false;
    if (wants_hashes(list_) && listed != list_.requirements.end()) {
      replace(*listed, *wheel);
      changed_ = true;
    }
    any_built_ = true;
    return true;
  }

  // Builds the sources that pip fetched, because the list forbids wheels of them (--no-binary). Returns false
  // if there are none. What was built replaces the sources: the list may then name wheels.
  bool build_sources_in(const HostPath& folder) {
    std::vector<HostPath> sources;
    for (const auto& entry : fs::directory_iterator(folder))
      if (entry.path().extension() != ".whl") sources.push_back(entry.path());
    if (sources.empty()) return false;
    std::erase_if(list_.options, [](const auto& option) { return option.starts_with("--no-binary"); });
    changed_ = any_built_ = true;
    std::ranges::sort(sources);
    for (const auto& file : sources) {
      build_source(file);
      fs::remove(file);
    }
    return true;
  }

  void build_source(const HostPath& file) {
    const auto [name, version] = name_and_version_of_sources(file);
    Requirement release;
    release.name = name;
    release.place = "==" + version;
    const auto listed = std::ranges::find(list_.requirements, normalised_name(name),
                                          [](const auto& each) { return normalised_name(each.name); });
    if (listed != list_.requirements.end()) release.hashes = listed->hashes;
    const auto subject = name + release.place;
    const auto wheel = build(release, subject, {"--no-binary", normalised_name(name)});
    if (!wheel)
      throw Error("install", subject, "the list forbids its wheels (--no-binary), and its sources give none");
    if (listed != list_.requirements.end()) {
      listed->options.clear();
      replace(*listed, *wheel);
    }
  }

  std::optional<HostPath> build(const Requirement& requirement, const std::string& subject,
                                std::vector<std::string> options) {
    RequirementList alone{{requirement}, list_.options};
    const TempDir sources(store_.folder() / "tmp", "sources");
    boost::system::error_code ignored;
    if (fs::is_directory(requirement.place, ignored)) {
      // Build tools write beside the files that they read, and must not write into the user's folder.
      const auto copy = sources.path() / HostPath(requirement.place).filename();
      copy_sources(requirement.place, copy);
      alone.requirements.front().place = copy.string();
    }
    // A folder or a repository has no hash. If one requirement has a hash, pip refuses all that have none.
    if (needs_build(requirement) && requirement.hashes.empty()) std::erase(alone.options, "--require-hashes");
    const TempDir folder(store_.folder() / "tmp", "request");
    const auto list = folder.path() / "requirements.txt";
    write_file(list, to_text(alone));
    options.insert(options.end(), {"-r", list.string()});
    std::vector<HostPath> shown{folder.path(), file_.parent_path()};
    const auto files = requirement_files(file_);
    for (const auto* paths : {&files.lists, &files.packages, &files.indexes})
      shown.insert(shown.end(), paths->begin(), paths->end());
    if (requirement.place.find("+file://") != std::string::npos)
      shown.emplace_back(
          requirement.place.substr(requirement.place.find("//") + 2,
                                   requirement.place.find_first_of("@#") - requirement.place.find("//") - 2));
    return build_wheel(function_, interpreter_, store_,
                       {subject, std::move(options), std::move(shown), sources.path()}, built_.path());
  }

  // Replaces a requirement by exactly this wheel, which pip then finds in the folder of built wheels.
  void replace(Requirement& requirement, const HostPath& wheel) {
    const auto [name, version] = name_and_version(wheel);
    requirement.kind = Kind::index;
    requirement.name = name;
    requirement.place = "==" + version;
    requirement.hashes.clear();
    if (wants_hashes(list_)) requirement.hashes = {"sha256:" + to_hex(digest_of_file(wheel))};
  }

  const Function& function_;
  const Interpreter& interpreter_;
  const Store& store_;
  HostPath file_;
  RequirementList list_;
  TempDir built_;
  bool changed_ = false, any_built_ = false;
  std::set<std::string> tried_;
};

// The folder with the wheels, from the store or filled now.
HostPath wheel_folder(const Function& function, const Interpreter& interpreter, const Store& store) {
  auto folder = store.folder() / "wheels" / to_hex(requirements_key(function, interpreter));
  mark_used(folder);
  if (fs::is_directory(folder)) return folder;
  TempDir filling(store.folder() / "wheels", "filling");
  WheelFolder(function, interpreter, store).fill(filling.path());
  // If another build was faster, its wheels are the same.
  if (!fs::is_directory(folder)) filling.publish(folder);
  return folder;
}

}  // namespace

void install_on_host(const Function& function, const Interpreter& interpreter, const Store& store,
                     const HostPath& target) {
  log_step("pip installs the requirements");
  install_wheels(wheel_folder(function, interpreter, store), function, interpreter, store, target);
}

}  // namespace lbundle
