#include "publish.hpp"

#include <algorithm>
#include <sstream>

#include "os/atomic_file.hpp"
#include "os/bytes.hpp"
#include "os/interrupt.hpp"

namespace lbundle {

namespace {

HostPath beside(const HostPath& zip, const char* ending) {
  return zip.parent_path() / (zip.stem().string() + ending);
}

// Paths, each with a zero byte behind it.
HostPath published_list(const HostPath& workspace) {
  return workspace / "published";
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

void remember_published(const HostPath& workspace, const HostPath& zip) {
  auto zips = published_earlier(workspace);
  const auto place = fs::absolute(zip).lexically_normal();
  if (std::ranges::find(zips, place) != zips.end()) return;
  zips.push_back(place);
  std::string text;
  for (const auto& each : zips) text += each.string() + '\0';
  AtomicFile file(published_list(workspace));
  file.write(text);
  file.commit();
}

std::vector<HostPath> published_earlier(const HostPath& workspace) {
  std::vector<HostPath> zips;
  const auto list = published_list(workspace);
  boost::system::error_code ignored;
  if (!fs::is_regular_file(list, ignored)) return zips;
  std::istringstream paths(read_text_file(list));
  for (std::string path; std::getline(paths, path, '\0');) zips.emplace_back(path);
  return zips;
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
