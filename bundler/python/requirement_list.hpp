// A requirements file as values, together with the files that it includes. Source: "Requirements File
// Format", pip's documentation; PEP 508.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

struct Requirement {
  enum class Kind {
    index,     // by name, or by the URL of a wheel
    wheel,     // a wheel on this machine
    source,    // a folder or an archive of sources, on this machine or at a URL
    versioned  // in a version control system
  };
  Kind kind = Kind::index;
  std::string name;                 // as written; empty for a path or URL without one
  std::string extras;               // "[s3]", or empty
  std::string place;                // "==1.0"; a URL; an absolute path
  std::string marker;               // what follows ';', or empty
  std::string options;              // the options of this line, without its hashes
  std::vector<std::string> hashes;  // "sha256:…"
};

struct RequirementList {
  std::vector<Requirement> requirements;
  std::vector<std::string> options;  // lines for the whole list, such as "--no-index", with absolute paths
};

// Returns the list `file`. Included lists are read in the place where they are included. As in pip, the paths
// of packages are relative to the folder of `file`, and the paths of included lists, constraints and links
// are relative to the list that names them. Throws Error if a list cannot be read.
RequirementList read_requirement_list(const HostPath& file);
// The same for the text of a list. Paths in it are relative to `folder`.
RequirementList parse_requirement_list(std::string_view text, const HostPath& folder);

// Returns text that pip can read: one line for each requirement.
std::string to_text(const Requirement& requirement);
std::string to_text(const RequirementList& list);

// True if pip will ask for a hash of each requirement.
bool wants_hashes(const RequirementList& list);

// The paths that a requirements file names, and its own path, in the order in which they are read. They need
// not exist.
struct RequirementFiles {
  std::vector<HostPath> lists;     // requirements and constraints
  std::vector<HostPath> packages;  // local wheels, archives and folders to install
  std::vector<HostPath> indexes;   // local --find-links
};
// Throws Error if a list cannot be read.
RequirementFiles requirement_files(const HostPath& file);

}  // namespace lbundle
