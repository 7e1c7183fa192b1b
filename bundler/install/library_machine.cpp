#include "install/library_machine.hpp"

#include <algorithm>
#include <array>

#include <sys/utsname.h>

#include "install/library_cache.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/bytes.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"

namespace lbundle {

namespace {

constexpr std::chrono::seconds answer_patience{30};

ProcessEnd ask(std::vector<std::string> words) {
  Command command;
  command.arguments = std::move(words);
  command.time_limit = answer_patience;
  return run(command);
}

std::vector<std::string> lines_of(const std::string& text) {
  std::vector<std::string> lines;
  for (std::size_t at = 0; at < text.size();) {
    const auto stop = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, stop - at));
    at = stop + 1;
  }
  return lines;
}

bool is_file(const HostPath& path) {
  boost::system::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

// Reads ldconfig's list, with lines like "\tlibexpat.so.1 (libc6,x86-64) =>
// /lib/x86_64-linux-gnu/libexpat.so.1".
std::map<std::string, std::vector<HostPath>> read_loader_list() {
  std::map<std::string, std::vector<HostPath>> found;
  for (const auto* program : {"/sbin/ldconfig", "/usr/sbin/ldconfig"}) {
    if (!is_file(program)) continue;
    for (const auto& line : lines_of(ask({program, "-p"}).output)) {
      const auto arrow = line.find(" => ");
      const auto start = line.find_first_not_of("\t ");
      const auto space = line.find(' ', start);
      if (arrow == std::string::npos || space > arrow) continue;
      found[line.substr(start, space - start)].emplace_back(line.substr(arrow + 4));
    }
    break;
  }
  return found;
}

// The folders in which the loader looks without a list. Source: ld.so(8), and the folders of Debian's
// multiarch.
constexpr std::array<const char*, 8> usual_folders{"/lib/x86_64-linux-gnu",
                                                   "/usr/lib/x86_64-linux-gnu",
                                                   "/lib/aarch64-linux-gnu",
                                                   "/usr/lib/aarch64-linux-gnu",
                                                   "/lib64",
                                                   "/usr/lib64",
                                                   "/lib",
                                                   "/usr/lib"};

std::vector<HostPath> files_named(const std::string& soname) {
  static const auto list = read_loader_list();
  std::vector<HostPath> files;
  const auto add = [&](const HostPath& path) {
    boost::system::error_code failure;
    const auto real = fs::canonical(path, failure);
    if (!failure && is_file(real) && std::ranges::find(files, real) == files.end()) files.push_back(real);
  };
  if (const auto known = list.find(soname); known != list.end())
    for (const auto& path : known->second) add(path);
  for (const auto* folder : usual_folders) add(HostPath(folder) / soname);
  return files;
}

struct Package {
  std::string name, version;
};

// Finds the package of a file. dpkg knows a file by its path in the package, which may lack today's "/usr".
Package package_of(const HostPath& file) {
  const auto path = file.string();
  std::vector<std::string> names{path};
  if (path.starts_with("/usr/")) names.push_back(path.substr(4));
  if (!find_program("dpkg-query").empty()) {
    for (const auto& name : names) {
      const auto owner = ask({"dpkg-query", "-S", name});
      const auto colon = owner.output.find(": ");
      if (!owner.succeeded() || colon == std::string::npos) continue;
      const auto package = owner.output.substr(0, colon);
      const auto version = ask({"dpkg-query", "-W", "-f", "${Version}", package});
      return {package.substr(0, package.find(':')), version.output};
    }
  }
  if (!find_program("rpm").empty()) {
    const auto end = ask({"rpm", "-q", "-f", "--queryformat", "%{NAME} %{VERSION}-%{RELEASE}", path});
    const auto space = end.output.find(' ');
    if (end.succeeded() && space != std::string::npos)
      return {end.output.substr(0, space), end.output.substr(space + 1)};
  }
  return {};
}

// The licence of a package below `root`, in the places of Debian's policy and rpm's macros.
std::string licence_of(const HostPath& root, const std::string& package) {
  const auto debian = root / "usr/share/doc" / package / "copyright";
  if (is_file(debian)) return read_text_file(debian);
  std::string text;
  for (const auto* place : {"usr/share/licenses", "usr/share/doc"}) {
    std::vector<HostPath> files;
    boost::system::error_code failure;
    for (fs::directory_iterator at(root / place, failure), end; !failure && at != end;
         at.increment(failure)) {
      const auto folder = at->path().filename().string();
      // rpm's folders of documents may end in a version.
      if (folder != package && !folder.starts_with(package + "-")) continue;
      boost::system::error_code ignored;
      for (fs::directory_iterator in(at->path(), ignored), stop; !ignored && in != stop;
           in.increment(ignored)) {
        const auto name = in->path().filename().string();
        const bool is_licence = std::ranges::any_of(
            std::array{"COPYING", "LICENSE", "LICENCE", "COPYRIGHT", "copying", "license"},
            [&](const char* start) { return name.starts_with(start); });
        if (is_licence && is_file(in->path())) files.push_back(in->path());
      }
    }
    std::ranges::sort(files);
    for (const auto& file : files) text += read_text_file(file);
    if (!text.empty()) break;
  }
  return text;
}

void add_text(std::string& texts, const std::string& text, std::string_view separator) {
  if (text.empty() || texts.find(text) != std::string::npos) return;
  if (!texts.empty()) texts += separator;
  texts += text;
}

std::string machine_processor() {
  utsname machine{};
  uname(&machine);
  return machine.machine;
}

bool is_for_this_machine(const Function& function) {
  return (machine_processor() == "aarch64") == (function.architecture == Architecture::arm64);
}

// The version that apt would install; empty if its lists have none.
std::string candidate_of(const std::string& package) {
  const auto end = ask({"apt-cache", "policy", package});
  constexpr std::string_view mark = "  Candidate: ";
  for (const auto& line : lines_of(end.output)) {
    if (!line.starts_with(mark)) continue;
    const auto version = line.substr(mark.size());
    return version == "(none)" ? std::string() : version;
  }
  return {};
}

// Unpacks `package`, in that version, below `folder`. Returns nothing if that worked, otherwise why it did
// not.
std::string download(const std::string& package, const std::string& version, const HostPath& folder) {
  const TempDir scratch(temporary_folder(), "lbundle-package");
  Command command;
  // A package that is not signed by a key of this machine is refused.
  command.arguments = {"apt-get",
                       "-o",
                       "APT::Get::AllowUnauthenticated=false",
                       "-o",
                       "Acquire::AllowInsecureRepositories=false",
                       "-o",
                       "Acquire::Retries=1",
                       "download",
                       format("{}={}", package, version)};
  command.folder = scratch.path();
  command.time_limit = std::chrono::minutes(5);
  const auto end = run(command);
  if (!end.succeeded()) return last_line(end.error_output.empty() ? end.output : end.error_output);
  for (const auto& entry : fs::directory_iterator(scratch.path())) {
    if (entry.path().extension() != ".deb") continue;
    const auto unpacked = ask({"dpkg-deb", "-x", entry.path().string(), folder.string()});
    return unpacked.succeeded() ? std::string() : last_line(unpacked.error_output);
  }
  return "apt-get download left no package";
}

}  // namespace

LibraryAnswer library_of_machine(const SystemLibrary& library) {
  LibraryAnswer answer;
  LibraryCopy copy;
  copy.of_machine = true;
  std::string origin;
  for (const auto& soname : library.libraries) {
    auto files = files_named(soname);
    if (files.empty()) continue;
    const auto package = package_of(files.front());
    if (!package.name.empty()) {
      if (copy.version.empty()) copy.version = package.version;
      add_text(origin, package.name, ", ");
      add_text(copy.licence, licence_of("/", package.name), "\n");
    }
    copy.libraries.emplace(soname, std::move(files));
  }
  if (copy.libraries.empty()) {
    answer.why_not = "it is not installed here";
    return answer;
  }
  for (const auto& [path, file] : library.data)
    if (is_file(HostPath("/") / file)) copy.data.emplace(path, HostPath("/") / file);
  copy.origin =
      origin.empty() ? "copied from this machine" : format("copied from this machine's package {}", origin);
  answer.copy = std::move(copy);
  return answer;
}

void find_in_unpacked(const SystemLibrary& library, const HostPath& root,
                      const std::vector<std::string>& packages, LibraryCopy& copy) {
  boost::system::error_code failure;
  std::map<std::string, std::vector<HostPath>> found;
  for (fs::recursive_directory_iterator at(root, failure), end; !failure && at != end;
       at.increment(failure)) {
    const auto name = at->path().filename().string();
    if (!library.gives(name)) continue;
    // The name may be a link to the file beside it. A link that leaves the folder does not belong to the
    // package.
    boost::system::error_code ignored;
    const auto real = fs::canonical(at->path(), ignored);
    const bool inside = !ignored && real.string().starts_with(fs::canonical(root).string() + "/");
    if (inside && is_file(real)) found[name].push_back(real);
  }
  for (auto& [name, files] : found) {
    std::ranges::sort(files);
    copy.libraries.emplace(name, std::move(files));
  }
  for (const auto& [path, file] : library.data)
    if (is_file(root / file)) copy.data.emplace(path, root / file);
  for (const auto& package : packages) add_text(copy.licence, licence_of(root, package), "\n");
}

LibraryAnswer library_of_archive(const SystemLibrary& library, const Function& function, const Store& store) {
  LibraryAnswer answer;
  if (library.debian.empty()) return answer;
  if (find_program("apt-get").empty() || find_program("dpkg-deb").empty()) {
    answer.why_not = "this machine has no apt";
    return answer;
  }
  if (!is_for_this_machine(function)) {
    answer.why_not = "this machine's apt has lists only for its own processor";
    return answer;
  }
  LibraryCopy copy;
  KeyBuilder key;
  key.add("package of an archive 2").add(machine_processor());
  std::vector<std::pair<std::string, std::string>> packages;
  std::string names;
  for (const auto& package : library.debian) {
    auto version = candidate_of(package);
    if (version.empty()) continue;
    key.add(package).add(version);
    if (copy.version.empty()) copy.version = version;
    add_text(names, package, ", ");
    packages.emplace_back(package, std::move(version));
  }
  if (packages.empty()) {
    answer.why_not = format("apt's lists have no {}; `apt-get update` fetches them", library.debian.front());
    answer.may_change = true;
    return answer;
  }
  HostPath folder;
  try {
    folder = library_folder(store, key.key(), [&](const HostPath& target) {
      log_step(format("{} {} is fetched by apt, but not installed", names, copy.version));
      for (const auto& [package, version] : packages)
        if (const auto fault = download(package, version, target); !fault.empty())
          throw Error("fetch", package, fault);
    });
  } catch (const Error& error) {
    answer.why_not = error.what();
    answer.may_change = true;
    return answer;
  }
  find_in_unpacked(library, folder, library.debian, copy);
  copy.origin = format("from the package {} of this machine's archive", names);
  answer.why_not = format("{} has none of its libraries", names);
  if (!copy.libraries.empty()) answer.copy = std::move(copy);
  return answer;
}

}  // namespace lbundle
