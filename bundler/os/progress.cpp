#include "os/progress.hpp"

#include <chrono>
#include <cmath>
#include <memory>

#include <unistd.h>

#include "model/text.hpp"
#include "os/log.hpp"

namespace lbundle {

namespace {

using Clock = std::chrono::steady_clock;

class ProgressLine {
 public:
  explicit ProgressLine(std::string verb)
      : verb_(std::move(verb)), on_terminal_(::isatty(STDERR_FILENO) != 0) {}

  void show(ByteSize done, ByteSize total) {
    const auto now = Clock::now();
    const bool ended = done >= total;
    if (now - shown_ < (on_terminal_ ? std::chrono::milliseconds(100) : std::chrono::seconds(10)) && !ended)
      return;
    shown_ = now;
    if (ended && !on_terminal_) return;
    const std::chrono::duration<double> elapsed = now - start_;
    const auto text = ended ? std::string() : progress_text(verb_, done, total, elapsed.count());
    if (on_terminal_) {
      // Goes back to the first column and clears the line (ECMA-48, EL).
      log_unfinished("\r\x1b[K" + text);
    } else {
      log_step(text);
    }
  }

 private:
  std::string verb_;
  bool on_terminal_;
  Clock::time_point start_ = Clock::now();
  Clock::time_point shown_ = start_;
};

}  // namespace

std::function<void(ByteSize done, ByteSize total)> show_progress(std::string verb) {
  const auto line = std::make_shared<ProgressLine>(std::move(verb));
  return [line](ByteSize done, ByteSize total) { line->show(done, total); };
}

std::string progress_text(const std::string& verb, ByteSize done, ByteSize total, double seconds) {
  auto text = format("{} {} of {}", verb, to_text(done), to_text(total));
  if (done.bytes() == 0 || seconds <= 0) return text;
  const auto rate = static_cast<double>(done.bytes()) / seconds;
  const auto rest = static_cast<double>(difference(total, done)) / rate;
  return text + format(", {}/s, {:.0f} s left", to_text(ByteSize(static_cast<std::uint64_t>(rate))),
                       std::ceil(rest));
}

}  // namespace lbundle
