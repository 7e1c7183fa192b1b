// The problem: pip reads requirements files, but does not say what it read. Staging must know which
// requirements have to be compiled, which files decide the result, and what to put in place of a requirement
// that was built. A build that has everything in the cache needs this too and starts no Python, so neither
// pip's own reader nor `packaging` can do it. The idea: read the few forms that a line can have, as pip's
// documentation gives them, and write them again with absolute paths, so that the list can be anywhere. pip
// still decides what a line means: versions, markers and options are copied without being interpreted.
#include "python/requirement_list.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstdlib>
#include <optional>
#include <set>

#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"

namespace lbundle {

namespace {

// A '#' begins a comment at the start of a line or after a space or tab.
std::string_view without_comment(std::string_view line) {
  for (auto at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1)) {
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') return line.substr(0, at);
  }
  return line;
}

// Of a line with the lines that continue it. A requirement with the hashes of a hundred wheels has a tenth.
// pip's time grows by the square of a line.
constexpr std::size_t most_line = 128U << 10;

// Returns the lines, joined if a backslash continues them, without comments and empty lines.
std::vector<std::string> logical_lines(std::string_view text) {
  std::vector<std::string> lines;
  std::string line;
  while (!text.empty()) {
    const auto end = std::min(text.find('\n'), text.size());
    auto part = text.substr(0, end);
    text.remove_prefix(std::min(end + 1, text.size()));
    if (part.ends_with('\r')) part.remove_suffix(1);
    const bool continues = part.ends_with('\\') && !trimmed(part).starts_with('#');
    if (continues) part.remove_suffix(1);
    line += without_comment(part);
    if (line.size() > most_line)
      throw Error("read", "the list of requirements", format("a line has more than {} bytes", most_line),
                  "write one requirement a line");
    if (continues && !text.empty()) continue;
    if (const auto whole = trimmed(line); !whole.empty()) lines.emplace_back(whole);
    line.clear();
  }
  return lines;
}

// Returns what follows the option at the start of a line: "-r other.txt", "--constraint=other.txt".
std::optional<std::string> value_of_option(std::string_view line, std::string_view brief,
                                           std::string_view full) {
  for (const auto option : {full, brief}) {
    if (!line.starts_with(option)) continue;
    auto rest = line.substr(option.size());
    if (rest.empty() || (rest.front() != ' ' && rest.front() != '=' && option == full)) continue;
    return std::string(trimmed(rest.substr(rest.front() == '=' ? 1 : 0)));
  }
  return std::nullopt;
}

bool is_url(std::string_view text) {
  return text.find("://") != std::string_view::npos;
}

bool is_versioned(std::string_view place) {
  static constexpr std::array<std::string_view, 4> systems{"git+", "hg+", "svn+", "bzr+"};
  return std::ranges::any_of(systems, [&](auto system) { return place.starts_with(system); });
}

bool is_archive(std::string_view place) {
  static constexpr std::array<std::string_view, 6> endings{".tar.gz",  ".tgz",    ".zip",
                                                           ".tar.bz2", ".tar.xz", ".tar"};
  place = place.substr(0, place.find_first_of("#?"));
  return std::ranges::any_of(endings, [&](auto ending) { return place.ends_with(ending); });
}

bool is_wheel(std::string_view place) {
  return place.substr(0, place.find_first_of("#?")).ends_with(".whl");
}

// Removes the options from the end of `line`. Adds the values of "--hash=sha256:… --hash=…" to `hashes` and
// returns the other options as one text.
std::string take_options(std::string& line, std::vector<std::string>& hashes) {
  const auto begin = line.find(" --");
  if (begin == std::string::npos) return {};
  std::string_view rest = std::string_view(line).substr(begin);
  std::string others;
  while (!(rest = trimmed(rest)).empty()) {
    const auto end = std::min(rest.find_first_of(" \t"), rest.size());
    const auto word = rest.substr(0, end);
    if (word.starts_with("--hash=")) {
      hashes.emplace_back(word.substr(std::string_view("--hash=").size()));
    } else if (word == "--hash" && end < rest.size()) {
      rest = trimmed(rest.substr(end));
      const auto value = rest.substr(0, rest.find_first_of(" \t"));
      hashes.emplace_back(value);
      rest.remove_prefix(value.size());
      continue;
    } else {
      others += format("{}{}", others.empty() ? "" : " ", word);
    }
    rest.remove_prefix(end);
  }
  line = trimmed(std::string_view(line).substr(0, begin));
  return others;
}

std::string with_percents(std::string_view path) {
  std::string text;
  for (const char c : path) {
    const bool special = c == ' ' || c == '#' || c == '%' || c == '?';
    text += special ? format("%{:02X}", static_cast<unsigned>(c)) : std::string(1, c);
  }
  return text;
}

std::string without_percents(std::string_view text) {
  std::string plain;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && std::isxdigit(static_cast<unsigned char>(text[i + 1])) &&
        std::isxdigit(static_cast<unsigned char>(text[i + 2]))) {
      plain += static_cast<char>(std::stoi(std::string(text.substr(i + 1, 2)), nullptr, 16));
      i += 2;
    } else {
      plain += text[i];
    }
  }
  return plain;
}

HostPath in_folder(const HostPath& folder, const std::string& path) {
  return (path.starts_with('/') ? HostPath(path) : folder / path).lexically_normal();
}

// Returns an absolute path of this machine; nothing if `place` is not a path.
std::optional<HostPath> local_path(std::string_view place, const HostPath& folder) {
  if (place.starts_with("file:")) {
    place.remove_prefix(std::string_view("file:").size());
    if (place.starts_with("//localhost/")) place.remove_prefix(std::string_view("//localhost").size());
    if (place.starts_with("//")) place.remove_prefix(2);
    place = place.substr(0, place.find('#'));
    return in_folder(folder, without_percents(place));
  }
  if (is_url(place) || place.empty()) return std::nullopt;
  const bool looks_local = place.front() == '.' || place.front() == '/' ||
                           place.find('/') != std::string_view::npos || is_wheel(place) || is_archive(place);
  if (!looks_local) return std::nullopt;
  return in_folder(folder, std::string(place));
}

// Removes the extras ("[s3]") from the end of a name or a path and returns them.
std::string take_extras(std::string& text) {
  const auto open = text.rfind('[');
  if (open == std::string::npos || !text.ends_with(']')) return {};
  auto extras = text.substr(open);
  text = trimmed(std::string_view(text).substr(0, open));
  return extras;
}

void set_place(Requirement& requirement, std::string place, const HostPath& folder) {
  if (is_versioned(place)) {
    requirement.kind = Requirement::Kind::versioned;
  } else if (const auto path = local_path(place, folder)) {
    place = path->string();
    requirement.kind = is_wheel(place) ? Requirement::Kind::wheel : Requirement::Kind::source;
  } else if (is_archive(place)) {
    requirement.kind = Requirement::Kind::source;
  }
  requirement.place = std::move(place);
}

// Reads the three forms of a requirement: "name[extras] @ URL"; a name with extras and a version; only a path
// or URL.
void set_subject(Requirement& requirement, std::string text, const HostPath& folder) {
  if (const auto at = text.find(" @ "); at != std::string::npos) {
    requirement.name = trimmed(std::string_view(text).substr(0, at));
    requirement.extras = take_extras(requirement.name);
    set_place(requirement, std::string(trimmed(std::string_view(text).substr(at + 3))), folder);
    return;
  }
  auto place = text;
  auto extras = take_extras(place);
  if (is_url(place) || local_path(place, folder)) {
    requirement.extras = std::move(extras);
    set_place(requirement, std::move(place), folder);
    return;
  }
  const auto is_of_name = [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 || c == '-' || c == '_' || c == '.';
  };
  const auto end = std::ranges::find_if_not(text, is_of_name);
  requirement.name.assign(text.begin(), end);
  std::string rest(trimmed(std::string_view(text).substr(requirement.name.size())));
  if (rest.starts_with('[')) {
    const auto close = std::min(rest.find(']'), rest.size() - 1);
    requirement.extras = rest.substr(0, close + 1);
    rest = trimmed(std::string_view(rest).substr(close + 1));
  }
  requirement.place = std::move(rest);
}

Requirement parse_requirement(std::string line, const HostPath& folder) {
  Requirement requirement;
  requirement.options = take_options(line, requirement.hashes);
  // After a URL, the semicolon of a marker needs a space before it.
  auto semicolon = is_url(line) ? line.find(" ;") : line.find(';');
  if (semicolon != std::string::npos) {
    requirement.marker = trimmed(std::string_view(line).substr(line.find(';', semicolon) + 1));
    line = trimmed(std::string_view(line).substr(0, semicolon));
  }
  set_subject(requirement, std::move(line), folder);
  return requirement;
}

// A device or a pipe may have no end.
std::string text_of_list(const HostPath& file) {
  boost::system::error_code failure;
  const auto type = fs::status(file, failure).type();
  if (type != fs::regular_file && type != fs::file_not_found)
    throw Error("read", file.string(), "it is not a file", "name a list of requirements");
  return read_text_file(file);
}

class Reader {
 public:
  explicit Reader(HostPath root) : root_(std::move(root)) {}

  void read(const HostPath& file) {
    if (!seen_.insert(file.lexically_normal()).second) return;
    files.lists.push_back(file);
    read_lines(text_of_list(file), file.parent_path());
  }

  void read_lines(std::string_view text, const HostPath& folder) {
    for (const auto& line : logical_lines(text)) read_line(line, folder);
  }

  RequirementList list;
  RequirementFiles files;

 private:
  void read_line(const std::string& line, const HostPath& folder) {
    if (const auto other = value_of_option(line, "-r", "--requirement")) {
      // pip fetches a list at a URL.
      if (is_url(*other)) return list.options.push_back(line);
      return read(in_folder(folder, *other));
    }
    if (const auto other = value_of_option(line, "-c", "--constraint")) {
      return list.options.push_back("--constraint " +
                                    (is_url(*other) ? *other : constraint(in_folder(folder, *other))));
    }
    if (const auto links = value_of_option(line, "-f", "--find-links")) return add_links(*links, folder);
    if (const auto path = value_of_option(line, "-e", "--editable")) return add(*path);
    if (line.starts_with('-')) return list.options.push_back(line);
    add(line);
  }

  void add(const std::string& line) {
    auto requirement = parse_requirement(line, root_);
    const bool local = requirement.place.starts_with('/');
    if (local) files.packages.emplace_back(requirement.place);
    list.requirements.push_back(std::move(requirement));
  }

  void add_links(const std::string& links, const HostPath& folder) {
    if (is_url(links) && !links.starts_with("file:")) return list.options.push_back("--find-links " + links);
    const auto path = links.starts_with("file:") ? *local_path(links, folder) : in_folder(folder, links);
    files.indexes.push_back(path);
    list.options.push_back("--find-links " + files.indexes.back().string());
  }

  // Records a list of constraints and the lists that it includes, because all of them decide the result.
  // Returns its path.
  std::string constraint(const HostPath& file) {
    if (!seen_.insert(file.lexically_normal()).second) return file.lexically_normal().string();
    files.lists.push_back(file);
    Reader inner(root_);
    inner.seen_ = seen_;  // lists of constraints may include each other
    inner.read_lines(text_of_list(file), file.parent_path());
    seen_ = std::move(inner.seen_);
    for (const auto& other : inner.files.lists) files.lists.push_back(other);
    return file.lexically_normal().string();
  }

  HostPath root_;  // the folder that paths of packages are relative to
  std::set<HostPath> seen_;
};

}  // namespace

RequirementList read_requirement_list(const HostPath& file) {
  Reader reader(file.parent_path());
  reader.read(file);
  return std::move(reader.list);
}

RequirementList parse_requirement_list(std::string_view text, const HostPath& folder) {
  Reader reader(folder);
  reader.read_lines(text, folder);
  return std::move(reader.list);
}

std::string to_text(const Requirement& requirement) {
  using Kind = Requirement::Kind;
  std::string text = requirement.name + requirement.extras;
  const bool by_place = requirement.kind != Kind::index || is_url(requirement.place);
  if (!by_place) {
    text += requirement.place;
  } else if (requirement.name.empty()) {
    text = requirement.place + requirement.extras;
  } else {
    const bool local = requirement.place.starts_with('/');
    text += " @ " + (local ? "file://" + with_percents(requirement.place) : requirement.place);
  }
  if (!requirement.marker.empty()) text += " ; " + requirement.marker;
  if (!requirement.options.empty()) text += " " + requirement.options;
  for (const auto& hash : requirement.hashes) text += " --hash=" + hash;
  return text;
}

std::string to_text(const RequirementList& list) {
  std::string text;
  for (const auto& option : list.options) text += option + '\n';
  for (const auto& requirement : list.requirements) text += to_text(requirement) + '\n';
  return text;
}

bool wants_hashes(const RequirementList& list) {
  const char* variable = std::getenv("PIP_REQUIRE_HASHES");
  const bool asked = variable != nullptr && std::string_view(variable) != "0" && *variable != '\0';
  return asked || std::ranges::count(list.options, "--require-hashes") > 0 ||
         std::ranges::any_of(list.requirements, [](const auto& each) { return !each.hashes.empty(); });
}

RequirementFiles requirement_files(const HostPath& file) {
  Reader reader(file.parent_path());
  reader.read(file);
  return std::move(reader.files);
}

}  // namespace lbundle
