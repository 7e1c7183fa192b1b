// The problem: /var/task is read-only, so Python compiles a module without valid bytecode again at every cold
// start. And once a module has bytecode, nothing reads its source.
//
// The idea: staging compiled every module. Here the bytecode takes the place of the source: `m.pyc` in the
// folder where `m.py` was, and Python imports it from there. Some code does read its own sources (exec of
// configuration, inspect.getsource, numba, torch.jit). The trace ran with valid bytecode, so if it saw a
// source opened, code reads that source, and the source stays.
//
// Rejected: -OO, because it drops docstrings that numpy uses at import; bytecode in __pycache__ without its
// source, because Python does not import that.
#include "prune/bytecode.hpp"

#include <vector>

#include "model/module_forms.hpp"

namespace lbundle {

namespace {

constexpr const char* bytecode_stage = "bytecode";

bool was_read(const Evidence& evidence, const BundlePath& source) {
  const auto found = evidence.find(source);
  if (found == evidence.end()) return false;
  const auto& kinds = found->second;
  return kinds.contains(AccessKind::opened) || kinds.contains(AccessKind::executed) ||
         kinds.contains(AccessKind::mapped);
}

struct Compiled {
  BundlePath bytecode, source;
};

// All bytecode files in __pycache__ folders, each with the path of its source. The source need not exist.
std::vector<Compiled> cached_bytecode(const FileSet& files) {
  std::vector<Compiled> all;
  for (const auto& [path, node] : files) {
    if (const auto source = source_of_bytecode(path)) all.push_back({path, *source});
  }
  return all;
}

void make_sourceless(Bundle& bundle, const Compiled& module, const Evidence& evidence,
                     const std::set<BundlePath>& untouched) {
  if (bundle.files.contains(module.source)) {
    if (was_read(evidence, module.source) || untouched.contains(module.source) ||
        bundle.opened_sources.contains(module.source))
      return;
    drop_file(bundle, module.source, {bytecode_stage, "its bytecode is imported instead", ""});
  }
  const BundlePath target(module.source.bytes() + "c");
  auto node = *bundle.files.find(module.bytecode);
  replace_file(bundle, module.bytecode, target, std::move(node),
               {bytecode_stage, "takes the place of its source", ""});
}

// Removes the bytecode of modules that have a source. Bytecode that came alone is the module.
void leave_sources_alone(Bundle& bundle) {
  std::vector<BundlePath> bytecode;
  for (const auto& [path, node] : bundle.files) {
    const auto source = source_of_module(path);
    if (source && (bundle.files.contains(*source) || source_of_bytecode(path))) bytecode.push_back(path);
  }
  for (const auto& path : bytecode)
    drop_file(bundle, path, {bytecode_stage, "the project asks for sources alone", ""});
}

}  // namespace

Bundle bytecode(Bundle bundle, BytecodeForm form, const Evidence& evidence,
                const std::set<BundlePath>& untouched) {
  if (form == BytecodeForm::unchecked) return bundle;
  if (form == BytecodeForm::source) {
    leave_sources_alone(bundle);
    return bundle;
  }
  for (const auto& module : cached_bytecode(bundle.files))
    make_sourceless(bundle, module, evidence, untouched);
  return bundle;
}

}  // namespace lbundle
