#include "staging/own_files.hpp"

#include <algorithm>
#include <set>

#include <sys/stat.h>
#include <unistd.h>

#include "model/error.hpp"
#include "model/glob.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "project/folder_links.hpp"
#include "project/host_glob.hpp"
#include "project/own_file_rules.hpp"
#include "python/requirement_list.hpp"
#include "staging/folder_walk.hpp"

namespace lbundle {

namespace {

// The lists that pip reads: the one that the project file names, and those that it includes.
std::set<HostPath> lists_of_pip(const OwnFileSettings& settings) {
  if (!settings.requirements) return {};
  std::set<HostPath> lists{*settings.requirements};
  if (settings.requirements->extension() != ".txt") return lists;
  const auto files = requirement_files(*settings.requirements);
  lists.insert(files.lists.begin(), files.lists.end());
  return lists;
}

// Returns the paths that the project file names for another use than as own files, with the wheels beside the
// list of requirements. A folder of sources that the list names may also be a folder of own files, so it is
// not among them.
std::set<HostPath> not_for_the_bundle(const OwnFileSettings& settings) {
  auto paths = settings.other_inputs;
  paths.insert(settings.project_file);
  if (!settings.requirements || settings.requirements->extension() != ".txt") return paths;
  const auto files = requirement_files(*settings.requirements);
  for (const auto& path : files.packages) {
    if (!fs::is_directory(path)) paths.insert(path);
  }
  for (const auto& path : files.indexes) {
    if (path != settings.project_file.parent_path()) paths.insert(path);
  }
  return paths;
}

// A file outside the project's folder keeps only its name: "../shared/util.py" becomes "util.py".
BundlePath bundle_path_of(const HostPath& project_folder, const HostPath& path) {
  const auto relative = path.lexically_relative(project_folder).string();
  auto inside = BundlePath::parse(relative);
  return inside && !inside->is_root() ? *inside : BundlePath(path.filename().string());
}

// Own files that come from several sources, each with the words that name its source in errors.
class Gathering {
 public:
  void add(const BundlePath& path, const HostPath& file, const std::string& source) {
    const auto [at, is_new] = files_.emplace(path, file);
    if (is_new) {
      sources_.emplace(path, source);
    } else if (!have_same_content(at->second, file)) {
      throw Error("stage", path.bytes(),
                  format("{} ({}) and {} ({}) both give it, with different content", sources_.at(path),
                         at->second.string(), source, file.string()),
                  "give one of them another `to`, or leave the file out of one of them")
          .with_status(ExitStatus::wrong_usage);
    }
  }
  OwnFiles files() { return std::move(files_); }

 private:
  static bool have_same_content(const HostPath& one, const HostPath& other) {
    boost::system::error_code ignored;
    return fs::equivalent(one, other, ignored) || read_file(one) == read_file(other);
  }

  OwnFiles files_;
  std::map<BundlePath, std::string> sources_;
};

// Files that lbundle itself reads or writes in this run. The zip of the last build would otherwise go into
// the next one, and so on.
class FilesOfThisRun {
 public:
  explicit FilesOfThisRun(const std::vector<HostPath>& paths) {
    for (const auto& path : paths) paths_.insert(real_place(path));
    for (const auto fd : {STDOUT_FILENO, STDERR_FILENO}) {
      struct stat status {};
      if (fstat(fd, &status) == 0 && S_ISREG(status.st_mode)) outputs_.emplace(status.st_dev, status.st_ino);
    }
  }

  bool contain(const HostPath& file) const {
    if (paths_.contains(real_place(file))) return true;
    boost::system::error_code failure;
    if (const auto target = fs::canonical(file, failure); !failure && paths_.contains(target)) return true;
    struct stat status {};
    return !outputs_.empty() && stat(file.c_str(), &status) == 0 &&
           outputs_.contains({status.st_dev, status.st_ino});
  }

 private:
  // The path with no links to folders in it. lbundle replaces a link to a file; it does not write through it.
  static HostPath real_place(const HostPath& path) {
    boost::system::error_code failure;
    const auto folder = fs::canonical(path.parent_path(), failure);
    return failure ? path : folder / path.filename();
  }

  std::set<HostPath> paths_;
  std::set<std::pair<dev_t, ino_t>> outputs_;
};

// Gathers the own files of a project.
class OwnFileFinder {
 public:
  explicit OwnFileFinder(const OwnFileSettings& settings)
      : settings_(settings),
        folder_(settings.project_file.parent_path()),
        lists_(lists_of_pip(settings)),
        of_this_run_(settings.of_this_run) {}

  OwnFileSearch find() {
    if (settings_.source.empty()) {
      if (!settings_.only_placed) add_folder();
    } else {
      for (const auto& glob : settings_.source) add_glob(glob);
    }
    for (const auto& [path, file] : settings_.made) {
      if (!is_placed(folder_ / path.bytes())) found_.add(path, file, "the command of [stage]");
    }
    for (const auto& source : settings_.placed) add_placed(source);
    return {found_.files(), std::move(findings_), std::move(doubtful_), std::move(left_out_)};
  }

 private:
  // True for a file that an earlier run of the command may have left.
  bool is_output(const HostPath& file) const {
    return !settings_.outputs.empty() &&
           matches_any(file.lexically_relative(folder_).string(), settings_.outputs);
  }

  // True for a file that lbundle reads or writes in this run; it is noted as left out.
  // `quiet`: it is no surprise.
  bool is_of_this_run(const HostPath& file, bool quiet = false) {
    if (!of_this_run_.contain(file)) return false;
    if (noted_.insert(file).second)
      left_out_.push_back({file.lexically_relative(folder_).string(), "lbundle reads or writes it", quiet});
    return true;
  }

  // Notes why a file of the project's folder may not be the function's.
  void note_doubt(const BundlePath& path, const HostPath& file) {
    const auto& rules = own_file_rules();
    if (lists_.contains(file)) {
      doubtful_.emplace(path, Doubt{"the list of requirements; no event used it, and the function's code "
                                    "does not name it",
                                    "", "", false});
    } else if (const auto* rule = rules.unless_used_at(path.bytes())) {
      doubtful_.emplace(
          path, Doubt{format("{}; no event used it, and the function's code does not name it", rule->reason),
                      to_text(rule->location), "", false});
    } else if (const auto* folder = rules.by_reach_at(path.bytes())) {
      doubtful_.emplace(path, Doubt{folder->reason, to_text(folder->location),
                                    path.bytes().substr(0, path.bytes().find('/')), folder->named_by_any});
    }
  }

  bool is_placed(const HostPath& file) const {
    return std::ranges::any_of(settings_.placed, [&](const auto& source) {
      const auto below = file.lexically_relative(source.path);
      return !below.empty() && *below.begin() != "..";
    });
  }

  void add_folder() {
    auto excluded = not_for_the_bundle(settings_);
    // A folder of [[source]] that holds the project itself is not left out.
    for (const auto& source : settings_.placed)
      if (source.path != folder_) excluded.insert(source.path);
    for (const auto& [path, file] : files_below(folder_, folder_, std::move(excluded), &left_out_)) {
      if (is_output(file) || is_of_this_run(file, true)) continue;
      found_.add(path, file, "the project's folder");
      note_doubt(path, file);
      if (const auto folder = folder_of_link_text(file); !folder.empty())
        findings_.push_back(
            {Severity::warning, "link-text", path.bytes(),
             format("this file holds the text of a link to the folder {}, as git writes it where links are "
                    "switched "
                    "off; the file is bundled, and the folder is not",
                    folder.string()),
             format(
                 "`git config core.symlinks true` and a new checkout make it a link again; or leave the file "
                 "out, and write [[source]] with from = \"{}\" and to = \"{}\"",
                 folder.lexically_relative(folder_).string(), path.bytes())});
    }
  }

  void add_glob(const std::string& glob) {
    const auto search = search_files(folder_, glob);
    for (const auto& link : search.dangling) report_dangling(link, glob);
    for (const auto& file : search.texts) report_text(file);
    bool any = false;
    for (const auto& path : search.files) {
      if (is_output(path)) continue;
      any = true;
      if (is_of_this_run(path)) continue;
      const auto real = search.real.find(path);
      found_.add(bundle_path_of(folder_, path), real == search.real.end() ? path : real->second,
                 format("source = \"{}\"", glob));
    }
    for (const auto& [path, file] : settings_.made) any = any || Glob(glob).matches(path.bytes());
    if (any) return;
    throw Error("stage", glob,
                settings_.outputs.empty()
                    ? "no file matches it"
                    : "no file matches it, and the command of [stage] made none that does",
                "correct `function.source` in " + settings_.project_file.filename().string());
  }

  void report_dangling(const HostPath& link, const std::string& glob) {
    if (!reported_.insert(link).second) return;
    const auto name = link.lexically_relative(folder_).string();
    if (Glob(glob).matches(name)) require_file(link);
    findings_.push_back(
        {Severity::warning, "dangling-link", name,
         format("it is a link that leads to nothing, and `{}` in `function.source` may be meant "
                "to find files behind it",
                glob),
         "mend the link or remove it"});
  }

  void report_text(const HostPath& file) {
    if (!reported_.insert(file).second) return;
    findings_.push_back(
        {Severity::note, "link-text", file.lexically_relative(folder_).string(),
         format("this file holds the text of a link to the folder {}, as git writes it where links "
                "are switched off; the folder's files are bundled as if the link were there",
                folder_of_link_text(file).string()),
         "`git config core.symlinks true` and a new checkout make it a link again"});
  }

  void add_placed(const PlacedSource& source) {
    const auto words = format("[[source]] from = \"{}\"", source.from);
    bool any = false;
    const auto add = [&](const BundlePath& path, const HostPath& file) {
      any = true;
      if (!is_of_this_run(file)) found_.add(path, file, words);
    };
    boost::system::error_code ignored;
    if (fs::is_regular_file(source.path, ignored)) {
      if (!is_output(source.path)) add(place_of_file(source), source.path);
    } else if (fs::is_directory(source.path, ignored)) {
      for (const auto& [path, file] : files_below(source.path, folder_, not_placed(source), &left_out_))
        if (!is_output(file)) add(source.to / path.bytes(), file);
    }
    for (const auto& [path, file] : settings_.made) {
      const auto below = (folder_ / path.bytes()).lexically_relative(source.path);
      if (below == ".") add(place_of_file(source), file);
      if (!below.empty() && below != "." && *below.begin() != "..") add(source.to / below.string(), file);
    }
    if (any) return;
    const bool exists = fs::exists(source.path, ignored);
    throw Error("stage", source.from,
                exists ? "[[source]] names it, and every file in it is ignored, or there is none"
                       : "[[source]] names it, and it does not exist",
                exists ? "look at the .gitignore and .lbundleignore files in it and above it"
                       : "correct `from`; it is relative to the folder of the project file")
        .with_status(ExitStatus::wrong_usage);
  }

  static BundlePath place_of_file(const PlacedSource& source) {
    return source.to_folder ? source.to / source.path.filename().string() : source.to;
  }

  // What a folder of [[source]] holds that is not bundled: lbundle's own files, which another function in it
  // may have, and what the project has another use for.
  std::set<HostPath> not_placed(const PlacedSource& source) const {
    auto paths = settings_.other_inputs;
    for (const auto* name : {"lbundle.toml", "lbundle.access.jsonl", "lbundle.baseline.json"})
      paths.insert(source.path / name);
    return paths;
  }

  const OwnFileSettings& settings_;
  const HostPath folder_;
  Gathering found_;
  std::set<HostPath> reported_;  // what has a finding already
  Findings findings_;
  const std::set<HostPath> lists_;
  const FilesOfThisRun of_this_run_;
  std::set<HostPath> noted_;
  std::map<BundlePath, Doubt> doubtful_;
  std::vector<LeftOut> left_out_;
};

}  // namespace

OwnFileSearch search_own_files(const OwnFileSettings& settings) {
  return OwnFileFinder(settings).find();
}

OwnFiles find_own_files(const OwnFileSettings& settings) {
  return search_own_files(settings).files;
}

}  // namespace lbundle
