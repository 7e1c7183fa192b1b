// Reach for programs of provided runtimes: what an executable's texts name of the files beside it.
#pragma once

#include "model/bundle.hpp"
#include "model/reach.hpp"

namespace lbundle {

class ProgramReach : public Reach {
 public:
  // `tree` must outlive it.
  explicit ProgramReach(const StagedTree& tree) : tree_(tree) {}

  std::vector<Reached> reach_from(const std::vector<BundlePath>& kept) override;
  const std::vector<NamedCall>& calls_of(const BundlePath& path) const override;

 private:
  const StagedTree& tree_;
};

// A path, or the folder of one, as text is searched for it.
struct SoughtName {
  std::string text;
  bool is_folder = false;  // stands for all below
  bool whole = false;      // counts only where no other letter of a path stands beside it
  BundlePath path;
};

// Those of `names` that occur in `text`, as indices, sorted.
std::vector<std::size_t> names_in(std::string_view text, const std::vector<SoughtName>& names);

}  // namespace lbundle
