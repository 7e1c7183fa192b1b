#include "cli/diff_output.hpp"

#include "json/json.hpp"
#include "model/text.hpp"
#include "report/build_report.hpp"
#include "report/escape.hpp"

namespace lbundle::cli {

namespace {

// The most files that a terminal or a pull request shows; JSON lists all of them.
constexpr std::size_t most_files = 20;

// Returns "numpy 1.26.4 -> 2.2.6", "numpy 1.26.4 (new)", "numpy 1.26.4 (gone)" or "numpy 1.26.4".
std::string named(const PackageChange& package, const char* arrow) {
  if (package.name.empty()) return "the function's own files";
  if (!package.old_version) return format("{} {} (new)", package.name, *package.new_version);
  if (!package.new_version) return format("{} {} (gone)", package.name, *package.old_version);
  if (*package.old_version == *package.new_version)
    return format("{} {}", package.name, *package.new_version);
  return format("{} {} {} {}", package.name, *package.old_version, arrow, *package.new_version);
}

std::string named(const FileChange& file) {
  const auto now = printable(file.path.bytes());
  return file.old_path ? format("{} (was {})", now, printable(file.old_path->bytes())) : now;
}

Role role_of(std::int64_t change) {
  if (change == 0) return Role::faint;
  return change > 0 ? Role::bad : Role::good;
}

class DiffText {
 public:
  DiffText(const SizeDiff& changes, const TextStyle& style) : changes_(changes), painter_(style) {}

  std::string text() const {
    if (changes_.files.empty() && changes_.packages.empty()) return "no file differs\n" + totals();
    std::vector<std::vector<Cell>> packages;
    for (const auto& package : changes_.packages) {
      packages.push_back(row(named(package, painter_.arrow()), package.unzipped, package.zipped));
    }
    std::vector<std::vector<Cell>> files;
    std::size_t shown = 0;
    for (const auto& file : changes_.files) {
      if (shown == most_files) break;
      auto cells = row(named(file), file.unzipped, file.zipped);
      cells.insert(cells.begin() + 1, Cell{to_text(file.kind), Role::faint});
      files.push_back(std::move(cells));
      for (const auto& segment : file.segments) {
        if (segment.size.change() != 0) files.push_back(segment_row(segment));
      }
      ++shown;
    }
    auto text = painter_.paint("Packages", Role::heading) + '\n' + table(painter_, packages) + '\n' +
                painter_.paint("Files", Role::heading) + '\n' + table(painter_, files);
    if (changes_.files.size() > most_files) {
      text += format("  and {} more; --format json lists all\n", changes_.files.size() - most_files);
    }
    return text + '\n' + totals();
  }

 private:
  // A line below the library's own. It has no zipped size, because a segment's size in the zip is unknown.
  static std::vector<Cell> segment_row(const SegmentChange& segment) {
    return {{"  " + segment.name, Role::faint},
            {"segment", Role::faint},
            {to_signed_text(segment.size.change()) + " raw", role_of(segment.size.change()), true},
            {}};
  }

  std::vector<Cell> row(std::string name, const SizePair& unzipped, const SizePair& zipped) const {
    std::vector<Cell> cells = {
        {std::move(name)}, {to_signed_text(unzipped.change()) + " raw", role_of(unzipped.change()), true}};
    if (changes_.zipped) {
      cells.push_back({to_signed_text(zipped.change()) + " zipped", role_of(zipped.change()), true});
    }
    return cells;
  }

  std::string totals() const {
    auto text = format("unzipped {} {} {} ({})\n", to_text(changes_.unzipped.before), painter_.arrow(),
                       to_text(changes_.unzipped.after), to_signed_text(changes_.unzipped.change()));
    if (changes_.zipped) {
      text += format("zipped   {} {} {} ({})\n", to_text(changes_.zipped->before), painter_.arrow(),
                     to_text(changes_.zipped->after), to_signed_text(changes_.zipped->change()));
    }
    return text;
  }

  const SizeDiff& changes_;
  Painter painter_;
};

Json json_of(const SizePair& sizes) {
  return {{"before", sizes.before.bytes()}, {"after", sizes.after.bytes()}};
}

Json json_of(const std::optional<std::string>& text) {
  return text ? Json(*text) : Json();
}

Json json_of(const std::vector<SegmentChange>& segments) {
  auto json = Json::array();
  for (const auto& segment : segments)
    json.push_back({{"name", segment.name}, {"size", json_of(segment.size)}});
  return json;
}

// A cell of a table in GitHub's Markdown.
std::string markdown_cell(const std::string& text) {
  std::string cell;
  for (const char c : html_text(text)) cell += c == '|' ? std::string("\\|") : std::string(1, c);
  return cell;
}

}  // namespace

std::string diff_text(const SizeDiff& changes, const TextStyle& style) {
  return DiffText(changes, style).text();
}

std::string diff_json(const SizeDiff& changes) {
  auto packages = Json::array();
  for (const auto& package : changes.packages) {
    packages.push_back({{"name", package.name},
                        {"old_version", json_of(package.old_version)},
                        {"new_version", json_of(package.new_version)},
                        {"unzipped", json_of(package.unzipped)},
                        {"zipped", changes.zipped ? json_of(package.zipped) : Json()},
                        {"files_changed", package.files_changed}});
  }
  auto files = Json::array();
  for (const auto& file : changes.files) {
    files.push_back({{"kind", to_text(file.kind)},
                     {"path", printable(file.path.bytes())},
                     {"old_path", file.old_path ? Json(printable(file.old_path->bytes())) : Json()},
                     {"package", file.package},
                     {"unzipped", json_of(file.unzipped)},
                     {"zipped", changes.zipped ? json_of(file.zipped) : Json()},
                     {"segments", json_of(file.segments)}});
  }
  return to_pretty(Json{{"schema", 1},
                        {"unzipped", json_of(changes.unzipped)},
                        {"zipped", changes.zipped ? json_of(*changes.zipped) : Json()},
                        {"rest", json_of(changes.rest)},
                        {"packages", std::move(packages)},
                        {"files", std::move(files)}});
}

std::string diff_markdown(const SizeDiff& changes) {
  std::string text = "| package | unzipped | zipped |\n|---|--:|--:|\n";
  const auto zipped = [&](const SizePair& sizes) {
    return changes.zipped ? to_signed_text(sizes.change()) : std::string("—");
  };
  for (const auto& package : changes.packages) {
    text += format("| {} | {} | {} |\n", markdown_cell(named(package, "→")),
                   to_signed_text(package.unzipped.change()), zipped(package.zipped));
  }
  text += format("| **all** | **{}** ({} → {}) |", to_signed_text(changes.unzipped.change()),
                 to_text(changes.unzipped.before), to_text(changes.unzipped.after));
  if (!changes.zipped) return text + " — |\n";
  return text + format(" **{}** ({} → {}) |\n", to_signed_text(changes.zipped->change()),
                       to_text(changes.zipped->before), to_text(changes.zipped->after));
}

}  // namespace lbundle::cli
