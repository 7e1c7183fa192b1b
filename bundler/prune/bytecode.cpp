// The problem: /var/task cannot be written to, so a module without valid bytecode is compiled at every cold
// start, and a source beside its bytecode is weight that nothing reads. The idea: staging compiled every
// module; here the bytecode takes the source's place, as `m.pyc` beside where `m.py` was, which Python
// imports just so. Some code does read its own sources (exec of configuration, inspect.getsource, numba,
// torch.jit): there the trace, which ran with valid bytecode, saw the source opened, and it stays. Rejected:
// -OO, which drops docstrings that numpy uses at import; bytecode in __pycache__ without source, which Python
// does not import.
#include "prune/bytecode.hpp"

#include <vector>

#include "python/bytecode.hpp"

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

// Every bytecode in a __pycache__, with the source it was made from, there or not.
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
    if (was_read(evidence, module.source) || untouched.contains(module.source)) return;
    drop_file(bundle, module.source, {bytecode_stage, "its bytecode is imported instead", ""});
  }
  const BundlePath target(module.source.bytes() + "c");
  auto node = *bundle.files.find(module.bytecode);
  replace_file(bundle, module.bytecode, target, std::move(node),
               {bytecode_stage, "takes the place of its source", ""});
}

}  // namespace

Bundle bytecode(Bundle bundle, BytecodeForm form, const Evidence& evidence,
                const std::set<BundlePath>& untouched) {
  if (form == BytecodeForm::unchecked) return bundle;
  for (const auto& module : cached_bytecode(bundle.files)) {
    if (form == BytecodeForm::source) {
      drop_file(bundle, module.bytecode, {bytecode_stage, "the project asks for sources alone", ""});
    } else {
      make_sourceless(bundle, module, evidence, untouched);
    }
  }
  return bundle;
}

}  // namespace lbundle
