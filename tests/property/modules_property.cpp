// A Python module is one thing: whatever the tree, the globs and the evidence, its source and its bytecode
// leave or stay together.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "model/module_forms.hpp"
#include "os/tree.hpp"
#include "prune/prune.hpp"
#include "support/runtimes.hpp"
#include "support/scratch.hpp"

namespace lbundle {
namespace {

const std::vector<std::string> module_places{"", "p/", "p/q/", "r/"};
const std::vector<std::string> module_stems{"__init__", "a", "ab", "a.b"};
const std::vector<std::string> module_file_forms{"%.py", "%.pyc", "__pycache__/%.cpython-311.pyc",
                                                 "__pycache__/%.cpython-311.opt-1.pyc", "%.txt"};

std::string module_file(const std::string& place, const std::string& stem, const std::string& form) {
  auto name = form;
  return place + name.replace(name.find('%'), 1, stem);
}

rc::Gen<std::string> any_module_file() {
  return rc::gen::map(rc::gen::tuple(rc::gen::elementOf(module_places), rc::gen::elementOf(module_stems),
                                     rc::gen::elementOf(module_file_forms)),
                      [](const auto& three) { return std::apply(module_file, three); });
}

// A path of the tree or not, with three replaced by wildcards.
rc::Gen<std::string> any_module_glob() {
  const std::vector<std::string> wild{"**/*.pyc", "**/*.py", "p/**",    "**/__pycache__/**",
                                      "p/*",      "**/a*",   "p/q/a?*", "**/__pycache__/a.*",
                                      "r/*.p[y]*"};
  return rc::gen::oneOf(any_module_file(), rc::gen::elementOf(wild));
}

std::vector<UserGlob> user_globs(const std::vector<std::string>& globs) {
  std::vector<UserGlob> all;
  for (const auto& glob : globs) all.push_back({glob, {}});
  return all;
}

const char* const drop_and_keep_rules = R"([[drop]]
files = ["**/a.py", "p/q/*.pyc"]
reason = "r"
[[with]]
files = ["r/*.py"]
when = ["p/__pycache__/*"]
reason = "r"
)";

RC_GTEST_PROP(Modules, LeaveOrStayTogether, ()) {
  const Scratch scratch;
  scratch.put("one/file", "x");
  const auto file = *scan_tree(scratch / "one", 1).find_file(BundlePath("file"));
  StagedTree tree;
  tree.distributions.all = {{"d", "1.0"}};
  for (const auto& path : *rc::gen::container<std::set<std::string>>(any_module_file())) {
    tree.files.put(BundlePath(path), file);
    if (*rc::gen::arbitrary<bool>()) tree.distributions.owner[BundlePath(path)] = 0;
  }
  // Staging gives the forms of a module one owner.
  for (const auto& [path, node] : tree.files)
    for (const auto& form : forms_of_module(tree.files, path))
      if (tree.distributions.owner.contains(path)) tree.distributions.owner[form] = 0;
  Evidence evidence;
  for (const auto& path : *rc::gen::container<std::vector<std::string>>(any_module_file()))
    evidence[BundlePath(path)]
            [*rc::gen::elementOf(std::vector{AccessKind::opened, AccessKind::stat, AccessKind::listed})]
                .insert("e");
  Prune settings;
  settings.level = *rc::gen::elementOf(std::vector{PruneLevel::none, PruneLevel::package, PruneLevel::trace});
  settings.keep = user_globs(*rc::gen::container<std::vector<std::string>>(any_module_glob()));
  settings.drop = user_globs(*rc::gen::container<std::vector<std::string>>(any_module_glob()));
  const auto rules = parse_rules("r.toml", drop_and_keep_rules);
  const auto runtime = python_runtime("3.11");
  const Store store(scratch / "cache");
  PruneInputs inputs{evidence, rules, settings, runtime, store};
  if (*rc::gen::arbitrary<bool>()) inputs.repaired.emplace(BundlePath(*any_module_file()), "why");
  const auto bundle = prune(tree, inputs);
  for (const auto& [path, node] : tree.files) {
    for (const auto& form : forms_of_module(tree.files, path)) {
      if (bundle.files.contains(path) != bundle.files.contains(form))
        RC_FAIL(path.bytes() + " and " + form.bytes() + " were parted");
    }
  }
}

}  // namespace
}  // namespace lbundle
