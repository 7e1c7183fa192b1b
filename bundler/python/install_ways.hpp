// How a user can install a Python on this machine.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

namespace lbundle {

// What this machine has for that.
struct InstallWays {
  bool uv = false, pyenv = false;                  // the programs are in PATH
  std::map<std::string, std::string> system = {};  // the system's command, by minor version: "3.11" ->
                                                   // "apt-get install python3.11"
};

// Asks the package manager of this system, without its network, which of the minor `versions` it has: apt,
// dnf or apk. Looks for uv and pyenv. Takes at most five seconds.
InstallWays install_ways(const std::vector<std::string>& versions);

// Returns what the user can do to get a Python: "`uv python install 3.13`, or `pyenv install 3.13`". It names
// only what works on this machine; uv, which works on each, is named with its place if it is not installed.
std::string way_to_python(const std::string& version, const InstallWays& ways);

// Returns the one command of way_to_python that takes least: the system's, otherwise uv's or pyenv's.
std::string shortest_way_to_python(const std::string& version, const InstallWays& ways);

// Reads what the package managers print. `apt_candidates` reads `apt-cache policy NAME…` and returns the
// packages that can be installed. `apk_version` reads `apk search --exact python3` and returns the minor
// version, or nothing.
std::set<std::string> apt_candidates(const std::string& output);
std::string apk_version(const std::string& output);

}  // namespace lbundle
