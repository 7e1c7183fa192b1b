// Reach for programs of provided runtimes: the files that an executable's text names.
#pragma once

#include <functional>

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

// A path, or the folder of one, as it is searched for in text.
struct SoughtName {
  std::string text;
  bool is_folder = false;  // means everything below it
  bool whole = false;      // counts only if no other path character is next to it
  BundlePath path;
  bool last_part = false;  // the last part of a folder's path: counts only in joined texts
};

// How texts are stored in a program: each with an end mark, or directly one after the other.
enum class Texts { ended, joined };

// Joined if Go's or Rust's compiler wrote the program: they store the lengths of texts elsewhere.
Texts texts_of(std::string_view program);

// Returns the sorted indices of those `names` that occur in `text`. In joined texts no character shows where
// a name ends. So there a name that should be whole counts anywhere, unless it is shorter than 5 characters.
//
// Linkers store "rates.bin" inside "old_rates.bin". So a name that should be whole and that a NUL ends counts
// within a longer name too, if `may_begin` says of its offset that a text may begin there.
std::vector<std::size_t> names_in(std::string_view text, const std::vector<SoughtName>& names,
                                  Texts texts = Texts::ended,
                                  const std::function<bool(std::size_t)>& may_begin = {});

}  // namespace lbundle
