#include "os/ways_out.hpp"

#include <cstdlib>
#include <fstream>

#include <unistd.h>

#include "model/host_path.hpp"
#include "model/text.hpp"

namespace lbundle {

namespace {

// True if AppArmor's profile of container engines applies to this process. It forbids mounts.
bool is_under_apparmor() {
  std::ifstream file("/proc/self/attr/current");
  std::string profile;
  file >> profile;
  return !profile.empty() && profile != "unconfined";
}

// Where a new namespace is permitted, what fails is a mount.
bool fails_at_namespace(std::string_view complaint) {
  return complaint.find("namespace") != std::string_view::npos;
}

std::string flag_of_engine(std::string_view complaint) {
  if (fails_at_namespace(complaint)) return "--security-opt seccomp=unconfined";
  return is_under_apparmor() ? "--security-opt apparmor=unconfined" : "--cap-add SYS_ADMIN";
}

}  // namespace

bool is_in_container() {
  boost::system::error_code ignored;
  for (const auto* file : {"/.dockerenv", "/run/.containerenv", "/var/run/secrets/kubernetes.io"}) {
    if (fs::exists(file, ignored)) return true;
  }
  return std::getenv("container") != nullptr;
}

std::string way_to_a_sandbox(std::string_view complaint) {
  const std::string last = "run events without any sandbox (--sandbox none)";
  if (is_in_container()) {
    return format("start this container with `{}`, or {}, if you trust the function and all of its packages",
                  flag_of_engine(complaint), last);
  }
  return format(
      "allow user namespaces (sysctl kernel.unprivileged_userns_clone=1, "
      "kernel.apparmor_restrict_unprivileged_userns=0){}; or let events run in a container: have an image of "
      "the runtime, and leave `backend` in [stage] as \"auto\"; or {}",
      geteuid() == 0 ? "" : ", or run lbundle as root", last);
}

const char* flag_for_proc() {
  return "--security-opt unmask=ALL (podman) or --security-opt systempaths=unconfined (docker)";
}

}  // namespace lbundle
