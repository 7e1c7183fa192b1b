// The problem: "14 MB too large" does not say what to do.
//
// The idea: from experience, there are few kinds of files to drop from packages, and they differ in what they
// can break. Sources beside their bytecode break nothing, stubs and headers almost nothing, tests and
// documentation rarely anything, a whole package everything that imports it. So the plan is ordered by kind,
// and the reader stops where the risk begins.
//
// Rejected: one list by size, because its first line is always the one that breaks the function.
//
// Why it is right: each step counts files that are in the zip. Before the last kind, whole packages, each
// file is in at most one step. And each step is a setting, so the next build proves it by running the events.
#include "package/size_plan.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>

#include "model/glob.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr std::size_t packages_planned = 10;

struct Kind {
  const char* what;
  std::vector<const char*> globs;  // below a package's folders
  const char* risk;
};

// In order of safety, the safest first.
const std::array<Kind, 3>& kinds() {
  static const std::array<Kind, 3> all = {{
      {"type stubs, headers and static libraries",
       {"**/*.pyi", "**/*.pxd", "**/*.h", "**/*.hpp", "**/*.a"},
       "only compilers read them"},
      {"tests", {"**/tests/**", "**/test/**", "**/testing/**"}, "rarely imported except by tests"},
      {"documentation and examples",
       {"**/docs/**", "**/doc/**", "**/examples/**"},
       "rarely read at run time"},
  }};
  return all;
}

struct Gain {
  ByteSize zipped;
  ByteSize unzipped;

  void add(const SizedFile& file) {
    zipped += file.zipped;
    unzipped += file.unzipped;
  }
};

struct Step {
  std::string package;
  Gain gain;
  std::string message;
  std::string setting;
};

class Plan {
 public:
  Plan(const std::vector<SizedFile>& files, const Distributions& owners, bool zipped_counts)
      : zipped_counts_(zipped_counts) {
    for (const auto& file : files) {
      paths_.insert(file.path);
      const auto* owner = owners.owner_of(file.path);
      by_package_[owner == nullptr ? std::string() : owner->name].push_back(file);
    }
  }

  Findings result() {
    const auto packages = largest_packages();
    add_kind(packages, [&](const std::string& package) { return sources_step(package); });
    for (const auto& kind : kinds()) {
      add_kind(packages, [&](const std::string& package) { return kind_step(package, kind); });
    }
    add_kind(packages, [&](const std::string& package) { return whole_step(package); });
    return std::move(findings_);
  }

 private:
  ByteSize counted(const Gain& gain) const { return zipped_counts_ ? gain.zipped : gain.unzipped; }

  std::vector<std::string> largest_packages() const {
    std::vector<std::pair<ByteSize, std::string>> sizes;
    for (const auto& [package, files] : by_package_) {
      Gain all;
      for (const auto& file : files) all.add(file);
      if (!package.empty()) sizes.emplace_back(counted(all), package);
    }
    std::ranges::sort(sizes, std::greater{});
    std::vector<std::string> names;
    for (std::size_t i = 0; i < std::min(sizes.size(), packages_planned); ++i)
      names.push_back(sizes[i].second);
    return names;
  }

  template <typename MakeStep>
  void add_kind(const std::vector<std::string>& packages, const MakeStep& make) {
    std::vector<Step> steps;
    for (const auto& package : packages) {
      if (auto step = make(package); step && counted(step->gain).bytes() > 0)
        steps.push_back(std::move(*step));
    }
    std::ranges::stable_sort(steps, std::greater{}, [&](const Step& step) { return counted(step.gain); });
    for (auto& step : steps) {
      findings_.push_back({Severity::note, "plan", std::move(step.package),
                           format("{} saves {} zipped, {} unzipped", step.message, to_text(step.gain.zipped),
                                  to_text(step.gain.unzipped)),
                           std::move(step.setting)});
    }
  }

  std::optional<Step> sources_step(const std::string& package) {
    Step step{package,
              {},
              "bytecode in place of sources (code that reads its source keeps it)",
              "[shrink] bytecode = \"sourceless\""};
    for (const auto& file : by_package_.at(package)) {
      if (file.path.extension() == ".py" && has_bytecode(file.path)) take(file, step);
    }
    return step;
  }

  bool has_bytecode(const BundlePath& source) const {
    const auto stem = source.name().substr(0, source.name().size() - source.extension().size());
    const auto prefix = source.parent() / format("__pycache__/{}.", stem);
    return !paths_beginning_with(paths_, prefix).empty();
  }

  std::optional<Step> kind_step(const std::string& package, const Kind& kind) {
    Step step{package, {}, format("dropping {} ({})", kind.what, kind.risk), {}};
    std::set<std::string> globs;
    for (const auto& file : by_package_.at(package)) {
      const auto top = folder_of_package(file.path);
      for (const auto* pattern : kind.globs) {
        const auto glob = format("{}/{}", top, pattern);
        if (!Glob(glob).matches(file.path.bytes())) continue;
        if (take(file, step)) globs.insert(glob);
        break;
      }
    }
    step.setting = drop_setting(globs);
    return step;
  }

  // Its modules may be in use, so no glob is proposed that would drop them.
  std::optional<Step> whole_step(const std::string& package) {
    if (package.empty()) return std::nullopt;
    Step step{package, {}, "leaving it out (only if no input needs it)", {}};
    for (const auto& file : by_package_.at(package)) step.gain.add(file);
    step.setting =
        "take it out of the function's requirements, or move it into a layer: `lbundle pack TREE -o ZIP "
        "--split LAYER`";
    return step;
  }

  // False if an earlier step has the file already.
  bool take(const SizedFile& file, Step& step) {
    if (!taken_.insert(file.path).second) return false;
    step.gain.add(file);
    return true;
  }

  // The folder of the file's package as a glob, with a backslash before each wildcard character: the first
  // part of the path, or what follows the last node_modules.
  static std::string folder_of_package(const BundlePath& path) {
    static constexpr std::string_view modules = "node_modules/";
    const auto& bytes = path.bytes();
    const auto start = bytes.rfind(modules);
    const auto name = start == std::string::npos ? 0 : start + modules.size();
    auto end = bytes.find('/', name);
    if (name > 0 && bytes[name] == '@' && end != std::string::npos) end = bytes.find('/', end + 1);
    return exact_glob(bytes.substr(0, end));
  }

  static std::string drop_setting(const std::set<std::string>& globs) {
    std::string list;
    for (const auto& glob : globs) list += format("{}\"{}\"", list.empty() ? "" : ", ", glob);
    return format("[prune] drop = [{}]", list);
  }

  bool zipped_counts_;
  std::set<BundlePath> paths_;
  std::map<std::string, std::vector<SizedFile>> by_package_;
  std::set<BundlePath> taken_;
  Findings findings_;
};

}  // namespace

Findings size_plan(const std::vector<SizedFile>& files, const Distributions& owners, bool zipped_counts) {
  return Plan(files, owners, zipped_counts).result();
}

}  // namespace lbundle
