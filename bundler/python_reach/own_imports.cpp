#include "python_reach/own_imports.hpp"

#include <algorithm>
#include <map>

#include "model/text.hpp"
#include "os/bytes.hpp"
#include "project/module_rules.hpp"
#include "python/missing_module.hpp"
#include "python_reach/module_facts.hpp"
#include "python_reach/module_index.hpp"

namespace lbundle {

namespace {

using FactsOf = std::map<BundlePath, std::shared_ptr<const ModuleFacts>>;
using When = ModuleFacts::When;

std::string first_part(const std::string& name) {
  return name.substr(0, name.find('.'));
}

class Judge {
 public:
  Judge(const OwnImports& imports, const Function& function, const Interpreter& interpreter, FactsOf facts)
      : imports_(imports),
        function_(function),
        stdlib_is_listed_(interpreter.version != "3.9" && !interpreter.version.starts_with("3.9.")),
        index_(imports.files),
        facts_(std::move(facts)) {
    collect_names();
  }

  Findings findings() {
    for (const auto& [path, facts] : facts_) judge_relative(path, *facts);
    for (const auto& path : reachable()) judge_absolute(path, *facts_.at(path));
    return std::move(findings_);
  }

 private:
  // Every name of a file or folder at any depth counts, because code may add any folder to sys.path.
  void collect_names() {
    for (const auto& [path, node] : imports_.files) {
      auto name = std::string(path.name());
      names_.insert(name.substr(0, name.find('.')));
      for (auto at = path.parent(); !at.is_root() && folders_.insert(at).second; at = at.parent())
        names_.emplace(at.name());
    }
    boost::system::error_code ignored;
    for (const auto& folder : imports_.outside) {
      for (fs::directory_iterator at(folder, ignored), end; at != end; at.increment(ignored))
        names_.insert(first_part(at->path().filename().string()));
    }
  }

  bool exists(const std::string& module) const {
    auto path = module;
    std::ranges::replace(path, '.', '/');
    return index_.contains(module) || folders_.contains(BundlePath(path));
  }

  // True if `name` may be something that the package's own source defines.
  bool is_defined_in(const std::string& package, const std::string& name) const {
    const auto& files = index_.files_of(package);
    return std::ranges::any_of(files, [&](const auto& file) {
      const auto* node = imports_.files.find_file(file);
      if (node == nullptr || file.extension() != ".py") return true;
      const auto text = std::string(as_text(read_content(node->content)));
      return text.find(name) != std::string::npos || text.find("__getattr__") != std::string::npos ||
             text.find("import *") != std::string::npos || text.find("globals()") != std::string::npos;
    });
  }

  void judge_relative(const BundlePath& path, const ModuleFacts& facts) {
    const auto own_name = ModuleIndex::name_of(path);
    for (const auto& import : facts.imports) {
      if (!import.name.starts_with('.') || import.when == When::maybe) continue;
      const auto base = ModuleIndex::absolute(import.name, own_name, ModuleIndex::is_package(path));
      if (base.empty()) continue;
      if (!exists(base)) {
        report_relative(path, import, import.name);
        continue;
      }
      // `from . import words`: a name of the package or a module in it.
      if (import.name.find_first_not_of('.') != std::string::npos) continue;
      for (const auto& taken : import.taken) {
        if (taken != "*" && !exists(base + "." + taken) && !is_defined_in(base, taken))
          report_relative(path, import, import.name + taken);
      }
    }
  }

  void report_relative(const BundlePath& path, const ModuleFacts::Import& import, const std::string& name) {
    findings_.push_back({Severity::warning, "own-import-missing", path.bytes(),
                         format("{}:{} imports {}, and no file of the function is this module", path.bytes(),
                                import.line, name),
                         "add its file to `function.source`, or its folder with [[source]]"});
  }

  // The own sources that the handler's module leads to; all of them if the handler is not an own source.
  std::vector<BundlePath> reachable() const {
    const auto handler = function_.handler.substr(0, function_.handler.rfind('.'));
    auto start = handler;
    std::ranges::replace(start, '/', '.');
    std::set<BundlePath> seen;
    std::vector<BundlePath> open;
    const auto enter = [&](const std::string& module) {
      for (const auto& file : index_.files_of(module))
        if (facts_.contains(file) && seen.insert(file).second) open.push_back(file);
    };
    const auto enter_with_packages = [&](const std::string& module) {
      for (auto dot = module.find('.'); dot != std::string::npos; dot = module.find('.', dot + 1))
        enter(module.substr(0, dot));
      enter(module);
    };
    enter_with_packages(start);
    while (!open.empty()) {
      const auto path = open.back();
      open.pop_back();
      for (const auto& import : facts_.at(path)->imports) {
        const auto base =
            ModuleIndex::absolute(import.name, ModuleIndex::name_of(path), ModuleIndex::is_package(path));
        if (base.empty()) continue;
        enter_with_packages(base);
        for (const auto& taken : import.taken) enter(base + "." + taken);
      }
    }
    return {seen.begin(), seen.end()};
  }

  // True if the interpreter's own library has the module, or may have it.
  bool is_standard(const std::string& top, const ModuleFacts& facts) const {
    if (stdlib_is_listed_) return std::ranges::find(facts.standard, top) != facts.standard.end();
    // Nothing lists it. Only what is known as a package of PyPI is judged.
    const auto requirement = requirement_of_module(top);
    return requirement == top && !function_.runtime.preinstalled.contains(top);
  }

  void judge_absolute(const BundlePath& path, const ModuleFacts& facts) {
    std::set<std::string> reported;
    for (const auto& import : facts.imports) {
      const auto top = first_part(import.name);
      if (top.empty() || import.when == When::maybe || names_.contains(top) || is_standard(top, facts) ||
          top == "distutils" || top == "__main__" || !reported.insert(top).second)
        continue;
      const auto missing = explain_missing(import.name, function_, imports_.project);
      findings_.push_back(
          {import.when == When::module ? Severity::warning : Severity::note, "import-missing", path.bytes(),
           format("{}:{} imports {}: {}", path.bytes(), import.line, top, missing.cause), missing.hint});
    }
  }

  const OwnImports& imports_;
  const Function& function_;
  const bool stdlib_is_listed_;
  const ModuleIndex index_;
  const FactsOf facts_;
  std::set<std::string> names_;
  std::set<BundlePath> folders_;
  Findings findings_;
};

}  // namespace

Findings find_missing_imports(const OwnImports& imports, const Function& function,
                              const Interpreter& interpreter, const Store& store, unsigned jobs) {
  std::vector<BundlePath> sources;
  for (const auto& path : imports.own)
    if (path.extension() == ".py") sources.push_back(path);
  if (sources.empty()) return {};
  return Judge(imports, function, interpreter,
               read_module_facts(sources, imports.files, interpreter, store, jobs))
      .findings();
}

}  // namespace lbundle
