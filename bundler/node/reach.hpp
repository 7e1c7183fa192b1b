// Reach: what the kept modules of Node.js could load in another run, and what their addons open.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "model/bundle.hpp"
#include "model/reach.hpp"
#include "node/js_facts.hpp"
#include "node/js_reader.hpp"
#include "node/resolver.hpp"

namespace lbundle {

class NodeReach : public Reach {
 public:
  // Returns the names of libraries that a native file contains as texts.
  using NativeNames = std::function<std::vector<std::string>(const Content&)>;

  // Returns the facts of each source, in the same order.
  using ReadSources = std::function<std::vector<JsFacts>(const std::vector<JsSource>&)>;

  // The packages that the function depends on.
  struct Dependencies {
    std::map<std::string, BundlePath> folders;  // by name
    bool are_named = false;                     // the function's package.json is staged and names them
  };

  // `major` is the version of the runtime's Node.js. `processor` is Node.js's name for it: "x64", "arm64".
  // `settings`: the values of the function's environment variables. `tree` must outlive this.
  NodeReach(const StagedTree& tree, int major, std::string processor, ReadSources read_sources,
            NativeNames native_names, std::vector<std::string> settings = {});

  std::vector<Reached> reach_from(const std::vector<BundlePath>& kept) override;
  const std::vector<NamedCall>& calls_of(const BundlePath& path) const override;
  bool mentions(const BundlePath&, const std::string&) const override { return false; }
  std::optional<BundlePath> module_for(const std::string& name, const BundlePath& from) const override;
  std::vector<BrokenLoad> broken_in(const FileSet& bundle) const override;
  // "unparsed-source" for each package with sources that did not parse; "no-js-parser" if none was parsed;
  // "dropped-dependency" for each dependency of the function that nothing leads to.
  Findings findings() const override;

 private:
  void read_facts(const std::vector<BundlePath>& kept);
  void follow_module(const BundlePath& path, const JsFacts& facts);
  void follow_load(const BundlePath& from, const JsFacts::Load& load);
  void follow_pattern(const BundlePath& from, const JsFacts::Load& load, const std::string& how);
  void follow_package_pattern(const BundlePath& from, const JsFacts::Load& load, const std::string& how);

  // reach_files.cpp
  bool is_too_much(const BundlePath& path) const;
  void follow_place(const BundlePath& from, const JsFacts::Place& place);
  void follow_folder(const BundlePath& folder, const std::string& how);
  void follow_tails(const BundlePath& from, const JsFacts& facts);
  void follow_addons(const BundlePath& from);
  void follow_own_package(const BundlePath& from);
  void follow_native(const BundlePath& path);
  bool fits_this_machine(const BundlePath& addon) const;
  const std::vector<BundlePath>& files_of(const Distribution* owner);

  // reach_texts.cpp
  void follow_dependency(const std::string& text, const std::string& how);
  bool is_own_settings(const BundlePath& path) const;
  void follow_own_settings(const BundlePath& path);
  void follow_settings(std::string_view text, const std::string& how);
  void follow_mentions(const BundlePath& from, const JsFacts& facts);
  void follow_relative_mention(const BundlePath& from, const std::string& text, const std::string& how);
  void follow_package_mention(const BundlePath& from, const std::string& text, const JsFacts& facts,
                              const std::string& how);
  void follow_file_mention(const BundlePath& from, const std::string& text, const std::string& how);
  void note_use(const BundlePath& path);
  Findings unused_dependencies() const;

  // `named`: Reached::named.
  void reach(const BundlePath& path, const std::string& how, const BundlePath& named = {}, bool firm = false);

  const StagedTree& tree_;
  int major_;
  NodeResolver resolver_;
  std::string processor_;
  ReadSources read_sources_;
  NativeNames native_names_;
  std::vector<std::string> settings_;
  Dependencies dependencies_;
  std::map<BundlePath, JsFacts> facts_;
  // By the package that owns them and their name.
  std::map<std::pair<const Distribution*, std::string>, std::vector<BundlePath>> by_file_name_;
  std::map<const Distribution*, std::vector<BundlePath>> files_of_;
  std::set<const Distribution*> whole_packages_;  // already kept as a whole
  std::set<const Distribution*> used_;            // those of which a file was passed to `reach_from`
  BundlePath current_;
  std::vector<Reached> found_;
};

NodeReach::Dependencies read_dependencies(const FileSet& files, const NodeResolver& resolver);

}  // namespace lbundle
