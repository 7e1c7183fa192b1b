#include "package/stand_ins.hpp"

#include <algorithm>
#include <array>
#include <string_view>

#include "model/text.hpp"
#include "package/finding_groups.hpp"

namespace lbundle {

namespace {

// "Pointer files must be less than 1024 bytes in size": Git LFS, docs/spec.md.
constexpr std::size_t most_pointer = 1024;
constexpr std::string_view pointer_begins = "version https://git-lfs.github.com/spec/";
// The shortest pointer has this line and a SHA-256.
constexpr std::size_t least_pointer = pointer_begins.size() + 64;
// A link's text is a path (PATH_MAX). Names of libraries are short.
constexpr std::size_t most_link_text = 255;

bool is_library(const BundlePath& path) {
  const auto name = path.name();
  return name.ends_with(".so") || name.find(".so.") != std::string_view::npos || name.ends_with(".node");
}

bool is_code(const BundlePath& path) {
  static constexpr std::array<std::string_view, 4> endings{".py", ".js", ".mjs", ".cjs"};
  return std::ranges::find(endings, path.extension()) != endings.end();
}

// True if a loader or an interpreter reads the file by itself, and so refuses it.
bool is_loaded(const BundlePath& path) {
  return is_library(path) || is_code(path) || path == BundlePath("bootstrap");
}

void judge_pointer(const BundlePath& path, const std::string& text, FindingGroups& found) {
  if (!text.starts_with(pointer_begins)) return;
  const auto at = text.find("\nsize ");
  const auto size = at == std::string::npos
                        ? std::string()
                        : format(" for {} bytes", text.substr(at + 6, text.find('\n', at + 6) - at - 6));
  found.add(is_loaded(path) ? Severity::error : Severity::warning, "lfs-pointer", path.bytes(),
            format("it is a pointer of Git LFS{}, not the file itself", size),
            "run `git lfs pull`, and zip again; in GitHub's checkout action: `lfs: true`");
}

// The path that the text of a link names, seen from the file at `path`. Nothing if the text is no link.
std::optional<BundlePath> linked(const BundlePath& path, std::string_view text, const FileSet& files) {
  while (text.ends_with('\n') || text.ends_with('\r')) text.remove_suffix(1);
  if (text.empty() || text.find_first_of("\n\r\t *(){}'\"#;=") != std::string_view::npos) return std::nullopt;
  // In code, "other.py" may be an expression; a text with a slash and the same ending is none.
  if (is_code(path) && (text.find('/') == std::string_view::npos || !text.ends_with(path.extension())))
    return std::nullopt;
  auto target = path.parent().resolve(text);
  if (!target || *target == path || target->is_root()) return std::nullopt;
  const bool names_library = is_library(*target);
  return files.contains(*target) || names_library ? std::move(target) : std::nullopt;
}

void judge_link_text(const BundlePath& path, const std::string& text, const FileSet& files,
                     FindingGroups& found) {
  if (!is_loaded(path)) return;
  const auto target = linked(path, text, files);
  if (!target) return;
  found.add(
      Severity::error, "link-as-text", path.bytes(),
      format("it is the text of a link to '{}', not a library or code", target->bytes()),
      "keep links: `git config core.symlinks true` and a new checkout, `zip --symlinks`, or lbundle pack");
}

}  // namespace

Findings judge_stand_ins(const PackageFiles& package) {
  FindingGroups found;
  for (const auto& [path, node] : package.files) {
    const auto* file = std::get_if<RegularFile>(&node);
    if (file == nullptr) continue;
    const auto size = file->content.size.bytes();
    if (size >= least_pointer && size < most_pointer) {
      // Most files are no pointers, so a few bytes are read first.
      if (package.beginning(path, pointer_begins.size()) == pointer_begins)
        judge_pointer(path, package.small_text(path, most_pointer), found);
    }
    if (size > 0 && size <= most_link_text && is_loaded(path))
      judge_link_text(path, package.small_text(path, most_link_text), package.files, found);
  }
  return found.take();
}

}  // namespace lbundle
