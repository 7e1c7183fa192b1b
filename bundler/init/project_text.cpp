#include "init/project_text.hpp"

#include <algorithm>

#include "init/function_choice.hpp"
#include "model/glob.hpp"
#include "model/text.hpp"
#include "project/host_glob.hpp"

namespace lbundle::init {

namespace {

// Where comments begin, as in docs/project-file.md.
constexpr std::size_t comment_column = 35;

std::string with_comment(std::string line, const std::string& comment) {
  line.resize(std::max(line.size() + 2, comment_column), ' ');
  return line + "# " + comment + "\n";
}

std::string comment_line(const std::string& text) {
  return "# " + text + "\n";
}

std::string list_of(const std::vector<Text>& texts) {
  std::string list;
  for (const auto& text : texts) list += (list.empty() ? "" : ", ") + toml_text(text.value);
  return "[" + list + "]";
}

std::string reasons_of(const std::vector<Text>& texts) {
  std::string reasons;
  for (const auto& text : texts)
    if (reasons.find(text.from) == std::string::npos) reasons += (reasons.empty() ? "" : "; ") + text.from;
  return reasons;
}

// A file or folder and the place that it gets in the bundle.
struct SourceLine {
  std::string from, to, why;
  bool is_folder = false;
};

class ProjectWriter {
 public:
  explicit ProjectWriter(const Found& found) : found_(found) { sort_sources(); }

  std::string text() {
    text_ = comment_line("Written by `lbundle init`. Each comment says where its value comes from.");
    text_ += comment_line("All keys: `man lbundle`, or docs/project-file.md in lbundle's repository.");
    function();
    placed_sources();
    environment();
    events();
    stage();
    sandbox();
    layers();
    return text_;
  }

 private:
  void add(const std::string& line, const std::string& comment) { text_ += with_comment(line, comment); }
  void table(const std::string& name) { text_ += "\n" + name + "\n"; }
  std::string path(const HostPath& file) const { return shown(file, found_.folder); }

  // What has the same path in the bundle goes into `source`; the rest into [[source]].
  void sort_sources() {
    std::vector<SourceLine> lines;
    boost::system::error_code ignored;
    for (const auto& copy : found_.described.copies)
      lines.push_back({path(copy.path), copy.to, copy.from, fs::is_directory(copy.path, ignored)});
    if (lines.empty())
      for (const auto& part : found_.own)
        lines.push_back({path(found_.code / part.path), part.path, part.why, part.is_folder});
    for (auto& line : lines) {
      if (line.from == line.to) {
        same_.push_back(std::move(line));
      } else {
        moved_.push_back(std::move(line));
      }
    }
  }

  void function() {
    const auto& described = found_.described;
    table("[function]");
    add("name = " + toml_text(found_.name.value), found_.name.from);
    add("handler = " + toml_text(found_.handler.value), found_.handler.from);
    add("runtime = " + toml_text(found_.runtime.value), found_.runtime.from);
    if (described.architecture)
      add("architecture = " + toml_text(described.architecture->value), described.architecture->from);
    if (described.memory)
      add(format("memory = {}", described.memory->value), "MB; " + described.memory->from);
    if (described.timeout)
      add(format("timeout = {}", described.timeout->value), "seconds; " + described.timeout->from);
    if (described.region) add("region = " + toml_text(described.region->value), described.region->from);
    if (const auto& list = found_.requirements; !list.file.empty())
      add("requirements = " + toml_text(path(list.file)), list.from);
    if (!found_.extras.empty()) add("extras = " + list_of(found_.extras), reasons_of(found_.extras));
    if (!found_.groups.empty()) add("groups = " + list_of(found_.groups), reasons_of(found_.groups));
    source();
  }

  void source() {
    const auto lines = source_globs();
    if (lines.empty()) {
      if (!moved_.empty()) add("source = []", "only what each [[source]] names");
      return;
    }
    text_ += "source = [\n";
    for (const auto& [glob, why] : lines) add("    " + toml_text(glob) + ",", why);
    text_ += "]\n";
  }

  std::vector<std::pair<std::string, std::string>> source_globs() const {
    std::vector<std::pair<std::string, std::string>> globs;
    for (const auto& pattern : found_.described.patterns)
      if (!pattern.value.starts_with('!') && !files_matching(found_.folder, pattern.value).empty())
        globs.emplace_back(pattern.value, pattern.from);
    const auto given = globs;
    for (const auto& line : same_) {
      const auto probe = line.is_folder ? line.from + "/x" : line.from;
      const bool covered = std::ranges::any_of(given, [&](const auto& glob) {
        return Glob(glob.first).matches(probe) || (line.is_folder && glob.first.starts_with(line.from + "/"));
      });
      if (!covered) globs.emplace_back(exact_glob(line.from) + (line.is_folder ? "/**" : ""), line.why);
    }
    return globs;
  }

  void placed_sources() {
    for (const auto& line : moved_) {
      table("[[source]]");
      add("from = " + toml_text(line.from), line.why);
      text_ += "to = " + toml_text(line.to) + "\n";
    }
  }

  void environment() {
    if (found_.environment.empty()) return;
    table("[environment]");
    for (const auto& variable : found_.environment) {
      const auto line =
          toml_key(variable.name) + " = " + toml_text(variable.value.value_or(placeholder_of(variable.name)));
      if (variable.value && (variable.needed || !variable.value->empty())) {
        add((variable.needed ? "" : "# ") + line,
            variable.from + (variable.needed ? "" : ", reads it and has this default"));
      } else if (!variable.needed) {
        add("# " + line, variable.from + ", reads it");
      } else {
        add(line, variable.why_none.empty()
                      ? format("a placeholder: {}, needs it", variable.from)
                      : format("a placeholder for {} ({})", variable.why_none, variable.from));
      }
    }
  }

  static std::string toml_key(const std::string& name) {
    const bool bare = std::ranges::all_of(
        name, [](unsigned char c) { return std::isalnum(c) != 0 || c == '_' || c == '-'; });
    return bare ? name : toml_text(name);
  }

  // A value that most code accepts for a variable of that name.
  static std::string placeholder_of(const std::string& name) {
    const auto last = name.substr(name.rfind('_') + 1);
    for (const auto* number :
         {"PORT", "COUNT", "SIZE", "LIMIT", "MAX", "MIN", "SECONDS", "TIMEOUT", "TTL", "DAYS", "NUM"})
      if (last == number) return "1";
    if (last == "URL" || last == "ENDPOINT" || last == "URI") return "https://example.com";
    if (last == "REGION") return "us-east-1";
    auto text = name;
    std::ranges::transform(text, text.begin(), [](unsigned char c) {
      return c == '_' ? '-' : static_cast<char>(std::tolower(c));
    });
    return text;
  }

  void events() {
    const auto& samples = found_.samples;
    table("[[event]]");
    if (samples.files.empty()) {
      add("files = " + toml_text(path(samples.skeleton)), samples.from);
      return;
    }
    const auto folder = samples.files.front().parent_path();
    const auto all = files_matching(folder, "*.json");
    const bool whole =
        samples.files.size() > 1 && all.size() == samples.files.size() &&
        std::ranges::all_of(samples.files, [&](const auto& file) { return file.parent_path() == folder; });
    if (whole) {
      const auto name = path(folder);
      add("files = " + toml_text((name == "." ? "" : exact_glob(name) + "/") + "*.json"), samples.from);
      return;
    }
    if (samples.files.size() == 1) {
      add("files = " + toml_text(exact_glob(path(samples.files.front()))), samples.from);
      return;
    }
    text_ += with_comment("files = [", samples.from);
    for (const auto& file : samples.files) text_ += "    " + toml_text(exact_glob(path(file))) + ",\n";
    text_ += "]\n";
  }

  void stage() {
    if (!found_.preinstalled) return;
    table("[stage]");
    add("preinstalled = " + toml_text(found_.preinstalled->value), found_.preinstalled->from);
  }

  void sandbox() {
    if (const auto& timeout = found_.described.timeout) {
      // The function sees Lambda's limit. A run under the tracer on a busy machine may take longer.
      table("[sandbox]");
      add(format("timeout = {}", std::max(60, timeout->value)), "seconds for an event on this machine");
    }
    for (const auto& mount : found_.mounts) {
      text_ +=
          "\n" + comment_line(format(
                     "{}, names {}. A folder of this machine can stand in for it:", mount.from, mount.value));
      text_ += "# [[sandbox.mount]]\n# source = \"data\"\n";
      const auto end = mount.value.find('/', std::string("/mnt/").size());
      text_ += "# target = " + toml_text(mount.value.substr(0, end)) + "\n";
    }
    if (found_.services.empty()) return;
    std::string clients;
    for (const auto& service : found_.services)
      clients += (clients.empty() ? "" : ", ") + format("{} ({})", service.value, service.from);
    text_ += "\n" + comment_line(format("The code makes clients of AWS: {}.", clients));
    text_ += comment_line("Events have no network. These lines start a stand-in that is empty at first.");
    text_ += comment_line("A `seed` fills it; docs/servers.md says how.");
    text_ += "# [[sandbox.service]]\n# kind = \"aws\"\n";
  }

  void layers() {
    boost::system::error_code ignored;
    for (const auto& layer : found_.described.layers) {
      const auto name = name_of(layer, found_.folder);
      if (layer.path.extension() == ".zip" && fs::is_regular_file(layer.path, ignored)) {
        table("[[layer]]");
        add("zip = " + toml_text(path(layer.path)), layer.from);
        continue;
      }
      const auto zip = "layers/" + function_name(name.substr(0, name.find(':'))) + ".zip";
      text_ += "\n" + comment_line(format(
                          "The layer {} ({}) is unpacked at /opt. Get its zip, and name it here:", name,
                          layer.from));
      if (!layer.path.empty())
        text_ += comment_line(format("lbundle pack {} --layer -o {}", path(layer.path), zip));
      if (layer.text.starts_with("arn:") && layer.text.find("${") == std::string::npos)
        text_ +=
            comment_line(format("curl --create-dirs -o {} \"$(aws lambda get-layer-version-by-arn --arn {} "
                                "--query Content.Location --output text)\"",
                                zip, layer.text));
      text_ += "# [[layer]]\n# zip = " + toml_text(zip) + "\n";
    }
  }

  const Found& found_;
  std::vector<SourceLine> same_, moved_;
  std::string text_;
};

}  // namespace

std::string toml_text(std::string_view text) {
  std::string quoted = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      quoted += '\\';
      quoted += c;
    } else if (c == '\n') {
      quoted += "\\n";
    } else if (c == '\t') {
      quoted += "\\t";
    } else if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f) {
      quoted += format("\\u{:04X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    } else {
      quoted += c;
    }
  }
  return quoted + "\"";
}

std::string project_text(const Found& found) {
  return ProjectWriter(found).text();
}

}  // namespace lbundle::init
