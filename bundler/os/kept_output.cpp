#include "os/kept_output.hpp"

#include <algorithm>

#include "model/text.hpp"

namespace lbundle {

void KeptOutput::add(std::string_view bytes) {
  total_ += bytes.size();
  const auto half = most_ / 2;
  const auto fits = std::min(bytes.size(), half - std::min(half, head_.size()));
  head_.append(bytes.substr(0, fits));
  tail_.append(bytes.substr(fits));
  // Cut now and then, and not at each call, so that the work stays in proportion to the output.
  const auto rest = most_ - half;
  if (tail_.size() / 2 > rest) tail_.erase(0, tail_.size() - rest);
}

KeptOutput::Parts KeptOutput::parts() const {
  if (total_ <= most_) return {head_, tail_};
  std::string_view head = head_;
  std::string_view tail = tail_;
  tail.remove_prefix(tail.size() - std::min(tail.size(), most_ - most_ / 2));
  if (const auto line = head.rfind('\n'); line != std::string_view::npos) head = head.substr(0, line + 1);
  if (const auto line = tail.find('\n'); line != std::string_view::npos) tail = tail.substr(line + 1);
  return {head, tail};
}

std::uint64_t KeptOutput::left_out() const {
  const auto [head, tail] = parts();
  return total_ - head.size() - tail.size();
}

std::string KeptOutput::text() const {
  const auto [head, tail] = parts();
  if (left_out() == 0) return std::string(head) + std::string(tail);
  std::string text(head);
  if (!text.empty() && !text.ends_with('\n')) text += '\n';
  return text + format("[lbundle: {} bytes left out]\n", left_out()) + std::string(tail);
}

}  // namespace lbundle
