// Makes the rows of a report about the stages.
#pragma once

#include <algorithm>
#include <chrono>
#include <concepts>
#include <string>
#include <vector>

#include "model/bundle.hpp"
#include "model/text.hpp"
#include "os/log.hpp"
#include "report/build_report.hpp"

namespace lbundle {

// Returns the files of a stage's result, if it has any: a tree, a bundle, or a struct with a bundle.
template <typename Result>
const FileSet* files_left(const Result& result) {
  if constexpr (requires {
                  { result.files } -> std::convertible_to<const FileSet&>;
                }) {
    return &result.files;
  } else if constexpr (requires {
                         { result.bundle.files } -> std::convertible_to<const FileSet&>;
                       }) {
    return &result.bundle.files;
  } else {
    return nullptr;
  }
}

// Runs the stages, and keeps a row for each: its time, and the files that are there after it. If a stage
// returns no files, its row repeats the number and size of the row before. It also keeps the times of other
// work, so that all rows together have nearly all the time of a build.
class StageTable {
 public:
  enum class Progress { logged, silent };
  explicit StageTable(Progress progress = Progress::logged) : progress_(progress) {}

  // Returns what `stage()` returns. `note(result)` gives the row's last column.
  template <typename Stage, typename Note>
  auto run(const char* name, const Stage& stage, const Note& note) {
    if (progress_ == Progress::logged) log_detail(format("{} …", name));
    const auto start = Clock::now();
    auto result = stage();
    const std::chrono::duration<double> time = Clock::now() - start;
    StageRow row{name, 0, {}, time.count(), note(result)};
    if (const auto* files = files_left(result)) {
      row.files = files->size();
      row.unzipped = files->unzipped();
    } else if (!rows_.empty()) {
      row.files = rows_.back().files;
      row.unzipped = rows_.back().unzipped;
    }
    add(std::move(row));
    return result;
  }
  template <typename Stage>
  auto run(const char* name, const Stage& stage) {
    return run(name, stage, [](const auto&) { return std::string(); });
  }

  // Returns what `work()` returns; it is no stage, so it has a row among `times()`. Logs it if it took a
  // second or more.
  template <typename Work>
  auto time(const char* name, const Work& work, const std::string& note = {}) {
    const auto start = Clock::now();
    auto result = work();
    const std::chrono::duration<double> time = Clock::now() - start;
    add_time(name, time.count(), note);
    if (progress_ == Progress::logged && time.count() >= 1.0)
      log_step(format("{:<32}  {:>7}{}{}", name, seconds_text(time.count()), note.empty() ? "" : "  ", note));
    return result;
  }

  const std::vector<StageRow>& rows() const { return rows_; }

  // The times of other work, and what is left of `seconds`, the time since the start. Rows of less than a
  // hundredth of a second are in what is left.
  std::vector<TimeRow> times_up_to(double seconds) const {
    std::vector<TimeRow> times;
    for (const auto& row : rows_) seconds -= row.seconds;
    for (const auto& row : times_) {
      if (row.seconds < 0.01) continue;
      times.push_back(row);
      seconds -= row.seconds;
    }
    times.push_back({"the rest", std::max(seconds, 0.0), {}});
    return times;
  }

  // Removes all but the first `count` rows, because the stages after them run again. Their time counts as
  // "repair".
  void keep(std::size_t count) {
    double seconds = 0.0;
    for (auto i = count; i < rows_.size(); ++i) seconds += rows_[i].seconds;
    if (seconds > 0.0) add_time("repair", seconds, "the bundle was made again with files that it lacked");
    rows_.resize(count);
  }

 private:
  using Clock = std::chrono::steady_clock;

  void add(StageRow row) {
    rows_.push_back(std::move(row));
    if (progress_ == Progress::silent) return;
    const auto& last = rows_.back();
    log_step(format("{:<9}{:>13} {:>9}  {:>7}{}{}", last.name, count_text(last.files, "file", "files"),
                    to_text(last.unzipped), seconds_text(last.seconds), last.note.empty() ? "" : "  ",
                    last.note));
  }

  void add_time(const std::string& name, double seconds, const std::string& note) {
    for (auto& row : times_) {
      if (row.name == name) {
        row.seconds += seconds;
        return;
      }
    }
    times_.push_back({name, seconds, note});
  }

  std::vector<StageRow> rows_;
  std::vector<TimeRow> times_;
  Progress progress_;
};

}  // namespace lbundle
