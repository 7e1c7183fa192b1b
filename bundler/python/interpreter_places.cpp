#include "python/interpreter_places.hpp"

#include <algorithm>

namespace lbundle {

namespace {

using Variables = std::map<std::string, std::string>;

// True if the folder's name is that of an installation of `minor`: `begin`, the version, and then nothing, or
// something that is no further digit: "3.1" must not find "3.13". A "t" at the end of the version, and uv's
// "+freethreaded", are builds without the global interpreter lock.
bool is_installation(const std::string& name, const std::string& begin, const std::string& minor) {
  if (!name.starts_with(begin + minor)) return false;
  const auto rest = name.substr(begin.size() + minor.size());
  if (!rest.empty() && rest.front() != '.' && rest.front() != '-') return false;
  const auto version = rest.substr(0, rest.find('-'));
  return !version.ends_with('t') && rest.find("+freethreaded") == std::string::npos;
}

// Returns the folders `bin` of the installations below `parent`, in order of their names.
std::vector<HostPath> installed_below(const HostPath& parent, const std::string& begin,
                                      const std::string& minor) {
  std::vector<HostPath> folders;
  boost::system::error_code failure;
  for (fs::directory_iterator at(parent, failure), end; !failure && at != end; at.increment(failure)) {
    if (is_installation(at->path().filename().string(), begin, minor)) folders.push_back(at->path() / "bin");
  }
  std::ranges::sort(folders);
  return folders;
}

std::string variable_value(const Variables& environment, const char* name) {
  const auto found = environment.find(name);
  return found == environment.end() ? std::string() : found->second;
}

// The value of a variable, or a folder below HOME; empty if there is neither.
HostPath folder_by_variable(const Variables& environment, const char* name, const char* below_home) {
  if (const auto value = variable_value(environment, name); !value.empty()) return value;
  const auto home = variable_value(environment, "HOME");
  return home.empty() ? HostPath() : HostPath(home) / below_home;
}

HostPath below(const HostPath& folder, const char* path) {
  return folder.empty() ? HostPath() : folder / path;
}

}  // namespace

// Sources: pyenv's README (PYENV_ROOT), uv's reference of its environment variables (UV_PYTHON_INSTALL_DIR)
// and "Storage", PEP 513's images (/opt/python/cp313-cp313), mise's "Directories", asdf's "Configuration".
std::vector<HostPath> usual_python_folders(const std::string& minor, const Variables& environment,
                                           const HostPath& root) {
  std::vector<HostPath> folders{root / "usr/bin", root / "usr/local/bin", root / "var/lang/bin"};
  auto digits = minor;
  std::erase(digits, '.');
  folders.push_back(root / "opt/python" / ("cp" + digits + "-cp" + digits) / "bin");
  const auto append = [&](const HostPath& parent, const std::string& begin) {
    if (parent.empty()) return;
    const auto more = installed_below(parent, begin, minor);
    folders.insert(folders.end(), more.begin(), more.end());
  };
  append(below(folder_by_variable(environment, "PYENV_ROOT", ".pyenv"), "versions"), "");
  const auto data = folder_by_variable(environment, "XDG_DATA_HOME", ".local/share");
  const auto uv = variable_value(environment, "UV_PYTHON_INSTALL_DIR");
  append(uv.empty() ? below(data, "uv/python") : HostPath(uv), "cpython-");
  append(below(folder_by_variable(environment, "MISE_DATA_DIR", ".local/share/mise"), "installs/python"), "");
  append(below(folder_by_variable(environment, "ASDF_DATA_DIR", ".asdf"), "installs/python"), "");
  return folders;
}

}  // namespace lbundle
