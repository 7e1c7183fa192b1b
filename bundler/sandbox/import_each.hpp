// Imports Python modules without the handler, each by itself.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/bundle_path.hpp"
#include "sandbox/sandbox.hpp"

namespace lbundle {

// What happened when one module was imported. All names and paths are as Python printed them.
struct ImportOutcome {
  enum class Kind { imported, failed, not_tried };

  Kind kind = Kind::not_tried;
  // A file of the function's own was opened before the outcome was known.
  bool read_own = false;
  std::string type;     // of the exception; empty if the process ended, or was killed
  std::string message;  // of the exception, or how the process ended
  // What the exception and its causes name as missing, the innermost first.
  std::vector<std::string> names;          // of modules
  std::vector<std::string> files;          // below /var/task, or the name of a library
  std::vector<std::string> distributions;  // whose metadata was asked for
  // What the process has looked for and not found until then.
  std::vector<std::string> asked_names;
  std::vector<std::string> asked_files;  // below /var/task

  bool operator==(const ImportOutcome&) const = default;
};

struct ImportRequest {
  std::vector<std::string> modules;  // dotted names
  std::vector<BundlePath> own;       // the function's own files
  // False: a module is imported in a child of the process that has imported its package. True: each in a
  // process that has imported nothing.
  bool alone = false;
  unsigned jobs = 1;  // how many processes import at the same time
};

// Imports each of the modules over `plan.tree`, in the sandbox, as a child that may hang, crash or end the
// process without harm to the others. There are no services and no network, and mounts cannot be written to,
// because code may run here that the function never runs. Returns the outcomes in the order of the modules;
// nothing if there was no answer at all. Requires a Python runtime.
std::optional<std::vector<ImportOutcome>> import_each(const SandboxPlan& plan, const ImportRequest& request);
// The same, under the tracer. Its records are appended to the file `log`.
std::optional<std::vector<ImportOutcome>> trace_imports(const SandboxPlan& plan, const ImportRequest& request,
                                                        TraceMethod method, const HostPath& log);

// The outcomes as one line of JSON, and back. Nothing if the text is not that of `count` outcomes.
std::string to_record(const std::vector<ImportOutcome>& outcomes);
std::optional<std::vector<ImportOutcome>> outcomes_from_record(std::string_view record, std::size_t count);

// Names lbundle's part in an outcome, for cache keys.
std::string import_each_version();

}  // namespace lbundle
