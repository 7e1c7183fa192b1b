// What is to be kept while prune decides: every path with the first reason for it, and what each kept path
// needs in turn.
#pragma once

#include <deque>
#include <map>

#include "elf/library_graph.hpp"
#include "model/bundle.hpp"
#include "model/reach.hpp"
#include "project/rules.hpp"

namespace lbundle {

// The rules that apply to a tree, matched once against its paths.
class TreeRules {
 public:
  struct Bond {
    const Rule* rule;
    std::vector<BundlePath> files;  // kept if one of the files that lead to this bond is kept
  };

  // All arguments must outlive this object.
  TreeRules(const StagedTree& tree, const std::vector<Rule>& rules);

  // The files that `keep` rules name, by rule. Rules of a distribution come before general ones.
  const std::vector<Bond>& keeps() const { return keeps_; }
  // The first rule that would drop `path`, or null.
  const Rule* drop_of(const BundlePath& path) const;
  // True if no rule drops `reached`, or if a rule about all packages would, and code names the file or the
  // folder by a constant: what a constant names is no matter of names that packages usually give.
  bool permits(const Reached& reached) const;
  // Indices into `bonds` of the `with` and `family` rules that apply if `path` is kept.
  const std::vector<std::size_t>& bonds_of(const BundlePath& path) const;
  const std::vector<Bond>& bonds() const { return bonds_; }
  const std::vector<const Rule*>& environment() const { return environment_; }
  const std::vector<const Rule*>& called() const { return called_; }
  const std::vector<Bond>& mentioned() const { return mentioned_; }
  bool may_be_mentioned(const BundlePath& path) const;

 private:
  std::vector<Bond> keeps_, bonds_, mentioned_;
  std::map<BundlePath, const Rule*> drops_;
  std::map<BundlePath, std::vector<std::size_t>> bonds_of_;
  std::vector<const Rule*> environment_, called_;
};

// The paths of `files` that the rule's globs name, sorted.
std::vector<BundlePath> paths_of(const FileSet& files, const Rule& rule);

// The paths of `files` that match at least one of `globs`, sorted. A Python module is one thing: a glob that
// matches one form of it names all its forms (model/module_forms.hpp). The name that its bytecode has in a
// bundle, "pk/b.pyc" for "pk/b.py", is such a form too.
std::vector<BundlePath> matching_paths(const FileSet& files, const std::vector<Glob>& globs);

class KeepSet {
 public:
  struct Kept {
    Reason reason;
    BundlePath via;
  };

  // All arguments must outlive this object. `reach` is null at the levels that use evidence and needs alone.
  KeepSet(const StagedTree& tree, const TreeRules& rules, const elf::LibraryGraph& libraries, Reach* reach);

  // Keeps `path`. If it is a link, also keeps each link on the way and the target. Does nothing if the tree
  // has no such file or if it is kept already. `via` is the file that asks for it, or the root if the file is
  // kept for its own reason.
  void keep(const BundlePath& path, Reason reason, const BundlePath& via = {});
  // Keeps what the kept files need, until nothing is missing: a module's other form and the __init__ of its
  // packages, a library's own libraries, the files that `with` and `family` rules tie to it. Also keeps what
  // they can reach, except what a rule drops.
  void close();

  bool contains(const BundlePath& path) const { return kept_.contains(path); }
  const std::map<BundlePath, Kept>& all() const { return kept_; }
  // Files that kept code could reach and that a rule rules out, with how they are reached. Some of them may
  // be kept for another reason.
  const std::map<BundlePath, std::string>& ruled_out() const { return ruled_out_; }

 private:
  void keep_needs();
  void keep_reached();
  void keep_needs_of(const BundlePath& path);
  void keep_module_needs(const BundlePath& path);
  void keep_package_descriptions(const BundlePath& path);
  void keep_bonds_of(const BundlePath& path);
  void keep_called_by(const BundlePath& path);
  void keep_for_any_name(const Rule& rule, const NamedCall& call, const BundlePath& path);
  void keep_mentioned_by(const BundlePath& path);

  const StagedTree& tree_;
  const TreeRules& rules_;
  const elf::LibraryGraph& libraries_;
  std::map<BundlePath, Kept> kept_;
  Reach* reach_;
  std::deque<BundlePath> open_;     // kept; their needs are not yet kept
  std::vector<BundlePath> closed_;  // their needs are kept; what they reach is not yet known
  std::vector<bool> bond_done_;
  std::map<BundlePath, std::string> ruled_out_;
};

}  // namespace lbundle
