// What is to be kept while prune decides: every path with the reason that came first, and what each one needs
// in turn.
#pragma once

#include <deque>
#include <map>

#include "elf/library_graph.hpp"
#include "model/bundle.hpp"
#include "model/reach.hpp"
#include "project/rules.hpp"

namespace lbundle {

// The rules that speak of a tree, matched against its paths once.
class TreeRules {
 public:
  struct Bond {
    const Rule* rule;
    std::vector<BundlePath> files;  // kept where one of those that point here is kept
  };

  // All must outlive it.
  TreeRules(const StagedTree& tree, const std::vector<Rule>& rules);

  // Files that `keep` rules name, by rule; a rule of a distribution comes before a general one.
  const std::vector<Bond>& keeps() const { return keeps_; }
  // The first rule that would drop `path`, null where none would.
  const Rule* drop_of(const BundlePath& path) const;
  // Indices into `bonds` of the `with` and `family` rules that the keeping of `path` sets off.
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

// The paths of `files` that one of `globs` matches, in order.
std::vector<BundlePath> matching_paths(const FileSet& files, const std::vector<Glob>& globs);

class KeepSet {
 public:
  struct Kept {
    Reason reason;
    BundlePath via;
  };

  // All must outlive it.
  // `reach` is null at the levels that go by evidence and needs alone.
  KeepSet(const StagedTree& tree, const TreeRules& rules, const elf::LibraryGraph& libraries, Reach* reach);

  // Keeps `path` and, hop by hop, what lies behind it where it is a link. Nothing where the tree has no such
  // file or it is kept already. `via` is the file that asks for it, the root where it is kept for its own
  // sake.
  void keep(const BundlePath& path, Reason reason, const BundlePath& via = {});
  // Keeps what the kept need, until nothing is missing: a module's other form and its packages' __init__, a
  // library's own libraries, what `with` and `family` rules tie to it; and what they can reach, less what a
  // rule drops.
  void close();

  bool contains(const BundlePath& path) const { return kept_.contains(path); }
  const std::map<BundlePath, Kept>& all() const { return kept_; }
  // What kept code could come to and a rule rules out, with how; some of it may be kept all the same.
  const std::map<BundlePath, std::string>& ruled_out() const { return ruled_out_; }

 private:
  void keep_needs();
  void keep_reached();
  void keep_needs_of(const BundlePath& path);
  void keep_module_needs(const BundlePath& path);
  void keep_package_descriptions(const BundlePath& path);
  void keep_bonds_of(const BundlePath& path);
  void keep_called_by(const BundlePath& path);
  void keep_mentioned_by(const BundlePath& path);

  const StagedTree& tree_;
  const TreeRules& rules_;
  const elf::LibraryGraph& libraries_;
  std::map<BundlePath, Kept> kept_;
  Reach* reach_;
  std::deque<BundlePath> open_;     // kept, and their needs not yet looked at
  std::vector<BundlePath> closed_;  // those done, and what they reach not yet looked at
  std::vector<bool> bond_done_;
  std::map<BundlePath, std::string> ruled_out_;
};

// "PIL/Image.py" for "PIL/__pycache__/Image.cpython-311.pyc", and for a "PIL/Image.pyc" too; nothing for
// anything else.
std::optional<BundlePath> source_of_module(const BundlePath& path);

}  // namespace lbundle
