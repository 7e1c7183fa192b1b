// The problem: sources must come from somewhere, even years from now, and nobody may replace them by others.
// The idea: a recipe names an archive by its SHA-256, so it does not matter who sends it: this machine's
// mirror of Debian, which can be reached even if nothing else can; Debian itself; or a place that the recipe
// names. apt fetches from the mirrors that it is set up for, because it knows their proxy and password.
// Rejected: a copy of the sources in lbundle, which grows with each recipe; only a release's URL, which
// disappears some day.
#include "install/library_sources.hpp"

#include <algorithm>

#include "cache/inventory.hpp"
#include "model/error.hpp"
#include "model/text.hpp"
#include "os/digest_of.hpp"
#include "os/log.hpp"
#include "os/spawn.hpp"
#include "os/temp_dir.hpp"
#include "python/interpreter.hpp"
#include "python/script.hpp"

namespace lbundle {

namespace {

constexpr const char* debian_itself = "http://deb.debian.org/debian/";
// Part of apt, and not in PATH.
constexpr const char* apt_helper = "/usr/lib/apt/apt-helper";
constexpr std::chrono::minutes download_patience{5};

struct Place {
  std::string url;
  bool by_apt = false;
};

std::vector<Place> places_of(const LibraryBuild& build) {
  std::vector<Place> places;
  for (const auto& archive : build.archives) {
    if (archive.find("://") != std::string::npos) {
      places.push_back({archive});
      continue;
    }
    for (const auto& mirror : debian_mirrors()) places.push_back({mirror + archive, true});
    places.push_back({debian_itself + archive});
  }
  return places;
}

// Fetches the archive. Returns nothing if that worked, otherwise the answer of the place.
std::string fetch(const Place& place, const HostPath& target) {
  Command command;
  command.time_limit = download_patience;
  command.arguments = {apt_helper, "download-file", place.url, target.string()};
  const auto end = place.by_apt ? run(command)
                                : run_python_script(find_any_python(), PythonStart::with_packages, "fetch",
                                                    {"fetch", place.url, target.string()}, command);
  boost::system::error_code ignored;
  if (end.succeeded() && fs::is_regular_file(target, ignored)) return {};
  const auto line = last_line(end.error_output.empty() ? end.output : end.error_output);
  return line.empty() ? describe(end) : line;
}

}  // namespace

std::vector<std::string> debian_mirrors() {
  std::vector<std::string> mirrors;
  boost::system::error_code ignored;
  if (!fs::exists(apt_helper, ignored)) return mirrors;
  Command command;
  command.arguments = {"apt-get",     "indextargets",         "--format",
                       "$(REPO_URI)", "Created-By: Packages", "Origin: Debian"};
  command.time_limit = std::chrono::seconds(20);
  const auto end = run(command);
  for (std::size_t at = 0; at < end.output.size();) {
    const auto stop = std::min(end.output.find('\n', at), end.output.size());
    auto mirror = end.output.substr(at, stop - at);
    at = stop + 1;
    if (!mirror.empty() && !mirror.ends_with('/')) mirror += '/';
    if (!mirror.empty() && std::ranges::find(mirrors, mirror) == mirrors.end()) mirrors.push_back(mirror);
  }
  return mirrors;
}

HostPath archive_of(const LibraryBuild& build, const Store& store) {
  const auto folder = store.folder() / "system-libraries" / ("source-" + build.sha256.substr(0, 32));
  mark_used(folder);
  const auto archive = folder / "archive";
  boost::system::error_code ignored;
  if (fs::is_regular_file(archive, ignored) && to_hex(digest_of_file(archive)) == build.sha256)
    return archive;
  remove_tree(folder);
  TempDir fetching(store.folder() / "system-libraries", "fetching");
  std::string answers;
  for (const auto& place : places_of(build)) {
    log_step(format("{} is fetched", place.url));
    const auto target = fetching.path() / "archive";
    auto answer = fetch(place, target);
    if (answer.empty()) {
      const auto digest = to_hex(digest_of_file(target));
      if (digest == build.sha256) {
        if (!fs::is_directory(folder)) fetching.publish(folder);
        return archive;
      }
      answer = format("it sends other bytes (SHA-256 {}), which are not used", digest);
    }
    fs::remove(target, ignored);
    answers += format("{}: {}\n", place.url, answer);
  }
  throw Error("fetch", HostPath(build.archives.front()).filename().string(),
              "it could not be fetched from any place", "check the network")
      .with_detail(answers);
}

void unpack_archive(const HostPath& archive, const HostPath& folder) {
  const auto end = run_python_script(find_any_python(), PythonStart::bare, "fetch",
                                     {"unpack", archive.string(), folder.string()});
  if (!end.succeeded()) {
    throw Error("unpack", archive.string(), "it is not an archive of sources")
        .with_detail(last_lines(end.error_output, 5));
  }
}

}  // namespace lbundle
