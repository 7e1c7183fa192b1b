#include "package/missing_bootstrap.hpp"

#include <algorithm>

#include "elf/abi_facts.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

constexpr std::string_view wanted = "bootstrap";
// A Go or Rust program alone, or with a few files beside it.
constexpr std::size_t most_programs_tried = 50;

bool is_program(const std::string& beginning) {
  const ByteView bytes(reinterpret_cast<const std::uint8_t*>(beginning.data()), beginning.size());
  return elf::begins_as_native(bytes);
}

Finding missing_finding(Severity severity, std::string path, const std::string& what, std::string hint) {
  return {severity, "bootstrap-missing", std::move(path),
          what + (severity == Severity::error ? "; Lambda reports `Couldn't find valid bootstrap(s)`" : ""),
          std::move(hint)};
}

// A file at the top that is `bootstrap` but for its case or its ending.
std::optional<Finding> with_another_name(const PackageFiles& package) {
  for (const auto& [path, node] : package.files) {
    if (!path.parent().is_root() || path.name() == wanted) continue;
    const auto name = lower_case(path.name());
    if (name != wanted && !name.starts_with(std::string(wanted) + '.')) continue;
    const bool windows = name.ends_with(".exe");
    return missing_finding(Severity::error, path.bytes(),
                           "Lambda starts a file whose name is exactly `bootstrap`, not this one",
                           windows ? std::string(build_hint) : "rename it to `bootstrap`");
  }
  return std::nullopt;
}

std::optional<Finding> in_a_folder(const PackageFiles& package) {
  if (package.files.has_folder(BundlePath(wanted))) {
    return missing_finding(Severity::error, "bootstrap",
                           "it is a folder, and Lambda starts a file of this name",
                           "rename the folder, and name the program `bootstrap`");
  }
  for (const auto& [path, node] : package.files) {
    if (path.name() != wanted || is_made_by_macos(path)) continue;
    return missing_finding(
        Severity::error, path.bytes(), "Lambda starts `bootstrap` at the top of the zip, not in a folder",
        format("zip the content of {0}: `cd {0} && zip -r ../function.zip .`", path.parent().bytes()));
  }
  return std::nullopt;
}

std::optional<Finding> program_with_another_name(const PackageFiles& package) {
  std::size_t tried = 0;
  for (const auto& [path, node] : package.files) {
    if (!path.parent().is_root() || !std::holds_alternative<RegularFile>(node)) continue;
    if (++tried > most_programs_tried) break;
    if (path.name().find(".so") != std::string_view::npos || !is_program(package.beginning(path, 4)))
      continue;
    return missing_finding(
        Severity::error, path.bytes(), "Lambda starts a file named `bootstrap`, and the zip has none",
        "name the program `bootstrap` (go1.x took the Handler setting's name, provided runtimes do "
        "not): `go build -o bootstrap`");
  }
  return std::nullopt;
}

}  // namespace

Findings judge_missing_bootstrap(const PackageFiles& package, const PackageUse& use) {
  for (const auto& look : {with_another_name, in_a_folder, program_with_another_name}) {
    if (auto found = look(package)) return {std::move(*found)};
  }
  const auto severity = use.layers_known ? Severity::error : Severity::warning;
  return {missing_finding(severity, "",
                          format("{} starts the file `bootstrap`, and the zip has none", use.runtime.name),
                          "put the program in as `bootstrap`, or give the function a layer that has it")};
}

}  // namespace lbundle
