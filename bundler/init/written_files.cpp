#include "init/written_files.hpp"

#include <algorithm>
#include <regex>

#include "init/project_text.hpp"
#include "model/text.hpp"
#include "os/atomic_file.hpp"
#include "os/bytes.hpp"

namespace lbundle::init {

namespace {

// True if a .gitignore of `folder` or of one above it, up to the repository's, has the line.
bool is_ignored(const HostPath& folder, const std::string& name) {
  boost::system::error_code ignored;
  for (auto at = folder; !at.empty(); at = at.parent_path()) {
    const auto file = at / ".gitignore";
    if (fs::is_regular_file(file, ignored)) {
      const std::regex line("(?:^|\\n)\\s*/?" + name + "/?\\s*(?:\\n|$)");
      const auto text = read_text_file(file);
      if (std::regex_search(text, line)) return true;
    }
    if (fs::exists(at / ".git", ignored)) break;
  }
  return false;
}

void write_gitignore(const Found& found, std::vector<WrittenFile>& written) {
  std::string lines;
  if (!is_ignored(found.folder, "\\.lbundle")) lines += ".lbundle/\n";
  const bool code_in_dist =
      std::ranges::any_of(found.own, [](const auto& part) { return part.path.starts_with("dist"); });
  if (!code_in_dist && !is_ignored(found.folder, "dist")) lines += "dist/\n";
  if (lines.empty()) return;
  const auto file = found.folder / ".gitignore";
  boost::system::error_code ignored;
  auto text = fs::is_regular_file(file, ignored) ? read_text_file(file) : std::string();
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  write_file(file, text + lines);
  lines.pop_back();
  const auto between = lines.find('\n');
  if (between != std::string::npos) lines.replace(between, 1, " and ");
  written.push_back({file, "now has " + lines});
}

}  // namespace

std::vector<WrittenFile> write_files(const Found& found, const HostPath& project_file, bool force) {
  std::vector<WrittenFile> written = {{project_file, ""}};
  boost::system::error_code ignored;
  if (const auto& list = found.requirements; !list.text.empty() && !fs::exists(list.file, ignored)) {
    write_file(list.file, format("# from {}\n{}", list.from, list.text));
    written.push_back({list.file, list.from});
  }
  const auto& samples = found.samples;
  if (!samples.skeleton.empty() && (force || !fs::exists(samples.skeleton, ignored))) {
    write_file(samples.skeleton, samples.text);
    written.push_back({samples.skeleton, sample_of(found.start.value.trigger)});
  }
  write_gitignore(found, written);
  // Last, because it is what says that the folder is a project.
  write_file(project_file, project_text(found));
  return written;
}

}  // namespace lbundle::init
