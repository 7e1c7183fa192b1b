// The rows of a report that tell of the stages.
#pragma once

#include <chrono>
#include <string>
#include <vector>

#include "model/file_set.hpp"
#include "model/text.hpp"
#include "os/log.hpp"
#include "report/build_report.hpp"

namespace lbundle {

// Times the stages and tells of each as it ends.
class StageTable {
 public:
  enum class Told { aloud, not_at_all };
  explicit StageTable(std::vector<StageRow>& rows, Told told = Told::aloud) : rows_(rows), told_(told) {}

  template <typename Stage>
  auto run(const char* name, const Stage& stage) {
    if (told_ == Told::aloud) log_detail(format("{} …", name));
    start_ = Clock::now();
    name_ = name;
    return stage();
  }

  void ended(std::size_t files, ByteSize unzipped, std::string note = {}) {
    rows_.push_back({name_, files, unzipped, seconds_so_far(), std::move(note)});
    if (told_ == Told::not_at_all) return;
    const auto& row = rows_.back();
    log_step(format("{:<9}{:>13} {:>9}  {:>7}{}{}", row.name, count_text(row.files, "file", "files"),
                    to_text(row.unzipped), seconds_text(row.seconds), row.note.empty() ? "" : "  ",
                    row.note));
  }
  void ended(const FileSet& files, std::string note = {}) {
    ended(files.size(), files.unzipped(), std::move(note));
  }

 private:
  using Clock = std::chrono::steady_clock;

  double seconds_so_far() const { return std::chrono::duration<double>(Clock::now() - start_).count(); }

  std::vector<StageRow>& rows_;
  Told told_;
  const char* name_ = "";
  Clock::time_point start_;
};

}  // namespace lbundle
