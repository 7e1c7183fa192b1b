// Reach: what kept code could load in another run, in Python and by name from native code.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "model/bundle.hpp"
#include "model/reach.hpp"
#include "python/module_facts.hpp"
#include "python/module_index.hpp"
#include "python/sought_modules.hpp"

namespace lbundle {

class PythonReach : public Reach {
 public:
  // What code can import beside the standard library.
  struct Surroundings {
    bool known = false;                               // false if code may import from places outside the tree
    std::map<std::string, std::string> preinstalled;  // the runtime's own distributions
  };

  // All arguments but the last must outlive this object.
  PythonReach(const StagedTree& tree, const Interpreter& interpreter, const Store& store, unsigned jobs,
              Surroundings around);

  // A lazy package leads to the module behind a name only after a kept module asks for that name. Throws
  // Error if the interpreter fails.
  std::vector<Reached> reach_from(const std::vector<BundlePath>& kept) override;
  const std::vector<NamedCall>& calls_of(const BundlePath& path) const override;
  bool mentions(const BundlePath& path, const std::string& name) const override;

 private:
  struct Source {  // the module whose facts are being followed
    BundlePath path;
    std::string name;
    bool is_package = false;
    std::string package() const;
  };
  struct Asked {
    std::string name, by;
  };

  // Native code that names a package: any of its texts may be the name of something in it.
  struct NativeAsker {
    std::shared_ptr<const std::vector<std::string>> texts;  // sorted
    std::string by;
  };

  void load_facts(const std::vector<BundlePath>& sources);
  const ModuleFacts* facts_at(const BundlePath& path);
  const ModuleFacts* facts_of_package(const std::string& package);

  void follow_module(const Source& from, const ModuleFacts& facts);
  bool adds_folders(const BundlePath& path);
  bool is_missing(const std::string& top) const;
  int last_line(const Source& from, const ModuleFacts& facts) const;
  void follow_imports(const Source& from, const ModuleFacts& facts, int last);
  void follow_names(const Source& from, const ModuleFacts& facts);
  void follow_dynamic(const Source& from, const ModuleFacts& facts);
  bool follow_table(const Source& from, const ModuleFacts& facts);
  void follow_pattern(const Source& from, const ModuleFacts::Pattern& pattern, bool has_table);
  void follow_listed(const Source& from, const ModuleFacts& facts);
  void follow_files(const Source& from, const ModuleFacts& facts);
  void reach_beside(const Source& from, const std::string& stem, const std::string& how);
  void follow_libraries(const BundlePath& folder, const std::string& how);
  void follow_folder(const BundlePath& folder, const std::string& how);
  void follow_entry_points(const Source& from, const ModuleFacts& facts);
  void follow_native(const BundlePath& path);
  void follow_own_distribution(const BundlePath& path);
  void ask_from_native(const std::string& package, const NativeAsker& asker);

  void ask(const std::string& module, const std::string& name, const std::string& by);
  void offer(const Source& from, const ModuleFacts& facts);
  void offer_stub(const Source& from);
  void give_out(const std::string& module, const Asked& asked);
  void reach_module(const std::string& name, const std::string& how, bool firm);
  void reach_file(const BundlePath& path, const std::string& how, bool firm = false);
  void index_files();

  const StagedTree& tree_;
  const Interpreter& interpreter_;
  const Store& store_;
  unsigned jobs_;
  Surroundings around_;
  ModuleIndex index_;
  SoughtModules sought_;
  std::unordered_set<std::string> parts_;  // of all paths of the tree, without file name endings
  std::map<BundlePath, std::shared_ptr<const ModuleFacts>> facts_;
  std::map<std::string, std::vector<Asked>> asked_;  // by module: which names are asked for, and who asks
  std::map<std::string, std::map<std::string, std::set<std::string>>>
      offers_;                                                     // lazy module -> name -> modules
  std::map<std::string, std::vector<NativeAsker>> native_askers_;  // by package
  std::unordered_set<std::string> reached_, reached_firmly_;
  std::map<std::pair<const Distribution*, std::string>, std::vector<BundlePath>> by_file_name_;
  std::map<std::pair<BundlePath, std::string>, std::vector<BundlePath>> beside_by_stem_;  // by folder, stem
  struct PluginOfGroup {
    BundlePath file;
    std::string module;
  };
  std::map<std::string, std::vector<PluginOfGroup>> entry_points_;  // by group
  BundlePath current_;                                              // the file that is being followed
  std::vector<Reached> found_;
};

}  // namespace lbundle
