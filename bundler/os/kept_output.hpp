// What a program prints, up to a bound.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace lbundle {

// Keeps the beginning and the end of a text of any length. Needs at most twice `most` bytes of memory.
class KeptOutput {
 public:
  // `most`: how many bytes are kept.
  explicit KeptOutput(std::size_t most) : most_(most) {}

  void add(std::string_view bytes);
  // The text. If something was left out, the parts are cut at lines, and a line between them says how much.
  std::string text() const;
  // How many bytes were left out.
  std::uint64_t left_out() const;

 private:
  struct Parts {
    std::string_view head, tail;
  };
  Parts parts() const;

  std::size_t most_;
  std::string head_, tail_;
  std::uint64_t total_ = 0;
};

}  // namespace lbundle
