#include "package/package_files.hpp"

#include <algorithm>
#include <map>
#include <memory>

#include <linux/limits.h>
#include <sys/stat.h>

#include "model/error.hpp"
#include "package/package_sizes.hpp"
#include "package/size_listing.hpp"
#include "zip/name_limits.hpp"

namespace lbundle {

ByteSize PackageFiles::size_of(const BundlePath& path) const {
  const auto* file = files.find_file(path);
  return file == nullptr ? ByteSize() : file->content.size;
}

std::string PackageFiles::small_text(const BundlePath& path, std::size_t most) const {
  return size_of(path).bytes() > most ? std::string() : beginning(path, most);
}

PackageFiles files_of(const zip::ZipReader& zip) {
  PackageFiles package;
  auto index = std::make_shared<std::map<BundlePath, std::size_t>>();
  for (std::size_t i = 0; i < zip.entries().size(); ++i) {
    const auto& entry = zip.entries()[i];
    const auto path = BundlePath::parse(entry.line.name);
    const bool is_file = entry.type == zip::EntryType::file || entry.type == zip::EntryType::link;
    if (!path || path->is_root() || !is_file || zip::length_fault(entry.line.name) != nullptr) continue;
    if (entry.type == zip::EntryType::link) {
      package.files.put(*path, SymbolicLink{std::string(as_text(zip.beginning(i, PATH_MAX - 1)))});
    } else {
      const bool executable = entry.mode && (*entry.mode & S_IXUSR) != 0;
      package.files.put(*path, RegularFile{Content{{}, entry.line.size, {}, false}, executable});
    }
    index->insert_or_assign(*path, i);
  }
  package.beginning = [&zip, index](const BundlePath& path, std::size_t most) {
    const auto found = index->find(path);
    return found == index->end() ? std::string() : std::string(as_text(zip.beginning(found->second, most)));
  };
  package.mode = [&zip, index](const BundlePath& path) -> std::optional<unsigned> {
    const auto found = index->find(path);
    return found == index->end() ? std::nullopt : zip.entries()[found->second].mode;
  };
  return package;
}

Distributions owners_in(const zip::ZipReader& zip) {
  if (zip.has_too_many_folders()) return {};
  std::vector<BundlePath> paths;
  std::map<BundlePath, std::size_t> index;
  for (std::size_t i = 0; i < zip.entries().size(); ++i) {
    const auto& name = zip.entries()[i].line.name;
    const auto path = zip::length_fault(name) == nullptr ? BundlePath::parse(name) : std::nullopt;
    paths.push_back(path.value_or(BundlePath{}));
    index.emplace(paths.back(), i);
  }
  // Entries may share their bytes, so the records are bounded together: a zip of a megabyte can have a
  // hundred thousand of them. The records of the largest functions have about 5 MB.
  constexpr ByteSize most_records{64ULL << 20};
  ByteSize records;
  const auto read = [&](const BundlePath& path) -> std::optional<std::string> {
    const auto at = index.find(path);
    if (at == index.end()) return std::nullopt;
    const auto size = zip.entries()[at->second].line.size;
    if (size > most_metadata || (records += size) > most_records) return std::nullopt;
    try {
      return std::string(as_text(zip.read(at->second, most_metadata)));
    } catch (const Error&) {
      return std::nullopt;  // judge_contents reports it.
    }
  };
  return owners_of(paths, read);
}

bool is_made_by_macos(const BundlePath& path) {
  return path.is_within(BundlePath("__MACOSX")) || path.name().starts_with("._") ||
         path.name() == ".DS_Store";
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::ranges::transform(lower, lower.begin(), [](char c) { return c >= 'A' && c <= 'Z' ? c + 32 : c; });
  return lower;
}

}  // namespace lbundle
