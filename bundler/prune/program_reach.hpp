// Reach for programs of provided runtimes: the files that an executable's text names.
#pragma once

#include "model/bundle.hpp"
#include "model/reach.hpp"

namespace lbundle {

class ProgramReach : public Reach {
 public:
  // `tree` must outlive this object.
  explicit ProgramReach(const StagedTree& tree) : tree_(tree) {}

  std::vector<Reached> reach_from(const std::vector<BundlePath>& kept) override;
  const std::vector<NamedCall>& calls_of(const BundlePath& path) const override;
  bool mentions(const BundlePath&, const std::string&) const override { return false; }

 private:
  void reach_conversions(const BundlePath& path, std::string_view text, std::vector<Reached>& reached);

  const StagedTree& tree_;
};

}  // namespace lbundle
