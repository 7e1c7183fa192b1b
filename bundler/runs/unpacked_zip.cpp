#include "runs/unpacked_zip.hpp"

#include "zip/reader.hpp"

namespace lbundle {

const HostPath& UnpackedZip::tree() {
  std::call_once(once_, [this] {
    folder_.emplace(scratch_, "unpacked");
    zip::extract(zip_, folder_->path(), most_unpacked, jobs_);
  });
  return folder_->path();
}

}  // namespace lbundle
