// After a build the question is which event to add. Each kept file that no event opened has a reason and the
// file that led to it. So the way back ends at something that an event did use, or at the function's own
// code. That last step is the door: the function that imports, the rule that ties a family together, the name
// in a constant. All files behind one door are one thing to try. Rejected: a list of files (thousands, most
// of them behind the same door), and line coverage (other tools do that).

#include "report/untried.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

#include "model/module_forms.hpp"
#include "model/text.hpp"
#include "report/build_report.hpp"
#include "report/escape.hpp"

namespace lbundle {

namespace {

constexpr std::size_t shown_as_text = 3;
constexpr std::size_t shown_on_page = 50;

// Returns one path for all forms of a module, because it counts as one thing whichever form was opened.
BundlePath module_of(const BundlePath& path) {
  return source_of_module(path).value_or(path);
}

const Reason& keeping_reason(const Decision& decision) {
  return decision.kept.stage.empty() ? decision.reason : decision.kept;
}

bool was_opened(const ManifestFile& file) {
  return std::ranges::any_of(file.evidence, [](const auto& entry) {
    return entry.first == AccessKind::opened || entry.first == AccessKind::mapped ||
           entry.first == AccessKind::executed;
  });
}

class Ways {
 public:
  explicit Ways(const Manifest& manifest) : manifest_(manifest) {
    for (const auto& [path, file] : manifest.files)
      if (was_opened(file)) used_.insert(module_of(path));
  }

  bool is_used(const BundlePath& path) const { return used_.contains(module_of(path)); }
  bool is_own(const BundlePath& path) const {
    const auto found = manifest_.files.find(path);
    return found != manifest_.files.end() && found->second.package.empty();
  }

  // Follows the way back from `path` through files that no event used. Returns the last of them, which a used
  // file or the function's own code led to.
  BundlePath door_of(const BundlePath& path) const {
    auto at = path;
    std::set<BundlePath> passed;
    while (passed.insert(at).second) {
      const auto& via = manifest_.files.at(at).needed_by;
      if (via.empty() || !manifest_.files.contains(via.front())) return at;
      if (is_used(via.front()) || is_own(via.front())) return at;
      at = via.front();
    }
    return at;
  }

 private:
  const Manifest& manifest_;
  std::set<BundlePath> used_;
};

// True if the reason says nothing about a door: the file is another form of a module, or the package around
// it.
bool is_companion(const Reason& reason) {
  return reason.text.starts_with("source of ") || reason.text.starts_with("bytecode of ") ||
         reason.text.starts_with("package of ");
}

std::string sentence(const UntriedRow& row) {
  const auto more = row.files == 1 ? std::string() : format(" and {} more", row.files - 1);
  return format("{}{}, {} zipped: {}", row.example, more, to_text(row.zipped), row.door);
}

}  // namespace

std::vector<UntriedRow> untried_rows(const Manifest& manifest) {
  const Ways ways(manifest);
  std::map<std::pair<std::string, std::string>, UntriedRow> rows;
  std::map<std::pair<std::string, std::string>, ByteSize> largest;
  std::set<BundlePath> counted;
  for (const auto& [path, file] : manifest.files) {
    if (!file.is_in_bundle() || ways.is_used(path)) continue;
    const auto door = ways.door_of(path);
    const auto& reason = keeping_reason(manifest.files.at(door).decision);
    // Companions of used files and the function's own files have no door.
    if (is_companion(reason) || file.package.empty()) continue;
    const auto& via = manifest.files.at(door).needed_by;
    const std::pair key{reason.rule, reason.rule.empty() ? reason.text : ""};
    auto& row = rows[key];
    row.door = reason.text;
    row.rule = reason.rule;
    row.own = row.own || (!via.empty() && ways.is_own(via.front()));
    if (counted.insert(module_of(path)).second) ++row.files;
    row.unzipped += file.decision.after;
    row.zipped += file.zipped;
    if (file.zipped >= largest[key]) {
      largest[key] = file.zipped;
      row.example = module_of(path).bytes();
    }
  }
  std::vector<UntriedRow> sorted;
  for (auto& [key, row] : rows) sorted.push_back(std::move(row));
  std::ranges::sort(sorted, [](const UntriedRow& a, const UntriedRow& b) {
    return std::tuple(b.own, b.zipped, a.door) < std::tuple(a.own, a.zipped, b.door);
  });
  return sorted;
}

std::string untried_text(const std::vector<UntriedRow>& rows, const TextStyle& style) {
  if (rows.empty()) return {};
  const Painter painter(style);
  auto text = '\n' + painter.paint("What no event tried", Role::heading) + '\n';
  for (std::size_t i = 0; i < std::min(shown_as_text, rows.size()); ++i)
    text += painter.paragraph(2, style.unicode ? "· " : "- ", printable(sentence(rows[i])), Role::plain);
  if (rows.size() > shown_as_text)
    text += painter.paragraph(2, "", format("and {} more, on the page", rows.size() - shown_as_text),
                              Role::faint);
  return text;
}

Json untried_json(const std::vector<UntriedRow>& rows) {
  auto list = Json::array();
  for (const auto& row : rows)
    list.push_back({{"door", printable(row.door)},
                    {"rule", row.rule},
                    {"example", printable(row.example)},
                    {"own", row.own},
                    {"files", row.files},
                    {"unzipped", row.unzipped.bytes()},
                    {"zipped", row.zipped.bytes()}});
  return list;
}

std::string untried_html(const std::vector<UntriedRow>& rows) {
  if (rows.empty()) return {};
  std::string text =
      "<section aria-labelledby=\"untried\">\n<h2 id=\"untried\">What no event tried</h2>\n"
      "<p>Kept because code could reach these files. An event that goes through a door would show whether it "
      "does.</p>\n"
      "<div class=\"wide\"><table>\n<thead><tr><th scope=\"col\">Door</th><th scope=\"col\">Largest file</th>"
      "<th scope=\"col\" class=\"number\">Files</th><th scope=\"col\" "
      "class=\"number\">Zipped</th></tr></thead>\n"
      "<tbody>\n";
  for (std::size_t i = 0; i < std::min(shown_on_page, rows.size()); ++i) {
    const auto& row = rows[i];
    const auto rule = row.rule.empty() ? std::string() : format(" ({})", row.rule);
    text += format(
        "<tr><th scope=\"row\">{}</th><td>{}</td><td class=\"number\">{}</td><td "
        "class=\"number\">{}</td></tr>\n",
        html_text(printable(row.door + rule)), html_text(printable(row.example)), row.files,
        html_text(to_text(row.zipped)));
  }
  text += "</tbody>\n</table></div>\n";
  if (rows.size() > shown_on_page)
    text += format("<p>And {} more, in the result of <code>--format json</code>.</p>\n",
                   rows.size() - shown_on_page);
  return text + "</section>\n";
}

}  // namespace lbundle
