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
  bool mentions(const BundlePath&, const std::string&) const override { return false; }

 private:
  const StagedTree& tree_;
};

// A path, or the folder of one, as text is searched for it.
struct SoughtName {
  std::string text;
  bool is_folder = false;  // stands for all below
  bool whole = false;      // counts only where no other letter of a path stands beside it
  BundlePath path;
  bool last_part = false;  // of a folder's path, which says too little but in joined texts
};

// How the texts of a program lie in it: each with an end, or one behind the other.
enum class Texts { ended, joined };

// Joined where Go's or Rust's compiler wrote the program: its texts carry their lengths elsewhere.
Texts texts_of(std::string_view program);

// Those of `names` that occur in `text`, as indices, sorted. In joined texts no letter tells where a name
// ends, so that one that should be whole counts there wherever it stands, unless it is very short.
std::vector<std::size_t> names_in(std::string_view text, const std::vector<SoughtName>& names,
                                  Texts texts = Texts::ended);

}  // namespace lbundle
