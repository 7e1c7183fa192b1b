// A requirements file, with those it includes, as values. Source: "Requirements File Format", pip's
// documentation; PEP 508.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/host_path.hpp"

namespace lbundle {

struct Requirement {
  enum class Kind {
    index,     // by name, or by the URL of a wheel
    wheel,     // a wheel of this machine
    source,    // a folder or an archive of sources, of this machine or behind a URL
    versioned  // behind a version control system
  };
  Kind kind = Kind::index;
  std::string name;                 // as written; empty for a path or URL without one
  std::string extras;               // "[s3]", or empty
  std::string place;                // "==1.0"; a URL; an absolute path
  std::string marker;               // what follows ';', or empty
  std::string options;              // of this line, but for its hashes
  std::vector<std::string> hashes;  // "sha256:…"
};

struct RequirementList {
  std::vector<Requirement> requirements;
  std::vector<std::string> options;  // lines for the whole list, "--no-index", with absolute paths
};

// The list `file` with all it includes in its place. Paths are relative to the folder of `file`, those of
// included lists, constraints and links to the list that names them, as pip has it. Throws Error for a list
// that cannot be read.
RequirementList read_requirement_list(const HostPath& file);
// The same for the text of a list that stands for a file of `folder`.
RequirementList parse_requirement_list(std::string_view text, const HostPath& folder);

// As pip reads it; one line for each requirement.
std::string to_text(const Requirement& requirement);
std::string to_text(const RequirementList& list);

// True where pip will want a hash for each requirement.
bool wants_hashes(const RequirementList& list);

// The paths that a requirements file names, itself and those it names in turn first. They need not be there.
struct RequirementFiles {
  std::vector<HostPath> lists;     // requirements and constraints
  std::vector<HostPath> packages;  // local wheels, archives and folders to install
  std::vector<HostPath> indexes;   // local --find-links
};
// Throws Error for a list that cannot be read.
RequirementFiles requirement_files(const HostPath& file);

}  // namespace lbundle
