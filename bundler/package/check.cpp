// The problem: if a package is too large, or has a form that Lambda does not accept, the deployment says so,
// after the upload, and in words that do not say what to do.
//
// The idea: read the zip by its central directory alone, as someone who did not make it would. Judge what AWS
// judges, with AWS's arithmetic, and give the room that is left as a number. The 50 MB limit is on the
// request, not on the file: the zip in base64 together with the rest of the JSON must fit into 69,905,067
// bytes. So there is a size that certainly fits, a size that never fits, and a kilobyte between them where it
// depends on the other fields. Through S3 there is no such limit. The 250 MB limit is on the unpacked
// content, layers included, and the content must stay below it.
//
// Tried and rejected: judging the tree instead of the zip, because this is faster but misses what zipping
// does: modes by the umask, links followed, names in another encoding; using compression ratios as a sign of
// a harmful zip, because numpy's tests reach 200.
//
// Why it is right: sizes come from the directory and are checked against the bytes by unpacking each entry,
// so a wrong directory is found. A zip that is refused by its directory alone, for its size, for names that
// no system can unpack or for entries that overlap, is not unpacked: a zip of a few kilobytes can claim
// terabytes. Each byte of the file belongs to one entry or to the end record.
#include "package/check.hpp"

#include <algorithm>

#include "model/error.hpp"
#include "model/limits.hpp"
#include "model/text.hpp"
#include "package/check_form.hpp"
#include "package/size_plan.hpp"
#include "zip/name_limits.hpp"
#include "zip/reader.hpp"

namespace lbundle {

namespace {

// The request's limit, less the 14 bytes of `{"ZipFile":""}`; base64 puts 3 bytes into every 4 of these
// 69,905,053.
constexpr ByteSize zipped_most{52'428'789};

constexpr std::size_t parts_named = 10;

std::string name_of(const Distribution& package) {
  if (package.name.empty()) return "the function's own files";
  return package.version.empty() ? package.name : package.name + ' ' + package.version;
}

using SizeOf = ByteSize PackageSize::*;

// "numpy 1.26.4 18.1 MB, …": the ten largest by `size`.
std::string largest_parts(PackageSizes packages, SizeOf size) {
  std::ranges::stable_sort(packages, std::greater{}, size);
  if (packages.size() > parts_named) packages.resize(parts_named);
  std::string text;
  for (const auto& part : packages) {
    text += format("{}{} {}", text.empty() ? "" : ", ", name_of(part.package), to_text(part.*size));
  }
  return text;
}

std::string over(std::int64_t headroom) {
  return to_text(ByteSize(static_cast<std::uint64_t>(-headroom)));
}

void judge_zipped(CheckResult& result, bool direct_upload) {
  if (result.zipped_headroom >= 0) return;
  const auto parts = largest_parts(result.packages, &PackageSize::zipped);
  if (!direct_upload) {
    result.findings.push_back({Severity::note, "zip-too-large", "",
                               format("the zip is {} larger than fits into a request; it must go through S3",
                                      over(result.zipped_headroom)),
                               ""});
    return;
  }
  const bool never_fits = result.zipped > zipped_most;
  result.findings.push_back(
      {never_fits ? Severity::error : Severity::warning,
       never_fits ? "zip-too-large" : "zip-nearly-too-large", "",
       never_fits
           ? format("the zip has {} bytes, {} more than surely fit into Lambda's request of 50 MB",
                    result.zipped.bytes(), over(result.zipped_headroom))
           : format("the zip has {} bytes: it fits into Lambda's request only if the rest of it is short",
                    result.zipped.bytes()),
       format(
           "upload it through S3 (`upload = \"s3\"` in [limits]), or make it smaller; the largest parts: {}",
           parts)});
}

void judge_unzipped(CheckResult& result, ByteSize layers) {
  if (result.unzipped_headroom >= 0) return;
  const auto with_layers =
      layers.bytes() == 0 ? std::string() : format(" with {} of layers", to_text(layers));
  result.findings.push_back(
      {Severity::error, "unzipped-too-large", "",
       format("unpacked it has {} bytes{}, {} more than Lambda's 250 MB allow", result.unzipped.bytes(),
              with_layers, over(result.unzipped_headroom)),
       format("no way of uploading avoids this limit, only a container image does; make it "
              "smaller; the largest parts: {}",
              largest_parts(result.packages, &PackageSize::unzipped))});
}

// Wrong sizes in headers must not overflow to a small sum.
ByteSize unzipped_of(const zip::ZipReader& zip) {
  constexpr ByteSize most{1ULL << 62};
  ByteSize sum;
  for (const auto& entry : zip.entries()) sum = std::min(most, sum + std::min(most, entry.line.size));
  return sum;
}

std::vector<SizedFile> sized_files(const zip::ZipReader& zip) {
  std::vector<SizedFile> files;
  for (const auto& entry : zip.entries()) {
    const auto& line = entry.line;
    const auto path = zip::length_fault(line.name) == nullptr ? BundlePath::parse(line.name) : std::nullopt;
    files.push_back({path.value_or(BundlePath{}), line.takes, line.size});
  }
  return files;
}

// Why the zip is not unpacked; nullptr if it can be.
const char* why_not_unpacked(const zip::ZipReader& zip, ByteSize unzipped) {
  if (zip.has_too_many_folders()) return "its folders are too many";
  if (zip.has_overlaps()) return "they overlap";
  if (std::ranges::any_of(zip.entries(),
                          [](const auto& entry) { return zip::length_fault(entry.line.name) != nullptr; }))
    return "some of their names are too long";
  // A zip that is only too large is judged as a whole, so that it can be made smaller. Packages unpack to
  // three or four times their zipped size.
  constexpr ByteSize most_unpacked{4 * limits::unzipped.bytes()};
  const ByteSize usual{8 * zip.file_size().bytes()};
  const auto most = std::max(limits::unzipped, std::min(usual, most_unpacked));
  return unzipped > most ? "they claim to unpack to far more than Lambda accepts" : nullptr;
}

}  // namespace

CheckResult check(const HostPath& path, const LimitSettings& limits, const CheckOptions& options) {
  const zip::ZipReader zip(path);
  CheckResult result;
  result.entries = zip.entries().size();
  result.zipped = zip.file_size();
  result.unzipped = unzipped_of(zip);
  result.zipped_headroom = difference(limits::zipped_safe, result.zipped);
  // The size must stay below the limit, so its last byte does not count as room.
  result.unzipped_headroom = difference(limits::unzipped, result.unzipped + limits.layers_unzipped) - 1;
  const auto files = sized_files(zip);
  const auto owners = owners_in(zip);
  result.packages = sizes_by_package(files, owners);
  judge_zipped(result, limits.direct_upload);
  judge_unzipped(result, limits.layers_unzipped);
  if (has_error(result.findings)) {
    const bool zipped_counts = result.unzipped_headroom >= 0;
    for (auto& step : size_plan(files, owners, zipped_counts)) result.findings.push_back(std::move(step));
  }
  append(result.findings, judge_form(zip));
  if (!zip.has_too_many_folders()) append(result.findings, judge_use(files_of(zip), options.use));
  const auto* obstacle = why_not_unpacked(zip, result.unzipped);
  result.can_be_unpacked = obstacle == nullptr;
  if (!options.read_contents) return result;
  if (result.can_be_unpacked) {
    append(result.findings, judge_contents(zip, options.jobs));
  } else {
    result.findings.push_back({Severity::note, "contents-not-checked", "",
                               format("whether its entries are intact was not checked: {}", obstacle),
                               "make the zip again without the faults that the errors name"});
  }
  return result;
}

}  // namespace lbundle
