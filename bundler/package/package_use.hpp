// What a zip is meant for, and the judgement whether Lambda could use it so.
#pragma once

#include <string>
#include <vector>

#include "model/finding.hpp"
#include "model/host_path.hpp"
#include "package/package_files.hpp"
#include "project/project.hpp"

namespace lbundle {

struct PackageUse {
  Runtime runtime;  // without a name: not known
  Architecture architecture = Architecture::x86_64;
  // Lambda's Handler setting; empty: not known.
  std::string handler;
  // The handler runs on this zip, as in a build. Its place is then not judged.
  bool handler_runs = false;
  // The zip is a layer, unpacked at /opt, and not a function.
  bool is_layer = false;
  std::vector<HostPath> layers;  // unpacked, of the function beside the zip
  bool layers_known = false;     // true if the function has no other layers than these

  bool has_runtime() const { return !runtime.name.empty(); }
  bool is_for(Language language) const { return has_runtime() && runtime.language == language; }
  // True if one of the layers has this file or folder.
  bool is_in_layers(const std::string& path) const;
};

// Judges whether Lambda would find what it starts and what the function's code looks for: the program
// `bootstrap`, the handler's module, a layer's folders; and whether files are what their names say. The codes
// are in docs/man/lbundle.md, Findings of check. Reads the beginnings of few files.
Findings judge_use(const PackageFiles& package, const PackageUse& use);

}  // namespace lbundle
