#include "publish.hpp"

#include "os/atomic_file.hpp"
#include "os/interrupt.hpp"

namespace lbundle {

namespace {

HostPath beside(const HostPath& zip, const char* ending) {
  return zip.parent_path() / (zip.stem().string() + ending);
}

}  // namespace

HostPath rejected_folder(const HostPath& workspace) {
  return workspace / "rejected";
}

HostPath Outputs::manifest() const {
  return beside(zip, ".manifest.json");
}

HostPath Outputs::page() const {
  return beside(zip, ".report.html");
}

std::string shown(const HostPath& path) {
  const auto relative = path.lexically_relative(fs::current_path()).string();
  return relative.empty() || relative.starts_with("../../") ? path.string() : relative;
}

// All three files are written before the first is renamed to its place. So a full disk leaves the three
// earlier files as they were.
void publish(const Outputs& outputs, const HostPath& packed, const std::string& manifest,
             const std::string& page) {
  AtomicFile zip_file(outputs.zip);
  AtomicFile manifest_file(outputs.manifest());
  AtomicFile page_file(outputs.page());
  zip_file.take(packed);
  manifest_file.write(manifest);
  page_file.write(page);
  check_interrupt();
  manifest_file.commit();
  page_file.commit();
  // The zip comes last, so that its manifest is beside it as soon as the zip is there.
  zip_file.commit();
}

}  // namespace lbundle
