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

  // `major` is the version of the runtime's Node.js. `processor` is Node.js's name for it: "x64", "arm64".
  // `tree` must outlive this.
  NodeReach(const StagedTree& tree, int major, std::string processor, ReadSources read_sources,
            NativeNames native_names);

  std::vector<Reached> reach_from(const std::vector<BundlePath>& kept) override;
  const std::vector<NamedCall>& calls_of(const BundlePath& path) const override;
  bool mentions(const BundlePath&, const std::string&) const override { return false; }
  // "unparsed-source" for each package with sources that did not parse; "no-js-parser" if none was parsed.
  Findings findings() const override;

 private:
  void read_facts(const std::vector<BundlePath>& kept);
  void follow_module(const BundlePath& path, const JsFacts& facts);
  void follow_load(const BundlePath& from, const JsFacts::Load& load);
  void follow_pattern(const BundlePath& from, const JsFacts::Load& load, const std::string& how);
  void follow_package_pattern(const BundlePath& from, const JsFacts::Load& load, const std::string& how);
  void follow_place(const BundlePath& from, const JsFacts::Place& place);
  void follow_mentions(const BundlePath& from, const JsFacts& facts);
  void follow_addons(const BundlePath& from);
  void follow_own_package(const BundlePath& from);
  void follow_native(const BundlePath& path);
  void follow_folder(const BundlePath& folder, const std::string& how);
  bool fits_this_machine(const BundlePath& addon) const;
  void reach(const BundlePath& path, const std::string& how, bool firm = false);

  const StagedTree& tree_;
  NodeResolver resolver_;
  std::string processor_;
  ReadSources read_sources_;
  NativeNames native_names_;
  std::map<BundlePath, JsFacts> facts_;
  // Files that are not modules, by the package that owns them and their name.
  std::map<std::pair<const Distribution*, std::string>, std::vector<BundlePath>> by_file_name_;
  std::set<const Distribution*> whole_packages_;  // already kept as a whole
  BundlePath current_;
  std::vector<Reached> found_;
};

// True if `text` is `pattern` with some text in the place of each hole. That text may have a "/" only if
// `across` is true, and it never enters another node_modules.
bool matches_with_holes(std::string_view pattern, std::string_view text, bool across);

}  // namespace lbundle
