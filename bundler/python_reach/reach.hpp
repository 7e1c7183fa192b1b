// Reach: what kept code could load in another run, in Python and by name from native code.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_set>
#include <vector>

#include "elf/file_names.hpp"
#include "model/bundle.hpp"
#include "model/reach.hpp"
#include "python_reach/module_facts.hpp"
#include "python_reach/module_index.hpp"
#include "python_reach/native_names.hpp"
#include "python_reach/own_calls.hpp"
#include "python_reach/sought_modules.hpp"

namespace lbundle {

class PythonReach : public Reach {
 public:
  // What code can import beside the standard library.
  struct Surroundings {
    bool known = false;                               // false if code may import from places outside the tree
    std::map<std::string, std::string> preinstalled;  // the runtime's own distributions
    std::vector<CalledFunction> called;               // functions to which own code may pass computed names
  };

  // All arguments but the last must outlive this object.
  PythonReach(const StagedTree& tree, const Interpreter& interpreter, const Store& store, unsigned jobs,
              Surroundings around);

  // A lazy package leads to the module behind a name only after a kept module asks for that name. Throws
  // Error if the interpreter fails.
  std::vector<Reached> reach_from(const std::vector<BundlePath>& kept) override;
  const std::vector<NamedCall>& calls_of(const BundlePath& path) const override;
  bool mentions(const BundlePath& path, const std::string& name) const override;
  const std::set<BundlePath>& opened_sources() const override { return opened_sources_; }

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
  struct Text {  // a text of a source with its marks resolved; only holes are left
    std::string text;
    bool is_anchored = false;  // a path from the root of the bundle
  };
  // What the code of one distribution, or the function's own, does with folders.
  struct FoldersOfCode {
    std::set<BundlePath> handed_out, listed, followed;
    bool lists_any = false;  // it lists folders that other code names
    bool imports = false;    // it imports computed names
  };

  // Native code that names a package: any of its texts may be the name of something in it.
  struct NativeAsker {
    std::shared_ptr<const std::vector<std::string>> texts;  // sorted
    std::string by;
  };

  void load_facts(std::vector<BundlePath> sources);
  void add_imported(const BundlePath& path, const ModuleFacts& facts, std::vector<BundlePath>& sources) const;
  const ModuleFacts* facts_at(const BundlePath& path);
  const ModuleFacts* facts_of_package(const std::string& package);

  void follow_module(const Source& from, const ModuleFacts& facts);
  bool adds_folders(const BundlePath& path);
  bool is_missing(const std::string& top) const;
  int last_line(const Source& from, const ModuleFacts& facts) const;
  void follow_imports(const Source& from, const ModuleFacts& facts, int last);
  void follow_names(const Source& from, const ModuleFacts& facts);
  void follow_dynamic(const Source& from, const ModuleFacts& facts);
  void follow_table(const Source& from, const ModuleFacts& facts);
  void follow_pattern(const Source& from, const ModuleFacts::Pattern& pattern);
  void follow_beginnings(const Source& from, const std::string& ending);
  void add_constants(const Source& from, const ModuleFacts& facts);
  void follow_unresolved(const std::string& name, const ModuleFacts& facts, const std::string& how);
  void escape(const Source& from, const std::string& module, const std::string& name,
              const ModuleFacts& facts);
  void follow_listed(const Source& from, const ModuleFacts& facts);
  void follow_files(const Source& from, const ModuleFacts& facts);
  void follow_named_packages(const Source& from, const ModuleFacts& facts);
  void follow_own_constants(const Source& from, const ModuleFacts& facts);
  void offer_data(const BundlePath& path, const std::string& how);
  void follow_paths(const Source& from, const ModuleFacts& facts);
  std::vector<Text> resolve(const Source& from, const std::string& text, int hops);
  std::vector<Text> bound_texts(const Source& from, const std::string& bound, int hops);
  std::optional<BundlePath> folder_of_package(const std::string& name) const;
  void follow_path(const Source& from, const Text& text);
  void follow_named(const BundlePath& path, const std::string& how);
  void follow_ending(const Distribution* owner, std::string_view pattern, const std::string& how);
  std::vector<BundlePath> ending_in(const Distribution* owner, std::string_view pattern) const;
  const std::vector<BundlePath>& data_of(const Distribution* owner) const;
  void hand_out(const Source& from, const BundlePath& folder, const std::string& how);
  void reach_data_below(const BundlePath& folder, const std::string& how);
  void follow_listings(FoldersOfCode& code);
  void follow_library(const Source& from, const Text& text);
  void search_in(const std::string& folder, const std::string& package);
  void reach_beside(const Source& from, const std::string& stem, const std::string& how);
  void follow_libraries(const BundlePath& folder, const std::string& how);
  void follow_entry_points(const Source& from, const ModuleFacts& facts);
  void follow_native(const BundlePath& path);
  void follow_native_data(const BundlePath& path, const NativeNames& names);
  std::vector<SoughtName> data_to_seek(const Distribution* owner, const BundlePath& folder) const;
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
  std::set<BundlePath> read_;  // sources whose facts were asked for; one that does not parse has none
  std::map<BundlePath, std::shared_ptr<const ModuleFacts>> facts_;
  std::map<BundlePath, std::vector<NamedCall>> own_calls_;
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
  std::map<const Distribution*, FoldersOfCode> folders_;
  std::map<const Distribution*, std::vector<BundlePath>> data_;
  std::set<const Distribution*> in_use_;
  std::map<const Distribution*, std::vector<Reached>> waiting_;  // for the distribution to be in use
  std::set<std::string> constants_;  // of all kept modules: those that can be the name of a module
  struct Ending {                    // "*.base": a name with an unknown beginning that a module imports
    std::string ending;
    BundlePath by;
  };
  std::map<std::string, std::vector<Ending>>
      waiting_names_;  // by the beginning that makes it a module's name
  std::set<BundlePath> opened_sources_;
  std::map<std::string, std::vector<BundlePath>> by_name_;  // data of distributions, by name and stem
  BundlePath current_;                                      // the file that is being followed
  std::vector<Reached> found_;
};

}  // namespace lbundle
