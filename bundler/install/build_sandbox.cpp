#include "install/build_sandbox.hpp"

#include <array>
#include <cstdlib>

#include <sys/stat.h>
#include <unistd.h>

#include "os/bubblewrap.hpp"
#include "python/system_root.hpp"

namespace lbundle {

namespace {

// The folders in which systems and their services keep what other users may not read, and how many folders
// deep it is looked for.
constexpr std::array<std::pair<const char*, int>, 5> places_of_secrets{
    {{"/", 0}, {"/etc", 4}, {"/var", 2}, {"/opt", 1}, {"/srv", 1}}};

bool may_others(const HostPath& path, unsigned needed) {
  struct stat status {};
  return stat(path.c_str(), &status) != 0 || (status.st_mode & needed) == needed;
}

}  // namespace

// What other users may not read, such as /etc/shadow and the keys of services, is for root alone. A build
// that root starts could read it, because the id that it has is root's, under another name.
void BuildSandbox::hide_private_files() {
  if (geteuid() != 0) return;
  for (const auto& [folder, depth] : places_of_secrets) {
    boost::system::error_code failure;
    for (fs::recursive_directory_iterator at(folder, failure), end; !failure && at != end;
         at.increment(failure)) {
      const auto status = at->symlink_status(failure);
      const bool is_folder = status.type() == fs::directory_file;
      const bool is_hidden = is_folder
                                 ? !may_others(at->path(), S_IROTH | S_IXOTH)
                                 : status.type() == fs::regular_file && !may_others(at->path(), S_IROTH);
      if (is_hidden && is_folder) add({"--tmpfs", at->path().string()});
      if (is_hidden && !is_folder) add({"--ro-bind", "/dev/null", at->path().string()});
      if (!is_folder || is_hidden || at.depth() >= depth) at.disable_recursion_pending();
    }
  }
}

BuildSandbox::BuildSandbox(const HostPath& root) {
  const auto place = place_of_builds();
  add(sandbox_flags(place));
  add(root.empty() ? std::vector<std::string>{"--ro-bind", "/", "/"}
                   : root_mounts(root, RootAccess::read_only));
  add({"--dev", "/dev"});
  add(proc_flags(place));
  hide_private_files();
  const char* home = std::getenv("HOME");
  for (const HostPath folder :
       {"/root", "/home", "/tmp", "/var/tmp", "/run", home == nullptr ? "/root" : home}) {
    boost::system::error_code ignored;
    if (fs::is_directory(folder, ignored) && !fs::is_symlink(folder, ignored))
      add({"--tmpfs", folder.string()});
  }
  // This is often a link into /run, which is hidden.
  boost::system::error_code failure;
  const auto resolver = fs::canonical("/etc/resolv.conf", failure);
  if (!failure) show(resolver);
}

void BuildSandbox::show(const HostPath& path, const HostPath& place) {
  boost::system::error_code ignored;
  if (fs::exists(path, ignored)) add({"--ro-bind", path.string(), place.string()});
}

void BuildSandbox::give(const HostPath& path, const HostPath& place) {
  fs::create_directories(path);
  add({"--bind", path.string(), place.string()});
}

void BuildSandbox::leave_network() {
  add({"--unshare-net"});
}

void BuildSandbox::enter(const HostPath& folder) {
  add({"--chdir", folder.string()});
}

std::vector<std::string> BuildSandbox::around(const std::vector<std::string>& command) const {
  // Callers start commands by their words alone. So a shell opens the filter by its name in /proc.
  auto all = sealed_start(place_of_builds());
  all.insert(all.end(), words_.begin(), words_.end());
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

}  // namespace lbundle
