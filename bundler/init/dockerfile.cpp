// Reads the last stage of a Dockerfile. Source: Docker's documentation, "Dockerfile reference"; AWS Lambda
// developer guide, "Deploy Python Lambda functions with container images".
#include <algorithm>
#include <regex>
#include <sstream>

#include "init/descriptions.hpp"
#include "init/literals.hpp"
#include "json/json.hpp"
#include "model/glob.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"

namespace lbundle::init {

namespace {

struct DockerLine {
  std::string instruction, rest;
  int line = 0;
};

std::string upper(std::string text) {
  std::ranges::transform(text, text.begin(),
                         [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  return text;
}

// The instructions, with lines that end in a backslash joined.
std::vector<DockerLine> docker_lines(const std::string& text) {
  std::vector<DockerLine> lines;
  std::istringstream stream(text);
  std::string line, joined;
  int number = 0, begin = 0;
  while (std::getline(stream, line)) {
    ++number;
    const auto clean = std::string(trimmed(line));
    if (clean.starts_with('#') || (clean.empty() && joined.empty())) continue;
    if (joined.empty()) begin = number;
    if (clean.ends_with('\\')) {
      joined += clean.substr(0, clean.size() - 1) + " ";
      continue;
    }
    joined += clean;
    const auto blank = joined.find_first_of(" \t");
    if (blank != std::string::npos)
      lines.push_back({upper(joined.substr(0, blank)), std::string(trimmed(joined.substr(blank))), begin});
    joined.clear();
  }
  return lines;
}

std::vector<std::string> words_of(const std::string& text) {
  if (text.starts_with('[')) {
    try {
      return parse_json(text, "Dockerfile").get<std::vector<std::string>>();
    } catch (const std::exception&) {
      return {};
    }
  }
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;) words.push_back(word);
  return words;
}

// A path in the image, relative to /var/task; nothing if it is elsewhere. AWS's images begin in /var/task.
std::optional<std::string> below_task(std::string path) {
  for (const auto* root : {"${LAMBDA_TASK_ROOT}", "$LAMBDA_TASK_ROOT", "/var/task"})
    if (path.starts_with(root)) path = "./" + path.substr(std::string(root).size());
  if (path.starts_with('/') || path.find('$') != std::string::npos) return std::nullopt;
  const bool folder = path.ends_with('/') || path == ".";
  auto clean = HostPath(path).lexically_normal().generic_string();
  while (clean.ends_with('/') || clean.ends_with("/.")) clean.resize(clean.size() - 1);
  while (clean.starts_with("./")) clean.erase(0, 2);
  if (clean.empty()) clean = ".";
  return folder && clean != "." ? clean + "/" : clean;
}

class DockerReader {
 public:
  DockerReader(HostPath file, HostPath context, const HostPath& folder)
      : context_(std::move(context)), name_(shown(file, folder)), text_(read_text_file(file)) {}

  std::vector<Described> functions() {
    found_.code = context_;
    found_.from = name_;
    auto lines = docker_lines(text_);
    const auto last = std::find_if(lines.rbegin(), lines.rend(),
                                   [](const DockerLine& line) { return line.instruction == "FROM"; });
    if (last == lines.rend()) return {};
    for (auto at = last.base() - 1; at != lines.end(); ++at) take(*at);
    if (!found_.runtime) return {};
    if (copies_all_) {
      found_.copies.clear();
    } else if (found_.handler) {
      find_code();
    }
    return {found_};
  }

 private:
  std::string place(const DockerLine& line) const { return format("{}, line {}", name_, line.line); }

  void take(const DockerLine& line) {
    if (line.instruction == "FROM") take_from(line);
    if (line.instruction == "COPY" || line.instruction == "ADD") take_copy(line);
    if (line.instruction == "RUN") take_run(line);
    if (line.instruction == "ENV") take_variables(line);
    if (line.instruction == "CMD") {
      const auto words = words_of(line.rest);
      if (words.size() == 1) found_.handler = Text{words.front(), place(line)};
    }
  }

  // The folder of the context in which the handler's module is found by its path in the image.
  void find_code() {
    auto module = found_.handler->value.substr(0, found_.handler->value.rfind('.'));
    if (found_.runtime->value.starts_with("python")) std::ranges::replace(module, '.', '/');
    boost::system::error_code ignored;
    for (const auto& copy : found_.copies)
      for (const auto* ending : {".py", "/__init__.py", ".js", ".mjs", ".cjs"}) {
        const auto wanted = module + ending;
        if (copy.to == wanted && copy.path.generic_string().ends_with("/" + wanted)) {
          const auto text = copy.path.generic_string();
          found_.code = text.substr(0, text.size() - wanted.size() - 1);
          return;
        }
        const auto inside = copy.to == "." ? wanted
                            : wanted.starts_with(copy.to + "/") && copy.path.filename() == HostPath(copy.to)
                                ? wanted.substr(copy.to.size() + 1)
                                : "";
        if (inside.empty() || !fs::is_regular_file(copy.path / inside, ignored)) continue;
        found_.code = copy.to == "." ? copy.path : copy.path.parent_path();
        return;
      }
  }

  void take_from(const DockerLine& line) {
    static const std::regex image(R"((?:lambda|sam)/(?:build-)?(python|nodejs|provided):?((?:al)?[\d.]+))");
    std::smatch match;
    if (!std::regex_search(line.rest, match, image)) return;
    std::string version = match[2];
    while (version.ends_with('.')) version.pop_back();
    const auto language = match[1].str();
    found_.runtime =
        Text{language + (language == "provided" ? "." : "") + version + (language == "nodejs" ? ".x" : ""),
             place(line)};
    if (line.rest.find("arm64") != std::string::npos) found_.architecture = Text{"arm64", place(line)};
  }

  void take_copy(const DockerLine& line) {
    auto words = words_of(line.rest);
    if (std::ranges::any_of(words, [](const auto& word) { return word.starts_with("--from"); })) {
      found_.notes.push_back(
          format("{} copies from another stage, which lbundle does not build", place(line)));
      return;
    }
    std::erase_if(words, [](const auto& word) { return word.starts_with("--"); });
    if (words.size() < 2) return;
    const auto to = below_task(words.back());
    words.pop_back();
    for (const auto& word : words) {
      for (const auto& path : sources(word)) copied_.push_back(path);
      if (to) add_copies(word, *to, words.size() > 1, line);
    }
  }

  void add_copies(const std::string& word, const std::string& to, bool several, const DockerLine& line) {
    const auto paths = sources(word);
    boost::system::error_code ignored;
    for (const auto& path : paths) {
      const bool is_folder = fs::is_directory(path, ignored);
      if (path == context_ && to == ".") copies_all_ = true;
      const bool into = to == "." || to.ends_with('/') || several || paths.size() > 1;
      auto target = to.ends_with('/') ? to.substr(0, to.size() - 1) : to;
      if (!is_folder && into) target = (target == "." ? "" : target + "/") + path.filename().string();
      found_.copies.push_back({path, target, place(line)});
    }
  }

  // The files and folders of the context that a word of COPY names.
  std::vector<HostPath> sources(const std::string& word) const {
    std::vector<HostPath> paths;
    const auto path = without_slash((context_ / word).lexically_normal());
    boost::system::error_code ignored;
    if (word.find_first_of("*?[") == std::string::npos) {
      if (fs::exists(path, ignored)) paths.push_back(path);
      return paths;
    }
    const Glob glob(path.filename().string());
    for (fs::directory_iterator at(path.parent_path(), ignored), end; !ignored && at != end;
         at.increment(ignored))
      if (glob.matches(at->path().filename().string())) paths.push_back(at->path());
    std::ranges::sort(paths);
    return paths;
  }

  // The lines of pip, uv and poetry.
  void take_run(const DockerLine& line) {
    static const std::regex command(
        R"((?:^|&&|;)\s*(?:python3?\s+-m\s+)?(pip3?\s+install|uv\s+(?:sync|export|pip\s+install)|poetry\s+(?:install|export))\s([^;&|]*))");
    static const std::regex extra(R"(--(extra|extras|all-extras|group|with)[ =]"?([\w.,-]+))");
    for (std::sregex_iterator at(line.rest.begin(), line.rest.end(), command), end; at != end; ++at) {
      const std::string tool = (*at)[1], arguments = (*at)[2];
      if (tool.find("install") != std::string::npos && !tool.starts_with("poetry")) take_pip(arguments, line);
      for (std::sregex_iterator option(arguments.begin(), arguments.end(), extra); option != end; ++option) {
        auto& names = (*option)[1].str().starts_with("extra") ? found_.extras : found_.groups;
        std::istringstream list((*option)[2]);
        for (std::string name; std::getline(list, name, ',');) names.push_back({name, place(line)});
      }
    }
  }

  void take_pip(const std::string& arguments, const DockerLine& line) {
    auto words = words_of(arguments);
    std::string packages;
    for (std::size_t i = 0; i < words.size(); ++i) {
      auto word = words[i];
      std::erase_if(word, [](char c) { return c == '"' || c == '\''; });
      if (word == "-r" || word == "--requirement") {
        if (i + 1 < words.size()) take_list(words[++i], line);
      } else if (word == "-t" || word == "--target" || word == "-c" || word == "-i" ||
                 word == "--index-url" || word == "--platform" || word == "--prefix") {
        ++i;
      } else if (word.starts_with(".[")) {
        std::istringstream list(word.substr(2, word.find(']') - 2));
        for (std::string name; std::getline(list, name, ',');) found_.extras.push_back({name, place(line)});
      } else if (!word.starts_with('-') && !word.starts_with('.') && word.find('/') == std::string::npos &&
                 word != "pip" && word != "setuptools" && word != "wheel") {
        packages += word + "\n";
      }
    }
    if (!packages.empty() && !found_.requirements)
      found_.requirements = Requirements{{}, place(line), packages};
  }

  // `name` is the list's path in the image. In the context it is the copied file of that name.
  void take_list(const std::string& name, const DockerLine& line) {
    const auto last = HostPath(name).filename();
    for (const auto& path : copied_)
      if (path.filename() == last) found_.requirements = Requirements{path, place(line), ""};
    boost::system::error_code ignored;
    const auto here = (context_ / name).lexically_normal();
    if (!found_.requirements && fs::is_regular_file(here, ignored))
      found_.requirements = Requirements{here, place(line), ""};
  }

  void take_variables(const DockerLine& line) {
    static const std::regex entry(R"re((\w+)=(?:"([^"]*)"|(\S*)))re");
    for (std::sregex_iterator at(line.rest.begin(), line.rest.end(), entry), end; at != end; ++at) {
      const std::string value = (*at)[2].matched ? (*at)[2] : (*at)[3];
      if ((*at)[1] == "PATH" || value.find('$') != std::string::npos) continue;
      set_variable(found_.environment, {(*at)[1], value, place(line), {}, true});
    }
  }

  const HostPath context_;
  const std::string name_, text_;
  Described found_;
  std::vector<HostPath> copied_;
  bool copies_all_ = false;
};

}  // namespace

std::vector<Described> read_dockerfile(const HostPath& file, const HostPath& context,
                                       const HostPath& folder) {
  boost::system::error_code ignored;
  if (!fs::is_regular_file(file, ignored)) return {};
  return DockerReader(file, without_slash(context), folder).functions();
}

std::vector<Described> describe(const HostPath& folder, const OwnFiles& files) {
  if (auto found = read_template(folder); !found.empty()) return found;
  if (auto found = read_serverless(folder); !found.empty()) return found;
  if (auto found = read_cdk(folder, files); !found.empty()) return found;
  if (auto found = read_terraform(folder, files); !found.empty()) return found;
  return read_dockerfile(folder / "Dockerfile", folder, folder);
}

}  // namespace lbundle::init
