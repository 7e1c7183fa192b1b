// The problem: most zips that fail on Lambda have the right form and the right sizes. They fail because the
// runtime finds nothing to start: the program has another name or no mode, the folder was zipped and not its
// content, the layer's packages are in a folder that no one searches.
//
// The idea: ask what the runtime asks first, by the same names: `bootstrap` for provided runtimes, the
// handler's module for the others, and for a layer the folders on the interpreter's search path. If the
// answer is no, look for the file that was meant, because it says what went wrong.
//
// Rejected: running the zip. That is `verify`, and it needs events.
#include "package/package_use.hpp"

#include "package/handler_found.hpp"
#include "package/layer_places.hpp"
#include "package/places.hpp"
#include "package/stand_ins.hpp"
#include "package/start_program.hpp"

namespace lbundle {

bool PackageUse::is_in_layers(const std::string& path) const {
  for (const auto& layer : layers) {
    boost::system::error_code failure;
    if (fs::exists(layer / path, failure)) return true;
  }
  return false;
}

Findings judge_use(const PackageFiles& package, const PackageUse& use) {
  if (package.files.empty()) return {};
  auto findings = judge_stand_ins(package);
  append(findings, judge_places(package, use));
  if (has_code(findings, "zip-in-zip")) return findings;
  if (use.is_layer) append(findings, judge_layer_places(package, use));
  append(findings, judge_start_programs(package, use));
  if (!use.handler_runs) append(findings, judge_handler(package, use));
  return findings;
}

}  // namespace lbundle
