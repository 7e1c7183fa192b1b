#include "install/build_sandbox.hpp"

#include <cstdlib>

#include "os/bubblewrap.hpp"
#include "python/system_root.hpp"

namespace lbundle {

BuildSandbox::BuildSandbox(const HostPath& root) {
  words_ = {"bwrap"};
  add(bubblewrap_user_flags());
  add({"--unshare-pid", "--unshare-ipc", "--unshare-uts", "--hostname", "localhost", "--die-with-parent",
       "--new-session"});
  add(root.empty() ? std::vector<std::string>{"--ro-bind", "/", "/"}
                   : root_mounts(root, RootAccess::read_only));
  add({"--dev", "/dev", "--proc", "/proc"});
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
  auto all = words_;
  all.insert(all.end(), command.begin(), command.end());
  return all;
}

}  // namespace lbundle
