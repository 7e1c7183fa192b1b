#include "runs/missing_module.hpp"

#include <algorithm>
#include <array>
#include <sstream>

#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "project/system_library_rules.hpp"
#include "python/distributions.hpp"

namespace lbundle {

namespace {

std::string text_of(const Distribution& distribution) {
  return distribution.version.empty() ? distribution.name : distribution.name + ' ' + distribution.version;
}

// An extra of a staged distribution that requires a distribution of this name: "api" of "fastapi".
struct ExtraOf {
  std::string distribution, extra;
};

// Source of the field: "Core metadata specifications", packaging.python.org, Requires-Dist.
std::optional<std::string> extra_in(const std::string& metadata, const std::string& wanted) {
  std::istringstream lines(metadata);
  for (std::string line; std::getline(lines, line) && !line.empty();) {
    static constexpr std::string_view field = "Requires-Dist: ";
    if (!line.starts_with(field)) continue;
    line.erase(0, field.size());
    const auto name = line.substr(0, line.find_first_of(" ;<>=!~[("));
    if (normalised_name(name) != wanted) continue;
    const auto marker = line.find("extra ==");
    if (marker == std::string::npos) continue;
    const auto rest = line.substr(marker);
    const auto quote = rest.find_first_of("'\"");
    if (quote == std::string::npos) continue;
    return rest.substr(quote + 1, rest.find(rest[quote], quote + 1) - quote - 1);
  }
  return std::nullopt;
}

std::optional<ExtraOf> extra_with(const std::string& module, const StagedTree& tree) {
  for (const auto& [path, node] : tree.files) {
    const auto* file = std::get_if<RegularFile>(&node);
    const auto* owner = tree.distributions.owner_of(path);
    if (path.name() != "METADATA" || file == nullptr || owner == nullptr || file->content.compressed)
      continue;
    if (const auto extra = extra_in(read_text_file(file->content.path), normalised_name(module)))
      return ExtraOf{owner->name, *extra};
  }
  return std::nullopt;
}

// What is staged of a top-level module or package: null if nothing is.
const BundlePath* staged_module(const std::string& name, const StagedTree& tree) {
  for (const auto& [path, node] : tree.files) {
    const auto& bytes = path.bytes();
    if (bytes.starts_with(name + '/') || bytes == name + ".py" || bytes == name + ".pyc" ||
        (bytes.starts_with(name + '.') && bytes.ends_with(".so")))
      return &path;
  }
  return nullptr;
}

// "gobject-2.0" of "libgobject-2.0.so.0".
std::string stem_of(std::string name) {
  if (name.starts_with("lib")) name.erase(0, 3);
  return name.substr(0, name.find(".so"));
}

const SystemLibrary* recipe_for(const std::string& name, std::string& soname) {
  for (const auto& recipe : known_system_libraries()) {
    for (const auto& library : recipe.libraries) {
      const auto stem = stem_of(library);
      // Windows' names add the version: "libgobject-2.0-0".
      if (library != name && stem != stem_of(name) && !stem_of(name).starts_with(stem + '-')) continue;
      soname = library;
      return &recipe;
    }
  }
  return nullptr;
}

}  // namespace

std::string text_between(std::string_view text, std::string_view before, std::string_view after) {
  const auto start = text.find(before);
  if (start == std::string_view::npos) return {};
  text.remove_prefix(start + before.size());
  const auto end = text.find(after);
  return end == std::string_view::npos ? std::string() : std::string(text.substr(0, end));
}

std::optional<std::string> way_in_staged_tree(const std::string& module, Language language,
                                              const StagedTree& tree) {
  const auto add_own = [&](const char* what) {
    return format("'{}' is not in the staged tree; add {} to `source` in [function]", module, what);
  };
  if (language == Language::nodejs) {
    if (module.starts_with('.') || module.starts_with('/')) return add_own("it");
    return std::nullopt;
  }
  const auto top = module.substr(0, module.find('.'));
  if (const auto* staged = staged_module(top, tree)) {
    const auto* owner = tree.distributions.owner_of(*staged);
    if (owner == nullptr || owner->name.empty()) return add_own("its file");
    return format("{} is staged and has no module '{}'; require a version that has it", text_of(*owner),
                  module);
  }
  if (const auto extra = extra_with(top, tree))
    return format("{} requires it for its extra '{}'; require {}[{}]", extra->distribution, extra->extra,
                  extra->distribution, extra->extra);
  return std::nullopt;
}

std::optional<std::string> missing_library_named(std::string_view error) {
  static constexpr std::string_view after = ": cannot open shared object file";
  if (const auto end = error.find(after); end != std::string_view::npos) {
    const auto before = error.substr(0, end);
    const auto start = before.find_last_of(" '\"/(");
    return std::string(before.substr(start == std::string_view::npos ? 0 : start + 1));
  }
  for (const auto& [before, quote] : {std::pair{"cannot load library '", "'"},
                                      {"no library called \"", "\""},
                                      {"could not find library '", "'"}}) {
    const auto name = text_between(error, before, quote);
    if (!name.empty()) return name;
  }
  return std::nullopt;
}

std::string way_to_opened_library(const std::string& name, const Runtime& runtime, const Findings& staged) {
  std::string soname = name;
  const auto* recipe = recipe_for(name, soname);
  for (const auto& finding : staged) {
    // The code is that of staging/system_libraries.hpp.
    if (finding.code == "system-library-missing" && finding.message.find(soname) != std::string::npos)
      return finding.hint;
  }
  if (recipe == nullptr) return way_to_library(name, runtime);
  const auto packages = rpm_packages_text(*recipe, runtime);
  return format(
      "lbundle brings {0} if [stage] has system_libraries = [\"{1}\"]; or put {0}, built on {2}, into "
      "lib/ beside the handler, where the runtime looks{3}",
      soname, recipe->name, runtime.os,
      packages.empty() ? "" : format(" (there the package {} has it)", packages));
}

}  // namespace lbundle
