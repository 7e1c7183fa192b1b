#include "sandbox/layers.hpp"

#include "model/error.hpp"

namespace lbundle {

namespace {

void merge_entry(const HostPath& source, const HostPath& target) {
  boost::system::error_code failure;
  const auto type = fs::symlink_status(source, failure).type();
  const auto there = fs::symlink_status(target, failure).type();
  const bool both_folders = type == fs::directory_file && there == fs::directory_file;
  if (both_folders) return;
  if (there != fs::file_not_found) fs::remove_all(target, failure);
  if (type == fs::directory_file) {
    fs::create_directories(target, failure);
  } else if (type == fs::symlink_file) {
    fs::copy_symlink(source, target, failure);
  } else {
    fs::create_hard_link(source, target, failure);
    if (failure) fs::copy_file(source, target, failure);
  }
  if (failure) throw system_error("unpack the layer's", source.string(), failure.value());
}

}  // namespace

void merge_layers(const std::vector<HostPath>& layers, const HostPath& target) {
  fs::create_directories(target);
  for (const auto& layer : layers) {
    boost::system::error_code failure;
    fs::recursive_directory_iterator at(layer, failure);
    for (const fs::recursive_directory_iterator end; !failure && at != end; at.increment(failure)) {
      merge_entry(at->path(), target / at->path().lexically_relative(layer));
    }
    if (failure) throw system_error("read", layer.string(), failure.value());
  }
}

}  // namespace lbundle
