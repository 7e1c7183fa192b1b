#include "runs/unpacked_zip.hpp"

#include "os/tree.hpp"
#include "zip/reader.hpp"
#include "zip/writer.hpp"

namespace lbundle {

const HostPath& UnpackedZip::tree() {
  std::call_once(once_, [this] {
    folder_.emplace(scratch_, "unpacked");
    zip::extract(zip_, folder_->path(), most_unpacked, jobs_);
    // The staged tree has the same dates (staging/stage.cpp), so no answer differs for its files' dates.
    set_dates(folder_->path(), zip::entry_date());
  });
  return folder_->path();
}

}  // namespace lbundle
