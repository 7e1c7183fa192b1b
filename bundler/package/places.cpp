#include "package/places.hpp"

#include <algorithm>
#include <array>

#include "model/text.hpp"

namespace lbundle {

namespace {

template <std::size_t count>
bool has_ending(const BundlePath& path, const std::array<std::string_view, count>& endings) {
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.name().ends_with(ending); });
}

constexpr std::array<std::string_view, 3> python_endings{".py", ".pyc", ".so"};
constexpr std::array<std::string_view, 4> node_endings{".js", ".mjs", ".cjs", ".node"};
constexpr std::array<std::string_view, 3> typescript_endings{".ts", ".mts", ".cts"};

// The folders at /opt that runtimes search, in any language. Source: AWS Lambda developer guide, Packaging
// your layer content.
constexpr std::array<std::string_view, 7> layer_tops{"bin",    "extensions", "java", "lib",
                                                     "nodejs", "python",     "ruby"};

std::string_view first_part(const BundlePath& path) {
  return std::string_view(path.bytes()).substr(0, path.bytes().find('/'));
}

std::vector<BundlePath> own_files(const FileSet& files) {
  std::vector<BundlePath> own;
  for (const auto& [path, node] : files)
    if (!is_made_by_macos(path)) own.push_back(path);
  return own;
}

void judge_macos_files(const PackageFiles& package, Findings& findings) {
  std::size_t count = 0;
  ByteSize size;
  std::string first;
  for (const auto& [path, node] : package.files) {
    if (!is_made_by_macos(path)) continue;
    if (count++ == 0) first = path.bytes();
    size += unzipped_size(node);
  }
  if (count == 0) return;
  findings.push_back(
      {Severity::note, "macos-files", first,
       format("{} of macOS, {}, {} harmless and useless on Lambda",
              count == 1 ? "a file" : format("{} files", count), to_text(size), count == 1 ? "is" : "are"),
       "zip with `zip -r -X … -x '__MACOSX/*' '*.DS_Store' '*/._*'`, or pack with lbundle"});
}

bool judge_inner_zip(const PackageFiles& package, const std::vector<BundlePath>& own, Findings& findings) {
  if (own.size() != 1 || !package.beginning(own.front(), 4).starts_with("PK\3\4")) return false;
  findings.push_back({Severity::error, "zip-in-zip", own.front().bytes(),
                      "the zip holds only another zip, which Lambda does not unpack",
                      format("deploy {} itself: `unzip FILE`", own.front().bytes())});
  return true;
}

bool has_layer_form(const std::vector<BundlePath>& own) {
  bool has_packages = false;
  for (const auto& path : own) {
    const auto top = first_part(path);
    if (std::ranges::find(layer_tops, top) == layer_tops.end() || top == path.bytes()) return false;
    has_packages |= top == "python" || top == "nodejs" || top == "ruby" || top == "java";
  }
  return has_packages;
}

bool has_module(const std::vector<BundlePath>& own, Language language) {
  return std::ranges::any_of(own, [&](const BundlePath& path) {
    if (language == Language::python) return has_ending(path, python_endings);
    return has_ending(path, node_endings) && !path.is_within(BundlePath("node_modules"));
  });
}

// The deepest folder that has everything in it; the root if there is none.
BundlePath common_folder(const std::vector<BundlePath>& own) {
  auto common = own.front().parent();
  for (const auto& path : own) {
    while (!path.is_within(common)) common = common.parent();
  }
  return common;
}

// True if the folder is not meant to be a part of the Handler setting: it has what belongs at the top of a
// zip. For Python, these are modules that are in no package.
bool belongs_at_top(const PackageFiles& package, const BundlePath& folder, Language language) {
  if (language != Language::python) {
    return package.files.contains(folder / "package.json") ||
           package.files.has_folder(folder / "node_modules");
  }
  bool has_modules = false;
  for (const auto& [path, node] : package.files.below(folder)) {
    if (path.parent() != folder || (path.extension() != ".py" && path.extension() != ".pyc")) continue;
    if (path.name().starts_with("__init__.")) return false;
    has_modules = true;
  }
  return has_modules;
}

void judge_nested(const PackageFiles& package, const PackageUse& use, const BundlePath& folder,
                  Findings& findings) {
  const auto language = use.runtime.language;
  const bool python = language == Language::python;
  const auto severity =
      use.has_runtime() && belongs_at_top(package, folder, language) ? Severity::error : Severity::warning;
  findings.push_back(
      {severity, "nested", folder.bytes(),
       "everything in the zip is below this folder, and Lambda looks for the handler at the top",
       format("zip what is in the folder: `cd {0} && zip -r ../function.zip .`; if the Handler setting names "
              "the folder, check with `--handler {0}{1}FILE.FUNCTION`",
              folder.bytes(), python ? "." : "/")});
}

void judge_function_places(const PackageFiles& package, const PackageUse& use,
                           const std::vector<BundlePath>& own, Findings& findings) {
  if (!use.handler.empty() || use.handler_runs) return;  // judge_handler knows exactly
  if (has_layer_form(own)) {
    findings.push_back({Severity::note, "layer-form", "",
                        "it has the form of a layer: a function does not look for its code in these folders",
                        "if it is a layer, check it with `--layer`"});
    return;
  }
  if (use.has_runtime() && !has_module(own, use.runtime.language)) {
    const auto typescript = std::ranges::find_if(
        own, [](const BundlePath& path) { return has_ending(path, typescript_endings); });
    if (use.is_for(Language::nodejs) && typescript != own.end()) {
      findings.push_back(
          {Severity::error, "typescript-only", typescript->bytes(),
           "it is TypeScript, and the zip has no JavaScript: Lambda looks only for .js, .mjs and .cjs",
           "compile it first, for example with esbuild or tsc, and zip the result"});
    } else {
      findings.push_back({Severity::warning, "no-code", "",
                          format("the zip has no module for {}", use.runtime.name),
                          "put the handler in, unless a layer brings it"});
    }
    return;
  }
  if (const auto folder = common_folder(own); !folder.is_root()) judge_nested(package, use, folder, findings);
}

}  // namespace

std::optional<BundlePath> only_folder(const FileSet& files) {
  std::optional<std::string_view> only;
  for (const auto& [path, node] : files) {
    if (is_made_by_macos(path)) continue;
    const auto top = first_part(path);
    if (top == path.bytes() || (only && *only != top)) return std::nullopt;
    only = top;
  }
  return only ? std::optional(BundlePath(*only)) : std::nullopt;
}

Findings judge_places(const PackageFiles& package, const PackageUse& use) {
  Findings findings;
  judge_macos_files(package, findings);
  const auto own = own_files(package.files);
  if (own.empty() || judge_inner_zip(package, own, findings) || use.is_layer) return findings;
  if (!use.is_for(Language::provided)) judge_function_places(package, use, own, findings);
  return findings;
}

}  // namespace lbundle
